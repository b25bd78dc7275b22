#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The CUDA backend, with or without a GPU:
#   ci/cuda.sh build [ARCHITECTURES]   libgatun_cuda.so with nvcc, for "80;90a" or those given, or "all"
#   ci/cuda.sh emulate [GTEST_FILTER]  the kernels' tests on the emulated device; needs no CUDA
#   ci/cuda.sh evidence [--check]      bench/results/cuda-static.md from the compiled kernels; --check only compares
#   ci/cuda.sh device                  what the GPU of this machine is, or why there is none
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
  step cuda-build "" cmake --build --preset cuda --target gatun_cuda -j "$jobs"
  library=build/native-cuda/native/libgatun_cuda.so
  needed=$(readelf -d "$library" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p')
  if echo "$needed" | grep -qE 'cuda|cublas'; then
    echo "gatun: $library needs $needed: a machine without CUDA could not load it" >&2
    exit 1
  fi
  echo "cuda           ok     $library, $(stat -c %s "$library") bytes, for $architectures; needs $(echo $needed)"
}

emulate() {
  step simt-configure "" cmake --preset cuda-emulation
  step simt-build "" cmake --build --preset cuda-emulation --target gatun_cuda_tests -j "$jobs"
  step simt-tests '^\[  (PASSED |SKIPPED|FAILED ) \]' \
    build/native-emulation/native/gatun_cuda_tests "--gtest_filter=${1:-*}"
}

# Fails where a kernel got worse than the committed table: more registers, sectors, conflicts, any local memory.
evidence() {
  build "80;90a"
  emulate 'CudaEvidence*' > /dev/null
  counts=build/native-cuda/counts occupancy=build/native-cuda/occupancy new=build/native-cuda/cuda-static.md
  toolkit=$(dirname "$(dirname "$(nvcc_path)")")
  rm -f "$counts"
  GATUN_CUDA_COUNTS=$counts build/native-emulation/native/gatun_cuda_tests --gtest_filter='CudaEvidence*' > /dev/null
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

device() {
  if ! command -v nvidia-smi > /dev/null; then
    echo "device         none   no NVIDIA driver on this machine: nvidia-smi is not there"
    exit 1
  fi
  nvidia-smi --query-gpu=name,compute_cap,driver_version,memory.total --format=csv
}

case "${1:-}" in
  build) shift; build "$@" ;;
  emulate) shift; emulate "$@" ;;
  evidence) shift; evidence "$@" ;;
  device) device ;;
  *) sed -n '3,8s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
esac
