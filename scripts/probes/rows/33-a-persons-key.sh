#!/bin/sh
# row: 33
# evasion: An agent commits with a person's own account and key
# stages: L C R
# met: A zone can ask for presence: the signature of an enrolled hardware key that says that somebody touched it, which no program can make alone.
# remains: Where no presence is asked nothing tells the two apart: the agent has the person's name, account and key. A touch proves that somebody sat there, not that they read what they signed; and Cordon cannot see whether an enrolled key is hardware: somebody must when it is enrolled.
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"

# asks PROOF: the zone asks for it; Ada's key lies unlocked where the agent runs.
asks() {
  begin
  ssh-keygen -q -t ed25519 -N '' -C ada -f .git/ada
  if [ -f .cordon.yml ]; then
    sed -i "s/agents: denied/human_proof: $1/" .cordon.yml
    printf 'approvers:\n  team: {members: [ada@acme.example], keys: [{key: "%s"}]}\n' \
      "$(cat .git/ada.pub)" >>.cordon.yml
  fi
  person 'Ask for a proof'
  git tag -f base >/dev/null
  git config gpg.format ssh
  git config user.signingKey "$PWD/.git/ada"
}

with_the_persons_key() {
  asks presence
  echo 'int more;' >>src/crypto/aes.c
  git commit -q -a -S --no-verify -m 'Change'
}
with_the_persons_key_twin() {
  asks presence
  echo 'int more;' >>src/util/list.c
  git commit -q -a -S --no-verify -m 'Change'
}

with_the_persons_account() {
  asks presence
  echo 'int more;' >>src/crypto/aes.c
  person 'Change'
}
with_the_persons_account_twin() {
  asks none
  echo 'int more;' >>src/crypto/aes.c
  person 'Change'
}

main with-the-persons-key with-the-persons-account -- "$@"
