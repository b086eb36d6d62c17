# What `cordon doctor` leaves behind is taken away here, by a process that waits for the doctor's end.
# Arguments: the repository's shared directory, the scratch worktree, the folder around it, the
# worktree's name, the repository's objects as an entry of a list.
trap '' INT HUP TERM
cat >/dev/null

# What still runs would go on in a folder that is gone.
if [ -s "$3/running" ]; then
  kill -s KILL -- "-$(cat "$3/running")" 2>/dev/null
fi

# References are shared by all worktrees. One that a hook moved to an object of the scratch worktree goes back
# to where it was; others move references meanwhile, to objects that stay.
who='Cordon doctor <doctor@cordon.invalid>'
export GIT_COMMITTER_NAME='Cordon doctor' GIT_COMMITTER_EMAIL='doctor@cordon.invalid'
GIT_OBJECT_DIRECTORY=$3/objects GIT_ALTERNATE_OBJECT_DIRECTORIES=$5 \
  git --git-dir="$1" for-each-ref --format='%(objectname) %(refname)' 2>/dev/null |
  while read -r new ref; do
    if git --git-dir="$1" cat-file -e "$new" 2>/dev/null; then continue; fi
    old=$(grep -F -- " $ref" "$3/refs" | while read -r id name; do
      if [ "$name" = "$ref" ]; then printf '%s' "$id"; fi
    done)
    if [ -n "$old" ]; then
      git --git-dir="$1" update-ref --no-deref "$ref" "$old" "$new"
    else
      git --git-dir="$1" update-ref --no-deref -d "$ref" "$new"
    fi
    log=$1/logs/$ref
    if [ -f "$log" ]; then
      grep -v -F -- " $who " "$log" >"$3/log"
      if [ -s "$3/log" ]; then cat "$3/log" >"$log"; else rm -f "$log"; fi
    fi
  done >/dev/null 2>&1

# Git's own command goes first; what it leaves has a name that nothing else has.
git --git-dir="$1" worktree remove --force "$2" >/dev/null 2>&1
rm -rf "$3" "$1/worktrees/$4"
rmdir "$1/worktrees" 2>/dev/null
exit 0
