// SPDX-License-Identifier: Apache-2.0
// A GPU behind the table of libgatun_cuda.so: its memory, its errors, and whether it still works.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>

#include "gatun/device.h"
#include "kernels/cuda/backend.h"
#include "runtime/memory.h"

namespace gatun {

// Thread-safe.
class CudaDevice {
 public:
  // Throws UNAVAILABLE, DRIVER_TOO_OLD or DEVICE_TOO_OLD with the reason.
  explicit CudaDevice(const gatun_device_options& options);
  ~CudaDevice();
  CudaDevice(const CudaDevice&) = delete;
  CudaDevice& operator=(const CudaDevice&) = delete;

  const cuda::Backend& backend() const { return backend_; }
  int32_t ordinal() const { return ordinal_; }
  int32_t capability() const { return card_.capability; }
  // "NVIDIA A10 (GPU 0)".
  const std::string& label() const { return label_; }
  // gatun_tensor.device of its tensors.
  int32_t tensor_device() const { return ordinal_ + 1; }

  // Whether products may go to the machine's cuBLASLt, which is looked up at the first question.
  bool has_dense_library();

  // Before calls of the backend: makes the card that of the calling thread. Throws DEVICE if a
  // fault has made it unusable.
  void use(const char* operation);
  // Throws what a status of the backend means. A sticky fault makes the device unusable.
  void check(int status, const char* operation);
  bool lost() const { return lost_.load(std::memory_order_acquire); }

  // Zeroed; throws OUT_OF_MEMORY with needed and free bytes of the card.
  void* allocate(int64_t bytes, const char* purpose, Placement placement);
  void release(void* data, Placement placement) noexcept;
  // From the host's memory, at once.
  void copy_in(void* target, const void* source, int64_t bytes, const char* operation);

  void count_launches(int64_t count) { launches_.fetch_add(count, std::memory_order_relaxed); }
  void query(gatun_device_info& info) noexcept;

 private:
  [[noreturn]] void throw_out_of_memory(int64_t bytes, const char* purpose);

  const cuda::Backend& backend_;
  const int32_t ordinal_;
  cuda::BackendDevice card_{};
  std::string label_;
  std::mutex service_mutex_;
  void* service_ = nullptr;  // stream of copies that belong to no stream of the caller
  std::once_flag library_question_;
  bool has_dense_library_ = false;
  std::atomic<int64_t> launches_{0};
  std::atomic<bool> lost_{false};
  std::mutex fault_mutex_;
  std::string fault_;  // what made the device unusable
};

}  // namespace gatun
