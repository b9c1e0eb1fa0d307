# What the examples' scripts have in common. They set $work, the folder everything is written to, and source this.

step() { printf '\n== %s\n' "$*"; }

# Runs a command with its log in a file; a failure shows the end of it.
logged() {
  local log=$work/$1.log
  shift
  "$@" >"$log" 2>&1 || { tail -n 20 "$log" >&2; echo "error: '$*' failed, see $log" >&2; exit 1; }
}
