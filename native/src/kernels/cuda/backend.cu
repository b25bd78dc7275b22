// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include "kernels/cuda/activation.h"
#include "kernels/cuda/attention.h"
#include "kernels/cuda/attention_backward.h"
#include "kernels/cuda/axpby.h"
#include "kernels/cuda/backend.h"
#include "kernels/cuda/dense_library.h"
#include "kernels/cuda/dequantize.h"
#include "kernels/cuda/embedding.h"
#include "kernels/cuda/gather_rows.h"
#include "kernels/cuda/kv_cache.h"
#include "kernels/cuda/layer_norm.h"
#include "kernels/cuda/linear.h"
#include "kernels/cuda/linear_backward.h"
#include "kernels/cuda/linear_dense.h"
#include "kernels/cuda/linear_int8.h"
#include "kernels/cuda/low_rank.h"
#include "kernels/cuda/pooling.h"
#include "kernels/cuda/quantize.h"
#include "kernels/cuda/relative_bias.h"
#include "kernels/cuda/rms_norm.h"
#include "kernels/cuda/rotary.h"
#include "kernels/cuda/softmax.h"
#include "kernels/cuda/top_k.h"
#include "kernels/cuda/unpack_weight.h"

namespace gatun::cuda {
namespace {

cudaStream_t stream_of(void* stream) {
  return static_cast<cudaStream_t>(stream);
}

int32_t driver() {
  int version = 0;
  return cudaDriverGetVersion(&version) == cudaSuccess ? version : 0;
}

int device_count(int32_t* count) {
  *count = 0;  // the runtime leaves it alone where there is no driver
  return cudaGetDeviceCount(count);
}

int device(int32_t ordinal, BackendDevice* out) {
  cudaDeviceProp properties{};
  cudaError_t status = cudaGetDeviceProperties(&properties, ordinal);
  if (status != cudaSuccess) return status;
  status = cudaSetDevice(ordinal);
  if (status != cudaSuccess) return status;
  std::size_t free_bytes = 0, all_bytes = 0;
  status = cudaMemGetInfo(&free_bytes, &all_bytes);
  *out = {};
  std::snprintf(out->name, sizeof(out->name), "%s", properties.name);
  out->capability = 10 * properties.major + properties.minor;
  out->multiprocessors = properties.multiProcessorCount;
  out->memory_bytes = static_cast<int64_t>(properties.totalGlobalMem);
  out->free_bytes = static_cast<int64_t>(free_bytes);
  out->shared_bytes = static_cast<int64_t>(properties.sharedMemPerBlockOptin);
  return status;
}

const char* error_name(int status) {
  return cudaGetErrorName(static_cast<cudaError_t>(status));
}
const char* error_text(int status) {
  return cudaGetErrorString(static_cast<cudaError_t>(status));
}
int use_device(int32_t ordinal) {
  return cudaSetDevice(ordinal);
}

int allocate(int64_t bytes, void** data) {
  return cudaMalloc(data, static_cast<std::size_t>(bytes));
}
int release(void* data) {
  return cudaFree(data);
}
int create_stream(void** stream) {
  cudaStream_t created = nullptr;
  const cudaError_t status = cudaStreamCreateWithFlags(&created, cudaStreamNonBlocking);
  *stream = created;
  return status;
}
int destroy_stream(void* stream) {
  return cudaStreamDestroy(stream_of(stream));
}
int synchronise(void* stream) {
  return cudaStreamSynchronize(stream_of(stream));
}
int copy_in(void* target, const void* source, int64_t bytes, void* stream) {
  return cudaMemcpyAsync(target, source, static_cast<std::size_t>(bytes), cudaMemcpyHostToDevice,
                         stream_of(stream));
}
int copy_out(void* target, const void* source, int64_t bytes, void* stream) {
  return cudaMemcpyAsync(target, source, static_cast<std::size_t>(bytes), cudaMemcpyDeviceToHost,
                         stream_of(stream));
}
int clear(void* target, int64_t bytes, void* stream) {
  return cudaMemsetAsync(target, 0, static_cast<std::size_t>(bytes), stream_of(stream));
}

template <auto kLauncher, typename Args>
int launch_on(const Args& args, void* stream) {
  return kLauncher(args, stream_of(stream));
}
template <auto kLauncher>
int attend(const AttentionArgs& args, int64_t tokens, void* stream) {
  return kLauncher(args, tokens, stream_of(stream));
}

int multiply_by_library(const DenseLinearArgs& args,
                        void* workspace,
                        int64_t workspace_bytes,
                        void* stream) {
  const LtFunctions* functions = lt_functions(nullptr);
  if (functions == nullptr) return kNotSupported;
  int ordinal = 0;
  if (const cudaError_t status = cudaGetDevice(&ordinal); status != cudaSuccess) return status;
  return dense_library(*functions, args, ordinal, workspace, workspace_bytes, stream);
}
const char* library_text() {
  const char* reason = nullptr;
  lt_functions(&reason);
  return reason;
}

constexpr Backend kBackend = {
    .struct_size = sizeof(Backend),
    .version = kBackendVersion,
    .runtime = CUDART_VERSION,
    .driver = driver,
    .device_count = device_count,
    .device = device,
    .error_name = error_name,
    .error_text = error_text,
    .use_device = use_device,
    .allocate = allocate,
    .release = release,
    .create_stream = create_stream,
    .destroy_stream = destroy_stream,
    .synchronise = synchronise,
    .copy_in = copy_in,
    .copy_out = copy_out,
    .clear = clear,
    .rms_norm = launch_on<rms_norm, RmsNormArgs>,
    .layer_norm = launch_on<layer_norm, LayerNormArgs>,
    .softmax = launch_on<softmax, SoftmaxArgs>,
    .rotary = launch_on<rotary, RotaryArgs>,
    .embedding = launch_on<embedding, EmbeddingArgs>,
    .gather_rows = launch_on<gather_rows, GatherRowsArgs>,
    .pooling = launch_on<pooling, PoolingArgs>,
    .top_k = launch_on<top_k, TopKArgs>,
    .activation = launch_on<activation, ActivationArgs>,
    .activation_backward = launch_on<activation_backward, ActivationBackwardArgs>,
    .axpby = launch_on<axpby, AxpbyArgs>,
    .quantize = launch_on<quantize, QuantizeArgs>,
    .dequantize = launch_on<dequantize, DequantizeArgs>,
    .attention_bf16 = attend<attention_bf16>,
    .attention_f16 = attend<attention_f16>,
    .attention_f32 = attend<attention_f32>,
    .attention_backward_bf16 = launch_on<attention_backward_bf16, AttentionBackwardArgs>,
    .attention_backward_f32 = launch_on<attention_backward_f32, AttentionBackwardArgs>,
    .relative_bias = launch_on<relative_bias, RelativeBiasArgs>,
    .kv_copy = launch_on<kv_copy, KvCopyArgs>,
    .quantise_rows = launch_on<quantise_rows, QuantiseRowsArgs>,
    .linear_vector = launch_on<linear_vector, QuantisedLinearArgs>,
    .linear_tile = launch_on<linear_tile, QuantisedLinearArgs>,
    .round_rows = launch_on<round_rows, RoundRowsArgs>,
    .dense_vector = launch_on<dense_vector, DenseLinearArgs>,
    .dense_f32 = launch_on<dense_f32, DenseLinearArgs>,
    .dense_half = launch_on<dense_half, DenseLinearArgs>,
    .dense_library = multiply_by_library,
    .dense_library_text = library_text,
    .int8_rows = launch_on<int8_rows, Int8RowsArgs>,
    .int8_vector = launch_on<int8_vector, Int8LinearArgs>,
    .int8_tile = launch_on<int8_tile, Int8LinearArgs>,
    .low_rank = launch_on<low_rank, LowRankArgs>,
    .linear_backward_f32 = launch_on<linear_backward_f32, DenseBackwardArgs>,
    .linear_backward_half = launch_on<linear_backward_half, DenseBackwardArgs>,
    .unpack_weight = launch_on<unpack_weight, UnpackWeightArgs>,
    .quantised_weight_bytes = quantised_weight_bytes,
    .pack_quantised_weight = pack_quantised_weight,
};

}  // namespace
}  // namespace gatun::cuda

const gatun::cuda::Backend* gatun_cuda_backend() {
  return &gatun::cuda::kBackend;
}
