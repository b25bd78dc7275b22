#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The CUDA backend, with or without a GPU:
#   ci/cuda.sh build [ARCHITECTURES]   libgatun_cuda.so with nvcc, for "80;90a" or those given, or "all"
#   ci/cuda.sh emulate [GTEST_FILTER]  the kernels' tests on the emulated device; needs no CUDA
#   ci/cuda.sh emulate --mutants [N]   bench/results/cuda-mutants.md: N faulty kernels, and what noticed them
#   ci/cuda.sh evidence [--check]      bench/results/cuda-static.md from the compiled kernels; --check only compares
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
  else ci/cuda-toolkit.sh build/cuda
  fi
}

build() {
  architectures=${1:-80;90a}
  [ "$architectures" != all ] || architectures=$all_architectures
  nvcc=$(nvcc_path)
  step cuda-configure "" cmake --preset cuda "-DCMAKE_CUDA_COMPILER=$nvcc" "-DGATUN_CUDA_ARCHITECTURES=$architectures"
  step cuda-build "" cmake --build --preset cuda --target gatun_cuda gatun_cuda_probe -j "$jobs"
  library=build/native-cuda/native/libgatun_cuda.so
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
  probe || [ $? = 3 ]
  echo "cuda           ok     $library, $(stat -c %s "$library") bytes, for $architectures; needs $(echo $needed)"
}

# The kernels' tests on the GPUs of this machine, for their architectures.
device() {
  build "${GATUN_CUDA_ARCHITECTURES:-75;80;86;89;90a}"
  probe || exit $?
  step device-build "" cmake --build --preset cuda --target gatun_cuda_device_tests -j "$jobs"
  step device-tests '^\[  (PASSED |SKIPPED|FAILED ) \]' build/native-cuda/native/gatun_cuda_device_tests
}

# The devices, or why there is none: 3.
probe() {
  build/native-cuda/native/gatun_cuda_probe build/native-cuda/native/libgatun_cuda.so
}

tests=build/native/native/gatun_cuda_tests
emulate() {
  step simt-build "" sh -c "cmake --preset release && cmake --build --preset release --target gatun_cuda_tests -j $jobs"
  if [ "${1:-}" = --mutants ]; then
    ci/cuda_mutate.py build/native "${2:-70}" > build/native/mutants.md
    cp build/native/mutants.md bench/results/cuda-mutants.md
    sed -n 3p bench/results/cuda-mutants.md
  else
    step simt-tests '^\[  (PASSED |SKIPPED|FAILED ) \]' "$tests" "--gtest_filter=${1:-*}"
  fi
}

# Fails where a kernel got worse than the committed table: more registers, sectors, conflicts, any local memory.
evidence() {
  build "80;90a"
  emulate 'CudaEvidence*' > /dev/null
  counts=build/native-cuda/counts occupancy=build/native-cuda/occupancy new=build/native-cuda/cuda-static.md
  toolkit=$(dirname "$(dirname "$(nvcc_path)")")
  rm -f "$counts"
  GATUN_CUDA_COUNTS=$counts "$tests" --gtest_filter='CudaEvidence*' > /dev/null
  g++ -O1 -std=c++17 -isystem "$toolkit/include" ci/cuda_occupancy.cpp -o "$occupancy"
  ci/cuda_evidence.py "$library" "$counts" "$toolkit" "$occupancy" > "$new"
  table=bench/results/cuda-static.md
  if [ "${1:-}" = --check ]; then
    ci/cuda_evidence.py --compare "$table" "$new"
  else
    cp "$new" "$table"
    echo "evidence       ok     $table"
  fi
}


case "${1:-}" in
  build) shift; build "$@" ;;
  emulate) shift; emulate "$@" ;;
  evidence) shift; evidence "$@" ;;
  device) device ;;
  *) sed -n '3,9s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
esac
