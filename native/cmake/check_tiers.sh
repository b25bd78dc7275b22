#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# check_tiers.sh 'OBJECT;OBJECT;...': no object of an instruction tier defines a function that the linker may choose for
# the whole library, since plain code would then run instructions that the machine may lack.
set -eu
objects=$(echo "$1" | tr ';' '\n' | grep -E '_(avx2|avx512|avx512_bf16|amx)\.cpp\.o$' || true)
[ -n "$objects" ] || { echo "no objects of instruction tiers"; exit 1; }
# shellcheck disable=SC2086  # a list of paths without blanks, made by CMake
found=$(nm -A -C --defined-only $objects | awk '$2 == "W" || $2 == "V" || $2 == "u"' | grep -v 'DW\.ref\.' || true)
if [ -n "$found" ]; then
  echo "these are compiled for an instruction tier and may be linked for all; put them in an anonymous namespace:"
  echo "$found"
  exit 1
fi
echo "$(echo "$objects" | wc -l) objects of instruction tiers keep to themselves"
