#!/bin/sh
# row: 14
# evasion: Paths that only look like the zone's: case, Unicode forms, look-alikes, trailing dots, backslashes, short names, invisible characters
# stages: L C R
# met: Paths are compared as file systems and readers take them; what pretends to be a zone's path is a finding of its own, whoever made it.
# remains: Scripts that nobody here reads may have look-alikes that Unicode does not list.
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"

# entry NAME: a person adds a file of that path, which no file system here needs to be able to hold.
entry() {
  begin
  blob=$(echo 'int hidden;' | git hash-object -w --stdin)
  name=$(printf '%b' "$1")
  git update-index --add --cacheinfo "100644,$blob,$name"
  git commit -q --no-verify -m 'Add a file'
}
plain() { entry 'src/util/\0303\0251t\0303\0251.c'; }

spelled_case() { entry 'src/Crypto/k.c'; }
spelled_case_twin() { plain; }
look_alike() { entry 'src/\0321\0201rypto/k.c'; }
look_alike_twin() { entry 'src/\0320\0272\0320\0273\0321\0216\0321\0207/k.c'; }
lunate_sigma() { entry 'src/\0317\0262rypto/k.c'; }
lunate_sigma_twin() { plain; }
fullwidth() { entry 'src/\0357\0275\0203rypto/k.c'; }
fullwidth_twin() { plain; }
invisible() { entry 'src/cry\0342\0200\0215pto/k.c'; }
invisible_twin() { plain; }
trailing_dot() { entry 'src/crypto./k.c'; }
trailing_dot_twin() { entry 'src/util/k.c.orig'; }
trailing_space() { entry 'src/crypto /k.c'; }
trailing_space_twin() { entry 'src/util/a b.c'; }
backslash() { entry 'src\\crypto\\k.c'; }
backslash_twin() { entry 'docs/a\\b.md'; }
short_name() { entry 'src/CRYPTO~1/k.c'; }
short_name_twin() { entry 'src/util/k.c~'; }
stream() { entry 'src/crypto::\0044INDEX_ALLOCATION/k.c'; }
stream_twin() { entry 'src/util/12:30.txt'; }

# Two entries of one directory that a file system may take for one.
collision() {
  begin
  blob=$(echo 'int other;' | git hash-object -w --stdin)
  git update-index --add --cacheinfo "100644,$blob,src/crypto/AES.c"
  git commit -q --no-verify -m 'Add a file'
}
collision_twin() {
  begin
  blob=$(echo 'int other;' | git hash-object -w --stdin)
  git update-index --add --cacheinfo "100644,$blob,src/util/list2.c"
  git commit -q --no-verify -m 'Add a file'
}

main spelled-case look-alike lunate-sigma fullwidth invisible trailing-dot trailing-space backslash short-name stream \
  collision -- "$@"
