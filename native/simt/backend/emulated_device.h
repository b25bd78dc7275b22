// SPDX-License-Identifier: Apache-2.0
// The emulated device as a runtime sees it: memory, streams, graphs, and errors that stay. What the
// emulation finds in a kernel becomes the error of a launch.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace gatun::simt {

// Numbers of cudaError_t.
enum Error : int {
  kSuccess = 0,
  kInvalidValue = 1,
  kOutOfMemory = 2,
  kInvalidDevice = 101,
  kIllegalAddress = 700,
  kMisalignedAddress = 716,
  kLaunchFailure = 719,
  kCaptureUnsupported = 900,
  kIllegalState = 401,
};

// What a test has the device do.
enum class Injection : int32_t {
  kReset,       // an ordinary device, without what has failed before
  kDriver,      // the driver supports CUDA up to `value`, 0: none answers
  kDevices,     // there are `value` devices
  kCapability,  // of the device, 75: 7.5. Kernels that use more than it has fail
  kMemory,      // bytes that may be allocated from now on
  kFault,       // the launch after `value` more fails, and all after it
  kLibrary,     // 1: cuBLASLt is looked up; the test has brought one that works on the host
};

class EmulatedDevice {
 public:
  static EmulatedDevice& instance();

  // Held in every call: kernels and the code around them run on one thread at a time.
  std::mutex& mutex() { return mutex_; }
  void inject(Injection injection, int64_t value);

  int32_t driver() const { return driver_; }
  int32_t devices() const { return devices_; }
  int32_t capability() const { return capability_; }
  int64_t memory_bytes() const;
  int64_t free_bytes() const;
  int fault() const { return fault_; }
  bool has_library() const { return has_library_; }
  const std::string& detail() const { return detail_; }

  int allocate(int64_t bytes, bool visible, void** data);
  int release(void* data);
  // Whether all of it lies in one buffer.
  bool holds(const void* data, int64_t bytes) const;

  using Work = std::function<int()>;
  using Graph = std::vector<Work>;
  struct Stream {
    Graph* capture = nullptr;
  };
  // Runs the work, or keeps it where the stream captures.
  int submit(Stream* stream, Work work);
  int run(const Work& work);
  int replay(const Graph& graph);

 private:
  std::mutex mutex_;
  std::map<uintptr_t, int64_t> buffers_;  // bytes by address
  int64_t allocated_ = 0;
  int64_t limit_ = -1;  // of allocated_, -1: the machine's
  int64_t launches_until_fault_ = -1;
  int32_t driver_ = 0, devices_ = 0, capability_ = 0;
  bool has_library_ = false;
  int fault_ = kSuccess;  // stays
  std::string detail_;

  EmulatedDevice();
  void set_capability(int32_t capability);
};

}  // namespace gatun::simt
