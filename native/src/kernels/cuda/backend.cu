// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include "kernels/cuda/backend.h"
#include "kernels/cuda/backend_kernels.h"
#include "kernels/cuda/dense_library.h"

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
int allocate_visible(int64_t bytes, void** data) {
  return cudaHostAlloc(data, static_cast<std::size_t>(bytes), cudaHostAllocMapped);
}
int release_visible(void* data) {
  return cudaFreeHost(data);
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

// Memory may be allocated while a stream captures, so the mode is the one that allows it.
int begin_capture(void* stream) {
  return cudaStreamBeginCapture(stream_of(stream), cudaStreamCaptureModeRelaxed);
}
int end_capture(void* stream, void** graph) {
  cudaGraph_t captured = nullptr;
  cudaError_t status = cudaStreamEndCapture(stream_of(stream), &captured);
  if (status != cudaSuccess || captured == nullptr) return status;
  if (graph != nullptr) {
    cudaGraphExec_t executable = nullptr;
    status = cudaGraphInstantiate(&executable, captured, 0);
    *graph = executable;
  }
  const cudaError_t destroyed = cudaGraphDestroy(captured);
  return status != cudaSuccess ? status : destroyed;
}
int replay(void* graph, void* stream) {
  return cudaGraphLaunch(static_cast<cudaGraphExec_t>(graph), stream_of(stream));
}
int destroy_graph(void* graph) {
  return cudaGraphExecDestroy(static_cast<cudaGraphExec_t>(graph));
}

void locate_quantised_weight(
    int32_t dtype, int64_t rows, int64_t columns, const std::byte* data, QuantisedWeight* weight) {
  *weight = quantised_weight_at(dtype, rows, columns, data);
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
    .emulated = 0,
    .reserved = 0,
    .driver = driver,
    .device_count = device_count,
    .device = device,
    .error_name = error_name,
    .error_text = error_text,
    .use_device = use_device,
    .allocate = allocate,
    .release = release,
    .allocate_visible = allocate_visible,
    .release_visible = release_visible,
    .create_stream = create_stream,
    .destroy_stream = destroy_stream,
    .synchronise = synchronise,
    .copy_in = copy_in,
    .copy_out = copy_out,
    .clear = clear,
    .begin_capture = begin_capture,
    .end_capture = end_capture,
    .replay = replay,
    .destroy_graph = destroy_graph,
#include "kernels/cuda/backend_entries.inc"
    .quantised_weight_bytes = quantised_weight_bytes,
    .pack_quantised_weight = pack_quantised_weight,
    .quantised_weight_at = locate_quantised_weight,
};

}  // namespace
}  // namespace gatun::cuda

const gatun::cuda::Backend* gatun_cuda_backend() {
  return &gatun::cuda::kBackend;
}
