#!/bin/sh
# row: 30
# evasion: Configuration in the repository that a checker would run: fsmonitor, external diff, filters, pager, aliases, hooks
# stages: C R
# met: Objects are read by Cordon itself; nothing of the repository is run.
# remains: –
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"

# poisoned PATH: whatever Git would run leaves a file beside the repository.
poisoned() {
  begin
  write .gitattributes 'src/** filter=run diff=run merge=run'
  person 'Attributes'
  git tag -f base >/dev/null
  echo 'int more;' >>"$1"
  agent 'Change'
  run="touch '$PWD.run'"
  git config core.fsmonitor "$run; false"
  git config core.sshCommand "$run"
  git config core.pager "$run; cat"
  git config core.editor "$run"
  git config core.askPass "$run"
  git config diff.external "$run"
  git config diff.run.command "$run"
  git config diff.run.textconv "$run; cat"
  git config filter.run.clean "$run; cat"
  git config filter.run.smudge "$run; cat"
  git config filter.run.process "$run"
  git config gpg.program "$run"
  git config uploadpack.packObjectsHook "$run"
  git config alias.log "!$run"
  git config alias.rev-list "!$run"
  git config alias.cat-file "!$run"
  mkdir -p .git/hooks
  for hook in post-checkout post-index-change reference-transaction pre-auto-gc fsmonitor-watchman; do
    printf '#!/bin/sh\n%s\n' "$run" >".git/hooks/$hook"
    chmod +x ".git/hooks/$hook"
  done
  rm -f "$PWD.run"
}
configuration() { poisoned src/crypto/aes.c; }
configuration_twin() { poisoned src/util/list.c; }

main configuration -- "$@"
