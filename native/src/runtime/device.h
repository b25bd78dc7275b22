// SPDX-License-Identifier: Apache-2.0
// A device: its tier, its threads, its memory and its counters.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "gatun/device.h"
#include "runtime/isa_tier.h"
#include "runtime/memory.h"
#include "runtime/thread_pool.h"

namespace gatun {

class CudaDevice;

class Device {
 public:
  explicit Device(const gatun_device_options& options);
  ~Device();
  Device(const Device&) = delete;
  Device& operator=(const Device&) = delete;

  IsaTier tier() const { return tier_; }
  int threads() const { return pool_.threads(); }
  // Of a CPU. A GPU's device has one of a single thread, in which nothing runs.
  ThreadPool& pool() { return pool_; }
  // Null on a CPU.
  CudaDevice* cuda() const { return cuda_.get(); }
  // gatun_tensor.device of the device's tensors, and its name for messages.
  int32_t tensor_device() const { return tensor_device_; }
  const std::string& name() const { return name_; }

  // Zeroed memory, 64-byte aligned (see MemoryBudget). `purpose` names operation and argument for
  // the error.
  void* allocate(int64_t bytes, const char* purpose, Placement placement = Placement::kDevice);
  void release(void* data, int64_t bytes, Placement placement = Placement::kDevice) noexcept;

  // Buffers that a user of the ABI owns: free checks that the address came from allocate.
  void* allocate_buffer(int64_t bytes, int32_t kind = GATUN_BUFFER_MEMORY);
  void free_buffer(void* data, int64_t bytes);

  // Products count each weight matrix that they stream: at submission, or in a kernel through the
  // counter.
  void count_weight_pass() { weight_passes_.fetch_add(1, std::memory_order_relaxed); }
  std::atomic<int64_t>& weight_pass_counter() { return weight_passes_; }

  // Objects of a kind that keep the device open. Each user of a device holds a DeviceUse.
  enum class Use : int32_t { kStream, kGraph, kWeight };
  void add_use(Use use) { uses_[static_cast<int>(use)].fetch_add(1, std::memory_order_relaxed); }
  void drop_use(Use use) { uses_[static_cast<int>(use)].fetch_sub(1, std::memory_order_relaxed); }

  void query(gatun_device_info& info) const;
  // Throws INVALID_ARGUMENT while something of the device exists.
  void check_closable() const;

 private:
  struct Buffer {
    int64_t bytes;
    int32_t kind;  // GATUN_BUFFER_*
  };

  Device(const gatun_device_options& options, std::unique_ptr<CudaDevice> card);
  void release_buffer(void* data, const Buffer& buffer) noexcept;

  const std::string name_;
  const IsaTier tier_;
  MemoryBudget memory_;
  ThreadPool pool_;
  std::atomic<int64_t> weight_passes_{0};
  std::atomic<int64_t> uses_[3] = {};
  mutable std::mutex buffers_mutex_;
  std::unordered_map<void*, Buffer> buffers_;  // by address
  const std::unique_ptr<CudaDevice> cuda_;
  const int32_t tensor_device_;
};

// Keeps a device from closing for as long as it lives.
class DeviceUse {
 public:
  DeviceUse(Device& device, Device::Use use) : device_(device), use_(use) { device_.add_use(use_); }
  ~DeviceUse() { device_.drop_use(use_); }
  DeviceUse(const DeviceUse&) = delete;
  DeviceUse& operator=(const DeviceUse&) = delete;

 private:
  Device& device_;
  const Device::Use use_;
};

// A block of device memory with an owner.
class DeviceMemory {
 public:
  DeviceMemory(Device& device, int64_t bytes, const char* purpose)
      : device_(device), data_(device.allocate(bytes, purpose)), bytes_(bytes) {}
  ~DeviceMemory() { device_.release(data_, bytes_); }
  DeviceMemory(const DeviceMemory&) = delete;
  DeviceMemory& operator=(const DeviceMemory&) = delete;

  void* data() const { return data_; }
  int64_t bytes() const { return bytes_; }

 private:
  Device& device_;
  void* data_;
  const int64_t bytes_;
};

}  // namespace gatun
