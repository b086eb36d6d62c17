#!/bin/sh
# row: 17
# evasion: Content that is not there: LFS pointers, encrypted files, blobs that a partial clone left with the remote
# stages: C R
# met: A pointer and an encrypted file are changes by their bytes. What is not here is incomplete.
# remains: Whether a secret stands in what a pointer names is seen where the object is required (`secrets.lfs: content`).
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"

# pointer NUMBER: what Git LFS commits in place of a large file.
pointer() {
  printf 'version https://git-lfs.github.com/spec/v1\noid sha256:%064d\nsize 1234\n' "$1"
}
# pointed PATH: an agent lets a pointer name another object.
pointed() {
  begin
  pointer 1 >"$1"
  person 'A large file'
  git tag -f base >/dev/null
  pointer 2 >"$1"
  agent 'Another large file'
}
lfs_pointer() { pointed src/crypto/table.bin; }
lfs_pointer_twin() { pointed src/util/table.bin; }

lfs_address() {
  begin
  write .lfsconfig '[lfs]' 'url = https://lfs.other.example/store'
  agent 'Another store'
}
lfs_address_twin() {
  begin
  write README.md 'No store.'
  agent 'Another text'
}

# What git-crypt commits: bytes that begin with its name.
encrypted() {
  begin
  printf '\0GITCRYPT\0%s' "$1" >"$2"
  agent 'Encrypted'
}
git_crypt() { encrypted one src/crypto/key.bin; }
git_crypt_twin() { encrypted one src/util/key.bin; }

# The file that was added is with the remote alone.
promised() {
  here=$PWD
  mkdir "$here.origin"
  cd "$here.origin"
  begin
  write "$1" 'some text that is not fetched'
  person 'A file'
  git config uploadpack.allowFilter true
  cd "$here"
  git clone -q --no-checkout --filter=blob:none "file://$here.origin" .
  for name in .cordon.yml src/crypto/aes.c; do
    git cat-file -e "HEAD:$name" 2>/dev/null || true
  done
}
left_with_the_remote() { promised src/util/text.txt; }
left_with_the_remote_twin() {
  promised src/util/text.txt
  git cat-file --batch-all-objects --batch-check >/dev/null
  git cat-file -e HEAD:src/util/text.txt
}

main lfs-pointer lfs-address git-crypt left-with-the-remote -- "$@"
