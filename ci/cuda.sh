#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The CUDA backend, with or without a GPU:
#   ci/cuda.sh toolkit                 prints nvcc's path; exit code 4 where there is none and none can be fetched
#   ci/cuda.sh build [ARCHITECTURES]   libgatun_cuda.so with nvcc, for "80;90a" or those given
#   ci/cuda.sh build all               from nothing for all seven; times and sizes go to bench/results/cuda-build.md
#   ci/cuda.sh jar                     the same library in the jar of the classifier linux-x86_64-cuda
#   ci/cuda.sh emulate [GTEST_FILTER]  the kernels' tests on the emulated device; needs no CUDA
#   ci/cuda.sh emulate --full [N]      bench/results/cuda-emulation.md: the same in every build, sanitizers and clang; then:
#   ci/cuda.sh emulate --mutants [N]   bench/results/cuda-mutants.md: N faulty kernels, and what noticed them
#   ci/cuda.sh evidence [--check]      bench/results/cuda-static.md of all architectures; --check compares with it
#   ci/cuda.sh device                  the kernels' tests on this machine's GPU; exit code 3 where there is none
# nvcc is that of CUDACXX, of the PATH, or one that ci/cuda-toolkit.sh lays out in build/cuda.
set -eu
. "$(dirname "$0")/tools.sh"
cd "$root"

jobs=${GATUN_JOBS:-$(nproc)}
all_architectures="75;80;86;89;90a;100f;120f"

nvcc_path() {
  if [ -n "${CUDACXX:-}" ]; then echo "$CUDACXX"
  elif [ -x build/cuda/bin/nvcc ]; then echo "$root/build/cuda/bin/nvcc"
  elif command -v nvcc; then :
  else timeout 900 ci/cuda-toolkit.sh build/cuda || return 4
  fi
}

# libgatun_cuda.so in build/$1 for the architectures $2; further arguments are CMake's.
build_library() {
  folder=build/$1 architectures=$2; shift 2
  nvcc=$(nvcc_path)
  step cuda-configure "" cmake --preset cuda -B "$folder" "-DCMAKE_CUDA_COMPILER=$nvcc" \
    "-DGATUN_CUDA_ARCHITECTURES=$architectures" "$@"
  step cuda-build "" cmake --build "$folder" --target gatun_cuda gatun_cuda_probe -j "$jobs"
  # ptxas: wgmma whose registers are used too early, so that it waits for each one.
  if grep -q C7514 build/logs/cuda-build.log; then
    grep C7514 build/logs/cuda-build.log >&2
    exit 1
  fi
  library=$folder/native/libgatun_cuda.so
  needed=$(readelf -d "$library" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p')
  if echo "$needed" | grep -qE 'cuda|cublas'; then
    echo "gatun: $library needs $needed: a machine without CUDA could not load it" >&2
    exit 1
  fi
  exported=$(nm -D --defined-only "$library" | awk '{ print $3 }')
  if [ "$exported" != gatun_cuda_backend ]; then
    echo "gatun: $library exports $(echo $exported), expected gatun_cuda_backend alone" >&2
    exit 1
  fi
  probe "$folder" || [ $? = 3 ]
  echo "cuda           ok     $library, $(stat -c %s "$library") bytes, for $architectures; needs $(echo $needed)"
}

build() {
  if [ "${1:-}" != all ]; then
    build_library native-cuda "${1:-80;90a}"
    return
  fi
  rm -rf build/native-cuda-all
  times=$root/build/native-cuda-all/times.csv
  mkdir -p build/native-cuda-all
  load=$(cut -d ' ' -f 1 /proc/loadavg)
  began_all=$(date +%s)
  build_library native-cuda-all "$all_architectures" "-DGATUN_CUDA_TIMES=$times" -DCMAKE_CUDA_COMPILER_LAUNCHER=
  ci/cuda_sizes.py "$library" "$(dirname "$(nvcc_path)")" "$times" "$(($(date +%s) - began_all))" "$jobs" "$load" \
    > build/native-cuda-all/cuda-build.md
  cp build/native-cuda-all/cuda-build.md bench/results/cuda-build.md
  sed -n '/^\*\*/p' bench/results/cuda-build.md
}

jar() {
  build_library native-cuda-all "$all_architectures"
  step cuda-jar "" ci/mvn package -P cuda -pl native -DskipNativeTests
  ls native/target/*-linux-x86_64-cuda.jar
}

# The kernels' tests on the GPUs of this machine, for their architectures.
device() {
  build_library native-cuda "${GATUN_CUDA_ARCHITECTURES:-75;80;86;89;90a}"
  probe build/native-cuda || exit $?
  step device-build "" cmake --build build/native-cuda --target gatun_cuda_device_tests gatun_device_tests -j "$jobs"
  step device-tests '^\[  (PASSED |SKIPPED|FAILED ) \]' build/native-cuda/native/gatun_cuda_device_tests
  GATUN_CUDA_LIBRARY=$library \
    step device-ops '^\[  (PASSED |SKIPPED|FAILED ) \]' build/native-cuda/native/gatun_device_tests
}

# The devices, or why there is none: 3.
probe() {
  "$1/native/gatun_cuda_probe" "$1/native/libgatun_cuda.so"
}

tests=build/native/native/gatun_cuda_tests
emulated_build() {
  step simt-build "" sh -c "cmake --preset release && cmake --build --preset release --target gatun_cuda_tests $* -j $jobs"
}

# As many processes as there are cores take the tests in turns. $1: their filter.
shards() {
  running=
  for shard in $(seq 0 $((jobs - 1))); do
    GTEST_TOTAL_SHARDS=$jobs GTEST_SHARD_INDEX=$shard "$tests" "--gtest_filter=$1" > "build/native/shard-$shard.log" 2>&1 &
    running="$running $!"
  done
  failed=0
  for process in $running; do wait "$process" || failed=1; done
  for shard in $(seq 0 $((jobs - 1))); do cat "build/native/shard-$shard.log"; done
  return $failed
}

# bench/results/$1.md from the output of a command; 3: it was written, and says what is wrong.
written() {
  report=$1; shift
  status=0
  "$@" > "build/native/$report.md" || status=$?
  if [ $status = 0 ] || [ $status = 3 ]; then cp "build/native/$report.md" "bench/results/$report.md"; fi
  echo "$report $([ $status = 0 ] && echo ok || echo FAILED)"
  return $status
}

emulate() {
  case "${1:-}" in --*) emulated_build ;; *) emulated_build gatun_cuda_emulated gatun_device_tests ;; esac
  if [ "${1:-}" = --full ]; then
    failed=0
    written cuda-emulation ci/cuda_full.py || failed=1
    written cuda-mutants ci/cuda_mutate.py build/native "${2:-100}" || failed=1
    return $failed
  elif [ "${1:-}" = --mutants ]; then
    written cuda-mutants ci/cuda_mutate.py build/native "${2:-100}"
  else
    step simt-tests '^\[  (PASSED |SKIPPED|FAILED ) \]' shards "${1:-*}"
    GATUN_CUDA_LIBRARY=build/native/native/libgatun_cuda_emulated.so \
      step device-ops '^\[  (PASSED |SKIPPED|FAILED ) \]' build/native/native/gatun_device_tests
  fi
}

# The table is of all architectures; --check builds sm_80 and sm_90a alone, whose rows the table has in full, and fails
# where a kernel got worse than there: more registers, sectors, conflicts, any local memory.
evidence() {
  if [ "${1:-}" = --check ]; then build_library native-cuda "80;90a"; else build_library native-cuda-all "$all_architectures"; fi
  folder=$(dirname "$(dirname "$library")")
  emulated_build
  counts=$folder/counts occupancy=$folder/occupancy new=$folder/cuda-static.md
  toolkit=$(dirname "$(dirname "$(readlink -f "$nvcc")")")
  rm -f "$counts"
  GATUN_CUDA_COUNTS=$counts step cuda-counts "" shards 'CudaEvidence*'
  g++ -O1 -std=c++17 -isystem "$toolkit/include" ci/cuda_occupancy.cpp -o "$occupancy"
  ci/cuda_evidence.py "$library" "$counts" "$tests" "$toolkit" "$occupancy" > "$new"
  table=bench/results/cuda-static.md
  if [ "${1:-}" = --check ]; then
    ci/cuda_evidence.py --compare "$table" "$new"
  else
    cp "$new" "$table"
    echo "evidence       ok     $table"
  fi
}

case "${1:-}" in
  toolkit) nvcc_path ;;
  build) shift; build "$@" ;;
  jar) jar ;;
  emulate) shift; emulate "$@" ;;
  evidence) shift; evidence "$@" ;;
  device) device ;;
  *) sed -n '3,13s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
esac
