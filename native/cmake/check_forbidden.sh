#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# check_forbidden.sh 'OBJECT;OBJECT;...': no object of ours ends the process or prints.
# std::terminate is not in the list: the destructor of std::thread names it for a thread that was not joined.
set -eu
forbidden='abort|exit|_exit|_Exit|quick_exit|raise|__assert_fail|__assert|printf|fprintf|vprintf|vfprintf|puts|putchar|fputs|fwrite|perror'
forbidden="$forbidden|__printf_chk|__fprintf_chk|__vprintf_chk|__vfprintf_chk|_ZSt4cout|_ZSt4cerr|_ZSt4clog"
objects=$(echo "$1" | tr ';' ' ')
# shellcheck disable=SC2086  # a list of paths without blanks, made by CMake
found=$(nm -u -A $objects | awk -v words="^($forbidden)$" '$NF ~ words' || true)
if [ -n "$found" ]; then
  echo "these objects call what ends the process or prints; throw gatun::Error instead:"
  echo "$found"
  exit 1
fi
echo "$(echo "$objects" | wc -w) objects without abort, exit, assert or output"
