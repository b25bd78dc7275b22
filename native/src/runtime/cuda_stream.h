// SPDX-License-Identifier: Apache-2.0
// A stream of a GPU and the graphs that it captures.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "kernels/cuda/fault.h"
#include "runtime/cuda_device.h"

namespace gatun {

// Where kernels report data that they cannot use. Host-visible: the host looks at it when the
// stream has been synchronised.
class CudaFault {
 public:
  explicit CudaFault(CudaDevice& device);
  ~CudaFault();
  CudaFault(const CudaFault&) = delete;
  CudaFault& operator=(const CudaFault&) = delete;

  cuda::DeviceFault* data() const { return data_; }
  void throw_if_set();  // INVALID_ARGUMENT, and clears it

 private:
  CudaDevice& device_;
  cuda::DeviceFault* data_;
};

class CudaGraph {
 public:
  explicit CudaGraph(CudaDevice& device)
      : device_(device), fault_(std::make_shared<CudaFault>(device)) {}
  ~CudaGraph();
  CudaGraph(const CudaGraph&) = delete;
  CudaGraph& operator=(const CudaGraph&) = delete;

 private:
  friend class CudaStream;
  CudaDevice& device_;
  void* executable_ = nullptr;
  int64_t launches_ = 0;
  std::shared_ptr<CudaFault> fault_;
};

// One caller at a time.
class CudaStream {
 public:
  explicit CudaStream(CudaDevice& device);
  ~CudaStream();
  CudaStream(const CudaStream&) = delete;
  CudaStream& operator=(const CudaStream&) = delete;

  CudaDevice& device() const { return device_; }
  const cuda::Backend& backend() const { return device_.backend(); }
  // Where the kernels of the next call report: the stream's own, or that of the graph in capture.
  cuda::DeviceFault* fault() const { return (capture_ ? *capture_->fault_ : *fault_).data(); }

  // Gives an operation to the device. `run` is an entry of the backend's table.
  template <typename Arguments>
  void launch(const char* operation,
              int (*run)(const Arguments&, void*),
              const Arguments& arguments) {
    launch_with(operation, [&](void* stream) { return run(arguments, stream); });
  }
  // The same for an entry with more arguments: run(stream) calls it.
  template <typename Run>
  void launch_with(const char* operation, const Run& run) {
    if (planning_) return;
    device_.use(operation);
    device_.check(run(stream_), operation);
    count_launch();
  }
  void clear(void* target, int64_t bytes, const char* operation);
  void copy_in(void* target, const void* source, int64_t bytes);
  void copy_out(void* target, const void* source, int64_t bytes);
  // Memory of the host that the next launch reads where it is; waits for the launch that read it
  // last.
  std::byte* stage(int64_t bytes, const char* operation);
  // Waits for everything, then throws the first fault that kernels reported.
  void synchronise(const char* operation);

  // Whether launches are left out.
  void set_planning(bool planning) { planning_ = planning; }
  bool planning() const { return planning_; }

  void begin_capture();
  std::unique_ptr<CudaGraph> end_capture();
  void discard_capture() noexcept;
  void replay(const CudaGraph& graph);

 private:
  void count_launch();

  CudaDevice& device_;
  void* stream_ = nullptr;
  std::unique_ptr<CudaFault> fault_;
  std::unique_ptr<CudaGraph> capture_;
  void* staging_ = nullptr;
  int64_t staging_bytes_ = 0;
  bool staging_in_use_ = false;
  bool planning_ = false;
  std::vector<std::shared_ptr<CudaFault>> replayed_;  // of graphs since the last synchronisation
};

}  // namespace gatun
