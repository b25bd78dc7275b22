#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Lays out a CUDA toolkit (nvcc, ptxas, static cudart, headers, disassemblers) in DIR from NVIDIA's Python wheels,
# for machines that have neither a GPU nor an installed toolkit. Prints the path of nvcc on standard output.
#
#   cuda-toolkit.sh DIR            compiler, runtime, CCCL, cuBLAS headers, cuobjdump, nvdisasm   (~310 MB)
#   cuda-toolkit.sh DIR --cublas   also libcublas/libcublasLt (+560 MB), to link or to look up at run time
#   cuda-toolkit.sh DIR --nvrtc    also NVRTC (+115 MB)
#   cuda-toolkit.sh DIR --sanitizer  also compute-sanitizer (needs a GPU to run)
#
# Options add to what DIR already has. Running it again with the same arguments does nothing and is quick.
# Overrides: PYTHON (python with pip, default python3).
set -euo pipefail

# One release only: these are the pins of `cuda-toolkit==13.2.2`. nvcc, crt, nvvm and runtime must share major.minor.
cuda_release=13.2.2
base=(nvidia-cuda-nvcc==13.2.86 nvidia-cuda-crt==13.2.86 nvidia-nvvm==13.2.86 nvidia-cuda-runtime==13.2.86
      nvidia-cuda-cccl==13.2.86 nvidia-cuda-cuobjdump==13.2.86 nvidia-cuda-nvdisasm==13.2.86)
cublas=nvidia-cublas==13.4.1.3
nvrtc=nvidia-cuda-nvrtc==13.2.86
sanitizer=nvidia-cuda-sanitizer-api==13.2.87

usage() { sed -n '3,13s/^# \{0,1\}//p' "$0" >&2; exit 2; }
say() { printf 'cuda-toolkit: %s\n' "$*" >&2; }

[ $# -ge 1 ] || usage
case $1 in -*|'') usage ;; esac
dir=$1; shift
want_cublas=0; packages=("${base[@]}")
for option in "$@"; do
  case $option in
    --cublas) want_cublas=1 ;;
    --nvrtc) packages+=("$nvrtc") ;;
    --sanitizer) packages+=("$sanitizer") ;;
    *) usage ;;
  esac
done
case "$(uname -s)-$(uname -m)" in
  Linux-x86_64|Linux-aarch64) ;;
  *) say "no CUDA $cuda_release compiler wheels for $(uname -s) $(uname -m)"; exit 1 ;;
esac
python=${PYTHON:-python3}
"$python" -m pip --version >/dev/null 2>&1 || { say "$python has no pip (Debian: apt-get install python3-pip, or set PYTHON)"; exit 1; }

mkdir -p "$dir"
dir=$(cd "$dir" && pwd -P)
exec 9>"$dir/.lock"
if command -v flock >/dev/null; then flock 9; fi

# Everything lands in one pip call and one folder: `pip --target` called twice drops files of the first call.
install() {  # install PACKAGE...  : adds the wheels' nvidia/cu13 tree to $dir
  local stage=$dir/.stage
  rm -rf "$stage"
  say "fetching $*"
  "$python" -m pip install --quiet --disable-pip-version-check --no-deps --only-binary :all: \
      --no-compile --no-warn-script-location --root-user-action=ignore --target "$stage" "$@" >&2
  mkdir -p "$dir/licenses"
  local text name
  find "$stage"/*.dist-info -iname 'license*' -type f | sort | while read -r text; do
    name=$(sha256sum "$text"); name=$dir/licenses/${name:0:12}.txt      # the wheels share one EULA text
    [ -e "$name" ] || cp "$text" "$name"
  done
  cp -a "$stage"/nvidia/cu13/. "$dir"/
  rm -rf "$stage"
}
done_with() { [ -e "$dir/.installed/$1" ]; }
mark() { mkdir -p "$dir/.installed"; local p; for p in "$@"; do : > "$dir/.installed/$p"; done; }

missing=()
for p in "${packages[@]}"; do done_with "$p" || missing+=("$p"); done
if [ ${#missing[@]} -gt 0 ]; then install "${missing[@]}"; mark "${missing[@]}"; fi

if ! done_with "$cublas"; then
  if [ $want_cublas = 1 ]; then
    install "$cublas"; mark "$cublas" "headers-$cublas"
  elif ! done_with "headers-$cublas"; then
    # the code needs cublasLt.h only; the 560 MB of libraries are looked up at run time where they exist
    stage=$dir/.stage; rm -rf "$stage"; mkdir -p "$stage"
    say "fetching headers of $cublas"
    "$python" -m pip download --quiet --disable-pip-version-check --no-deps --only-binary :all: -d "$stage" "$cublas" >&2
    "$python" - "$stage" "$dir" <<'PY'
import pathlib, sys, zipfile
stage, out = map(pathlib.Path, sys.argv[1:])
wheel = next(stage.glob("*.whl"))
with zipfile.ZipFile(wheel) as z:
    for n in z.namelist():
        if n.startswith("nvidia/cu13/include/") and n.endswith(".h"):
            (out / "include" / n.rsplit("/", 1)[1]).write_bytes(z.read(n))
PY
    rm -rf "$stage"; mark "headers-$cublas"
  fi
fi

# What the wheels leave out of a toolkit's usual layout.
[ -e "$dir/lib64" ] || ln -s lib "$dir/lib64"                      # linkers and CMake look in lib64 too
[ -e "$dir/lib/cmake" ] || ln -s ../cuda_cccl/lib/cmake "$dir/lib/cmake"
mkdir -p "$dir/lib/stubs"
for so in "$dir"/lib/lib*.so.*; do                                  # -lcublasLt needs the unversioned name
  [ -e "$so" ] || continue
  name=${so##*/}; link=$dir/lib/${name%%.so*}.so
  [ -e "$link" ] || ln -s "$name" "$link"
done
if [ ! -e "$dir/lib/stubs/libcuda.so" ] && command -v cc >/dev/null; then
  # No wheel carries the driver stub. An empty one lets find_package(CUDAToolkit) define CUDA::cuda_driver;
  # take driver functions through cudaGetDriverEntryPoint instead of linking them.
  echo | cc -shared -x c - -Wl,-soname,libcuda.so.1 -o "$dir/lib/stubs/libcuda.so"
fi

"$dir/bin/nvcc" --version >&2 || { say "$dir/bin/nvcc does not run"; exit 1; }
printf '%s\n' "$dir/bin/nvcc"
