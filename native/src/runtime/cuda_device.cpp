// SPDX-License-Identifier: Apache-2.0
#include "runtime/cuda_device.h"

#include <cstring>
#include <string>

#include "kernels/cuda/linear_dense.h"
#include "runtime/cuda_library.h"
#include "runtime/error.h"

namespace gatun {
namespace {

// Numbers of cudaError_t.
constexpr int kMemoryAllocation = 2;

// After these the context of the process is lost: every later call fails with the same number.
bool is_sticky(int status) {
  constexpr int kFirst = 700, kLast = 719;  // illegal address to launch failure
  constexpr int kLaunchOutOfResources = 701;
  return (status >= kFirst && status <= kLast && status != kLaunchOutOfResources) || status == 214;
}

const cuda::Backend& open_backend(const gatun_device_options& options) {
  const CudaLibrary found = find_cuda_library(options.library);
  if (found.status != GATUN_STATUS_OK) throw Error(found.status, "device_open: " + found.reason);
  if (options.ordinal < 0 || options.ordinal >= found.devices) {
    throw Error(GATUN_STATUS_UNAVAILABLE, "device_open: there is no GPU " +
                                              std::to_string(options.ordinal) + ", expected 0 to " +
                                              std::to_string(found.devices - 1));
  }
  return *found.backend;
}

}  // namespace

CudaDevice::CudaDevice(const gatun_device_options& options)
    : backend_(open_backend(options)), ordinal_(options.ordinal) {
  const CudaCard card = describe_cuda_card(backend_, ordinal_);
  if (card.status != GATUN_STATUS_OK) throw Error(card.status, "device_open: " + card.reason);
  card_ = card.device;
  label_ = card_.name + (" (GPU " + std::to_string(ordinal_)) + ")";
  use("device_open");
  check(backend_.create_stream(&service_), "device_open");
}

CudaDevice::~CudaDevice() {
  if (backend_.use_device(ordinal_) == 0) backend_.destroy_stream(service_);
}

// A product of no tokens is no work, and no error where there is a library.
bool CudaDevice::has_dense_library() {
  std::call_once(library_question_, [this] {
    cuda::DenseLinearArgs nothing{};
    has_dense_library_ = backend_.use_device(ordinal_) == 0 &&
                         backend_.dense_library(nothing, nullptr, 0, service_) == 0;
  });
  return has_dense_library_;
}

void CudaDevice::use(const char* operation) {
  if (lost()) {
    const std::lock_guard<std::mutex> lock(fault_mutex_);
    throw Error(GATUN_STATUS_DEVICE, std::string(operation) + ": " + label_ +
                                         " is unusable since an earlier fault: " + fault_);
  }
  check(backend_.use_device(ordinal_), operation);
}

void CudaDevice::check(int status, const char* operation) {
  if (status == 0) return;
  std::string text = std::string(operation) + " failed on " + label_ + " with " +
                     backend_.error_name(status) + " (" + backend_.error_text(status) + ")";
  if (is_sticky(status)) {
    {
      const std::lock_guard<std::mutex> lock(fault_mutex_);
      if (!lost()) fault_ = text;
    }
    lost_.store(true, std::memory_order_release);
    text += "; close the device, and use it again in another process";
  }
  throw Error(status == kMemoryAllocation ? GATUN_STATUS_OUT_OF_MEMORY : GATUN_STATUS_DEVICE,
              std::string(operation) + ": " + text);
}

void CudaDevice::throw_out_of_memory(int64_t bytes, const char* purpose) {
  cuda::BackendDevice now{};
  const int64_t free_bytes = backend_.device(ordinal_, &now) == 0 ? now.free_bytes : 0;
  throw Error(GATUN_STATUS_OUT_OF_MEMORY,
              std::string(purpose) + ": needs " + std::to_string(bytes) + " bytes, but " + label_ +
                  " has only " + std::to_string(free_bytes) + " free of " +
                  std::to_string(card_.memory_bytes) +
                  "; use a smaller model, context or batch, or free memory on the card");
}

void* CudaDevice::allocate(int64_t bytes, const char* purpose, Placement placement) {
  use(purpose);
  const bool visible = placement == Placement::kHostVisible;
  void* data = nullptr;
  const int status =
      visible ? backend_.allocate_visible(bytes, &data) : backend_.allocate(bytes, &data);
  if (status == kMemoryAllocation) throw_out_of_memory(bytes, purpose);
  check(status, purpose);
  if (visible) {
    std::memset(data, 0, static_cast<size_t>(bytes));
    return data;
  }
  try {
    const std::lock_guard<std::mutex> lock(service_mutex_);
    check(backend_.clear(data, bytes, service_), purpose);
    check(backend_.synchronise(service_), purpose);
  } catch (...) {
    release(data, placement);
    throw;
  }
  return data;
}

void CudaDevice::release(void* data, Placement placement) noexcept {
  // On a lost device this fails, and the driver has the memory back with the process.
  if (data == nullptr || backend_.use_device(ordinal_) != 0) return;
  placement == Placement::kHostVisible ? backend_.release_visible(data) : backend_.release(data);
}

void CudaDevice::copy_in(void* target, const void* source, int64_t bytes, const char* operation) {
  use(operation);
  const std::lock_guard<std::mutex> lock(service_mutex_);
  check(backend_.copy_in(target, source, bytes, service_), operation);
  check(backend_.synchronise(service_), operation);
}

void CudaDevice::query(gatun_device_info& info) noexcept {
  cuda::BackendDevice now{};
  const bool answers = !lost() && backend_.device(ordinal_, &now) == 0;
  info.launches = launches_.load(std::memory_order_relaxed);
  info.memory_bytes = card_.memory_bytes;
  info.free_bytes = answers ? now.free_bytes : 0;
  info.ordinal = ordinal_;
  info.capability = card_.capability;
  info.tensor_device = tensor_device();
  info.lost = lost() ? 1 : 0;
}

}  // namespace gatun
