# SPDX-License-Identifier: Apache-2.0
# Shared by the scripts of this folder: where things are, and how a step is run and reported. Source it.
root=$(cd "$(dirname "$0")/.." && pwd)
logs=$root/build/logs
tools=$root/build/tools
clang_format=$tools/clang_format/data/bin/clang-format
clang_tidy=$tools/clang_tidy/data/bin/clang-tidy

# The versions that decide whether a file is well formatted: pinned, since their results differ.
clang_format_version=19.1.7
clang_tidy_version=19.1.0.1

# step NAME SUMMARY COMMAND...: runs the command with its output in build/logs/NAME.log, then prints one line, and the
# lines of the log that match the pattern SUMMARY (the runners' own closing lines). A failure shows the log's end.
step() {
  name=$1; summary=$2; shift 2
  mkdir -p "$logs"
  log=$logs/$name.log
  began=$(date +%s)
  if "$@" > "$log" 2>&1; then
    printf '%-14s ok     %4d s\n' "$name" $(($(date +%s) - began))
    [ -z "$summary" ] || sed 's/\x1b\[[0-9;]*m//g' "$log" | grep -E "$summary" | sed 's/^/    /' || true
  else
    printf '%-14s FAILED %4d s, from the end of %s:\n' "$name" $(($(date +%s) - began)) "build/logs/$name.log"
    grep -vE '^\s+at |^\[ERROR\] *$|Re-run Maven|For more information|After correcting|\[Help 1\]|-rf :' "$log" | tail -n 60 | sed 's/^/    /'
    return 1
  fi
}

# skipped NAME REASON: the line of a step that this machine cannot take.
skipped() { printf '%-14s skipped       %s\n' "$1" "$2"; }

# The sources that clang-format and clang-tidy look at.
native_sources() {
  find "$root/native/include" "$root/native/src" "$root/native/simt" "$root/native/test" "$root/bench/native" -type f \
    \( -name '*.h' -o -name '*.cpp' -o -name '*.c' -o -name '*.cu' -o -name '*.cuh' \) 2> /dev/null | sort
}
