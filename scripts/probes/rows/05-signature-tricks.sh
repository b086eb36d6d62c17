#!/bin/sh
# row: 5
# evasion: Signatures that prove less than they seem: an unknown or expired key, the platform's own, somebody else's address
# stages: C R
# met: In a zone that asks for proof of a person a signature counts by a key that the policy enrols, on the run's day, over these very bytes, for commits, and in its holder's name.
# remains: A stolen key, until the policy takes it out. A zone that asks for no proof looks at no signature.
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"

# key NAME: a key of its own in .git/.
key() { ssh-keygen -q -t ed25519 -N '' -C "$1" -f ".git/$1"; }

# asks [OPTIONS]: the zone asks for a signature by Ada's key, which is enrolled with these options.
asks() {
  begin
  key ada
  if [ -f .cordon.yml ]; then
    sed -i 's/agents: denied/human_proof: signed/' .cordon.yml
    printf 'approvers:\n  team: {members: [ada@acme.example], keys: [{key: "%s"%s}]}\n' \
      "$(cat .git/ada.pub)" "${1:-}" >>.cordon.yml
  fi
  person 'Ask for a proof'
  git tag -f base >/dev/null
  git config gpg.format ssh
}

# signed KEY SUBJECT: a person commits everything, signed.
signed() {
  git add -A
  git -c user.signingKey="$PWD/.git/$1" commit -q -S --no-verify -m "$2"
}

# with_signature FILE: the commit at HEAD anew, with that text as its signature.
with_signature() {
  git cat-file commit HEAD >.git/plain
  {
    sed '/^$/q' .git/plain | sed '$d'
    printf 'gpgsig '
    sed '2,$s/^/ /' "$1"
    sed -n '/^$/,$p' .git/plain
  } >.git/whole
  git reset -q --hard "$(git hash-object -t commit -w .git/whole)"
}

change() { echo 'int more;' >>src/crypto/aes.c; }

no_signature() {
  asks
  change
  person 'Change'
}
no_signature_twin() {
  asks
  change
  signed ada 'Change'
}

unknown_key() {
  asks
  key eve
  change
  signed eve 'Change'
}
unknown_key_twin() { no_signature_twin; }

# The commit says that it was made while the key was good.
expired_key() {
  asks ', until: 2020-01-01'
  change
  export GIT_AUTHOR_DATE='2019-12-01T12:00:00+0000' GIT_COMMITTER_DATE='2019-12-01T12:00:00+0000'
  signed ada 'Change'
}
expired_key_twin() {
  asks ', until: 2999-12-31'
  change
  export GIT_AUTHOR_DATE='2019-12-01T12:00:00+0000' GIT_COMMITTER_DATE='2019-12-01T12:00:00+0000'
  signed ada 'Change'
}

# A valid key, on a commit in another name.
somebody_elses_address() {
  asks
  change
  GIT_COMMITTER_NAME='Bob Dev' GIT_COMMITTER_EMAIL='bob@acme.example' signed ada 'Change'
}
somebody_elses_address_twin() {
  asks
  change
  GIT_AUTHOR_NAME='Bob Dev' GIT_AUTHOR_EMAIL='bob@acme.example' signed ada 'Change'
}

# The signature of a harmless commit, on another one.
moved_signature() {
  asks
  change
  person 'Change'
  git branch change
  git reset -q --hard base
  echo 'int more;' >>src/util/list.c
  signed ada 'Harmless'
  git cat-file commit HEAD | sed -n 's/^gpgsig //p; s/^ //p' >.git/signature
  git reset -q --hard change
  with_signature .git/signature
}
moved_signature_twin() {
  asks
  change
  signed ada 'Change'
  git cat-file commit HEAD | sed -n 's/^gpgsig //p; s/^ //p' >.git/signature
  git cat-file commit HEAD | sed '/^gpgsig /d; /^ /d' >.git/plain
  git reset -q --hard "$(git hash-object -t commit -w .git/plain)"
  with_signature .git/signature
}

# signed_for PURPOSE: a signature that the key made of these bytes for that purpose.
signed_for() {
  asks
  change
  person 'Change'
  git cat-file commit HEAD >.git/signed
  ssh-keygen -q -Y sign -n "$1" -f .git/ada .git/signed 2>/dev/null
  with_signature .git/signed.sig
}
other_purpose() { signed_for file; }
other_purpose_twin() { signed_for git; }

# What a platform makes in a browser it signs itself, whoever asked for it: an OpenPGP signature that names its key.
platforms_own() {
  asks
  change
  GIT_COMMITTER_NAME='GitHub' GIT_COMMITTER_EMAIL='noreply@github.com' person 'Change'
  write .git/signature '-----BEGIN PGP SIGNATURE-----' '' \
    'iBwEAAEIABAFAmkF+cAJELVpDu67lSGUAAAAAAABAQ==' '-----END PGP SIGNATURE-----'
  with_signature .git/signature
}
platforms_own_twin() { no_signature_twin; }

main no-signature unknown-key expired-key somebody-elses-address moved-signature other-purpose platforms-own -- "$@"
