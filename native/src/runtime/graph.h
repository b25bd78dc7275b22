// SPDX-License-Identifier: Apache-2.0
// A recorded list of checked calls. Immutable once the recording has ended.
#pragma once

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "gatun/status.h"
#include "runtime/cuda_stream.h"
#include "runtime/device.h"
#include "runtime/stream.h"

namespace gatun {

class Graph {
 public:
  explicit Graph(Device& device) : device_(device), use_(device, Device::Use::kGraph) {}

  Device& device() const { return device_; }
  const std::vector<Call>& calls() const { return calls_; }

  // While recording.
  void append(Call call) { calls_.push_back(std::move(call)); }
  void* scratch(int64_t bytes);
  // Keeps the first text, without allocating: a recording must become void even when memory is out.
  void fail(const char* message) noexcept;
  bool failed() const { return failed_; }
  const char* failure() const { return failure_; }  // of the first call that failed

  // What a GPU's stream captured; null on a CPU, which has calls().
  const CudaGraph* cuda() const { return cuda_.get(); }
  void hold(std::unique_ptr<CudaGraph> captured) { cuda_ = std::move(captured); }

  // Recorded kernels report here. One replay at a time: the lock covers region and fault.
  Fault& fault() const { return fault_; }
  std::mutex& replay_mutex() const { return replay_mutex_; }

 private:
  Device& device_;
  DeviceUse use_;
  std::vector<Call> calls_;
  std::vector<std::unique_ptr<DeviceMemory>>
      scratch_;                      // the last is the largest; recorded calls may name any of them
  std::unique_ptr<CudaGraph> cuda_;  // destroyed before the scratch memory that it uses
  bool failed_ = false;
  char failure_[GATUN_ERROR_MESSAGE_BYTES] = {};
  mutable Fault fault_;
  mutable std::mutex replay_mutex_;
};

}  // namespace gatun
