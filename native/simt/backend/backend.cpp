// SPDX-License-Identifier: Apache-2.0
// libgatun_cuda_emulated.so: the table of libgatun_cuda.so over the emulated device. For tests: the
// rest of the library, and what stands on it, runs as on a GPU, without one.
#include "kernels/cuda/backend.h"

#include <cstdio>
#include <cstring>
#include <mutex>

#include "kernels/cuda/backend_kernels.h"
#include "kernels/cuda/dense_library.h"
#include "simt/backend/emulated_device.h"
#include "simt/machine.h"

namespace gatun::cuda {
namespace {

using simt::EmulatedDevice;
using Lock = std::lock_guard<std::mutex>;

EmulatedDevice& emulated() {
  return EmulatedDevice::instance();
}
EmulatedDevice::Stream* stream_of(void* stream) {
  return static_cast<EmulatedDevice::Stream*>(stream);
}
EmulatedDevice::Graph* graph_of(void* graph) {
  return static_cast<EmulatedDevice::Graph*>(graph);
}

int32_t driver() {
  const Lock lock(emulated().mutex());
  return emulated().driver();
}

int device_count(int32_t* count) {
  const Lock lock(emulated().mutex());
  *count = emulated().devices();
  return simt::kSuccess;
}

int device(int32_t ordinal, BackendDevice* out) {
  const Lock lock(emulated().mutex());
  *out = {};
  if (ordinal < 0 || ordinal >= emulated().devices()) return simt::kInvalidDevice;
  std::snprintf(out->name, sizeof(out->name), "Emulated GPU");
  out->capability = emulated().capability();
  out->multiprocessors = 2;
  out->memory_bytes = emulated().memory_bytes();
  out->free_bytes = emulated().free_bytes();
  out->shared_bytes = static_cast<int64_t>(simt::Machine::instance().shared_limit);
  return emulated().fault();
}

const char* error_name(int status) {
  switch (status) {
    case simt::kSuccess:
      return "cudaSuccess";
    case simt::kInvalidValue:
      return "cudaErrorInvalidValue";
    case simt::kOutOfMemory:
      return "cudaErrorMemoryAllocation";
    case kInvalidConfiguration:
      return "cudaErrorInvalidConfiguration";
    case simt::kInvalidDevice:
      return "cudaErrorInvalidDevice";
    case simt::kIllegalAddress:
      return "cudaErrorIllegalAddress";
    case simt::kMisalignedAddress:
      return "cudaErrorMisalignedAddress";
    case simt::kLaunchFailure:
      return "cudaErrorLaunchFailure";
    case simt::kCaptureUnsupported:
      return "cudaErrorStreamCaptureUnsupported";
    case simt::kIllegalState:
      return "cudaErrorIllegalState";
    default:
      return "cudaErrorUnknown";
  }
}

// The emulation says more than a driver would. The text stays until the device is reset.
const char* error_text(int status) {
  const Lock lock(emulated().mutex());
  const bool is_fault = status != simt::kSuccess && status == emulated().fault();
  return is_fault ? emulated().detail().c_str() : error_name(status);
}

int use_device(int32_t ordinal) {
  const Lock lock(emulated().mutex());
  return ordinal >= 0 && ordinal < emulated().devices() ? simt::kSuccess : simt::kInvalidDevice;
}

int allocate(int64_t bytes, void** data) {
  const Lock lock(emulated().mutex());
  return emulated().allocate(bytes, false, data);
}
int allocate_visible(int64_t bytes, void** data) {
  const Lock lock(emulated().mutex());
  return emulated().allocate(bytes, true, data);
}
int release(void* data) {
  const Lock lock(emulated().mutex());
  return emulated().release(data);
}

int create_stream(void** stream) {
  *stream = new EmulatedDevice::Stream();
  return simt::kSuccess;
}
int destroy_stream(void* stream) {
  delete stream_of(stream);
  return simt::kSuccess;
}
int synchronise(void* stream) {
  const Lock lock(emulated().mutex());
  return stream_of(stream)->capture != nullptr ? simt::kCaptureUnsupported : emulated().fault();
}

int copy_in(void* target, const void* source, int64_t bytes, void* stream) {
  const Lock lock(emulated().mutex());
  if (stream_of(stream)->capture != nullptr) return simt::kCaptureUnsupported;
  if (!emulated().holds(target, bytes)) return simt::kInvalidValue;
  std::memcpy(target, source, static_cast<std::size_t>(bytes));
  simt::Machine::instance().host_wrote(target, static_cast<std::size_t>(bytes));
  return emulated().fault();
}
int copy_out(void* target, const void* source, int64_t bytes, void* stream) {
  const Lock lock(emulated().mutex());
  if (stream_of(stream)->capture != nullptr) return simt::kCaptureUnsupported;
  if (!emulated().holds(source, bytes)) return simt::kInvalidValue;
  std::memcpy(target, source, static_cast<std::size_t>(bytes));
  return emulated().fault();
}
int clear(void* target, int64_t bytes, void* stream) {
  const Lock lock(emulated().mutex());
  if (!emulated().holds(target, bytes)) return simt::kInvalidValue;
  const auto set = [target, bytes] {
    std::memset(target, 0, static_cast<std::size_t>(bytes));
    simt::Machine::instance().host_wrote(target, static_cast<std::size_t>(bytes));
    return 0;
  };
  if (stream_of(stream)->capture == nullptr) return set(), emulated().fault();
  stream_of(stream)->capture->push_back(set);
  return simt::kSuccess;
}

int begin_capture(void* stream) {
  const Lock lock(emulated().mutex());
  if (stream_of(stream)->capture != nullptr) return simt::kIllegalState;
  stream_of(stream)->capture = new EmulatedDevice::Graph();
  return emulated().fault();
}
int end_capture(void* stream, void** graph) {
  const Lock lock(emulated().mutex());
  EmulatedDevice::Graph* captured = stream_of(stream)->capture;
  if (captured == nullptr) return simt::kIllegalState;
  stream_of(stream)->capture = nullptr;
  if (graph != nullptr) {
    *graph = captured;
  } else {
    delete captured;
  }
  return emulated().fault();
}
int replay(void* graph, void* stream) {
  const Lock lock(emulated().mutex());
  if (stream_of(stream)->capture != nullptr) return simt::kCaptureUnsupported;
  return emulated().replay(*graph_of(graph));
}
int destroy_graph(void* graph) {
  delete graph_of(graph);
  return simt::kSuccess;
}

int64_t weight_bytes(int32_t dtype, int64_t rows, int64_t columns) {
  const Lock lock(emulated().mutex());
  return quantised_weight_bytes(dtype, rows, columns);
}
// Kernel sources run under the lock, the parts for the host too: their accesses are watched.
void pack(
    int32_t dtype, int64_t rows, int64_t columns, const std::byte* source, std::byte* target) {
  const Lock lock(emulated().mutex());
  pack_quantised_weight(dtype, rows, columns, source, target);
}
void locate_weight(
    int32_t dtype, int64_t rows, int64_t columns, const std::byte* data, QuantisedWeight* weight) {
  const Lock lock(emulated().mutex());
  *weight = quantised_weight_at(dtype, rows, columns, data);
}

template <auto kLauncher, typename Args>
int launch_on(const Args& args, void* stream) {
  const Lock lock(emulated().mutex());
  return emulated().submit(stream_of(stream), [args] { return kLauncher(args, nullptr); });
}
template <auto kLauncher>
int attend(const AttentionArgs& args, int64_t tokens, void* stream) {
  const Lock lock(emulated().mutex());
  return emulated().submit(stream_of(stream),
                           [args, tokens] { return kLauncher(args, tokens, nullptr); });
}

// NVIDIA's cuBLASLt has no business here; a test that brings a library of that name says so.
int multiply_by_library(const DenseLinearArgs& args,
                        void* workspace,
                        int64_t workspace_bytes,
                        void* stream) {
  const Lock lock(emulated().mutex());
  const LtFunctions* functions = emulated().has_library() ? lt_functions(nullptr) : nullptr;
  if (functions == nullptr) return kNotSupported;
  if (!dense_library_takes(args)) return kNotSupported;
  if (args.tokens == 0) return simt::kSuccess;
  EmulatedDevice::Stream* queue = stream_of(stream);
  const auto multiply = [functions, args, workspace, workspace_bytes] {
    const int status = dense_library(*functions, args, 0, workspace, workspace_bytes, nullptr);
    for (int64_t n = 0; status == simt::kSuccess && n < args.tokens; ++n) {
      simt::Machine::instance().host_wrote(
          args.y + n * args.y_stride, static_cast<std::size_t>(args.weight.rows) * sizeof(float));
    }
    return status;
  };
  return emulated().submit(queue, multiply);
}
const char* library_text() {
  const Lock lock(emulated().mutex());
  const char* reason = "cuBLASLt: none for the emulated device";
  if (emulated().has_library()) lt_functions(&reason);
  return reason;
}

constexpr Backend kBackend = {
    .struct_size = sizeof(Backend),
    .version = kBackendVersion,
    .runtime = 13020,
    .emulated = 1,
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
    .release_visible = release,
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
    .quantised_weight_bytes = weight_bytes,
    .pack_quantised_weight = pack,
    .quantised_weight_at = locate_weight,
};

}  // namespace
}  // namespace gatun::cuda

const gatun::cuda::Backend* gatun_cuda_backend() {
  return &gatun::cuda::kBackend;
}

// For tests that load the library themselves: simt::Injection.
extern "C" __attribute__((visibility("default"))) void gatun_emulated_inject(int32_t injection,
                                                                             int64_t value) {
  gatun::simt::EmulatedDevice& device = gatun::simt::EmulatedDevice::instance();
  const std::lock_guard<std::mutex> lock(device.mutex());
  device.inject(static_cast<gatun::simt::Injection>(injection), value);
}

// How often a kernel was launched.
extern "C" __attribute__((visibility("default"))) int64_t
gatun_emulated_launches(const char* kernel) {
  const std::lock_guard<std::mutex> lock(gatun::simt::EmulatedDevice::instance().mutex());
  return gatun::simt::Machine::instance().launches(kernel);
}
