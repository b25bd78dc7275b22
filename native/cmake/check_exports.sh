#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# check_exports.sh LIBRARY HEADERS: the library exports exactly the functions that the headers declare.
set -eu
library=$1
headers=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# One declaration may span lines: join them, then cut at the semicolons. Macro definitions are left out first.
cat "$headers"/*.h | grep -v '^#' | tr '\n' ' ' | tr ';' '\n' \
  | sed -n 's/.*GATUN_API[^(]*[ *]\(gatun_[a-z0-9_]*\) *(.*/\1/p' | sort -u > "$work/declared"
nm -D --defined-only "$library" | awk '{ print $3 }' | sed 's/@.*//' | grep -v '^$' | sort -u > "$work/exported"
if ! cmp -s "$work/declared" "$work/exported"; then
  echo "declared in a header but not exported:"; comm -23 "$work/declared" "$work/exported" | sed 's/^/  /'
  echo "exported but in no header:"; comm -13 "$work/declared" "$work/exported" | sed 's/^/  /'
  exit 1
fi
echo "$(wc -l < "$work/declared") functions declared and exported"
