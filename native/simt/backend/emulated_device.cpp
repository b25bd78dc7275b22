// SPDX-License-Identifier: Apache-2.0
#include "simt/backend/emulated_device.h"

#include <algorithm>
#include <exception>
#include <new>
#include <utility>

#include "simt/machine.h"

namespace gatun::simt {
namespace {

constexpr int32_t kDriver = 13020;
constexpr int32_t kCapability = 80;
constexpr int64_t kMemoryBytes = int64_t{256} << 20;

int error_of(FindingKind kind) {
  switch (kind) {
    case FindingKind::kOutOfBounds:
      return kIllegalAddress;
    case FindingKind::kMisaligned:
      return kMisalignedAddress;
    default:
      return kLaunchFailure;
  }
}

// What a block may ask for.
std::size_t shared_bytes_of(int32_t capability) {
  constexpr std::size_t kKibibyte = 1024;
  switch (capability) {
    case 75:
      return 64 * kKibibyte;
    case 80:
    case 87:
      return 163 * kKibibyte;
    case 90:
    case 100:
    case 103:
      return 227 * kKibibyte;
    default:
      return 99 * kKibibyte;
  }
}

}  // namespace

EmulatedDevice::EmulatedDevice() {
  Machine::instance().is_strict = true;
  inject(Injection::kReset, 0);
}

EmulatedDevice& EmulatedDevice::instance() {
  static EmulatedDevice device;
  return device;
}

void EmulatedDevice::inject(Injection injection, int64_t value) {
  switch (injection) {
    case Injection::kReset:
      driver_ = kDriver;
      devices_ = 1;
      set_capability(kCapability);
      limit_ = -1;
      launches_until_fault_ = -1;
      has_library_ = false;
      fault_ = kSuccess;
      detail_.clear();
      break;
    case Injection::kDriver:
      driver_ = static_cast<int32_t>(value);
      break;
    case Injection::kDevices:
      devices_ = static_cast<int32_t>(value);
      break;
    case Injection::kCapability:
      set_capability(static_cast<int32_t>(value));
      break;
    case Injection::kMemory:
      limit_ = allocated_ + value;
      break;
    case Injection::kFault:
      launches_until_fault_ = value;
      break;
    case Injection::kLibrary:
      has_library_ = value != 0;
      break;
  }
}

void EmulatedDevice::set_capability(int32_t capability) {
  capability_ = capability;
  Machine::instance().capability = capability;
  Machine::instance().shared_limit = shared_bytes_of(capability);
}

int64_t EmulatedDevice::memory_bytes() const {
  return kMemoryBytes;
}

int64_t EmulatedDevice::free_bytes() const {
  return (limit_ < 0 ? kMemoryBytes : limit_) - allocated_;
}

int EmulatedDevice::allocate(int64_t bytes, bool visible, void** data) {
  *data = nullptr;
  if (fault_ != kSuccess) return fault_;
  if (bytes <= 0) return kInvalidValue;
  if (bytes > free_bytes()) return kOutOfMemory;
  Machine& machine = Machine::instance();
  void* buffer = machine.allocate(static_cast<std::size_t>(bytes));
  if (buffer == nullptr) return kOutOfMemory;
  // What the host writes there is not seen.
  if (visible) machine.host_wrote(buffer, static_cast<std::size_t>(bytes));
  buffers_[reinterpret_cast<uintptr_t>(buffer)] = bytes;
  allocated_ += bytes;
  *data = buffer;
  return kSuccess;
}

int EmulatedDevice::release(void* data) {
  const auto found = buffers_.find(reinterpret_cast<uintptr_t>(data));
  if (found == buffers_.end()) return kInvalidValue;
  allocated_ -= found->second;
  buffers_.erase(found);
  Machine::instance().release(data);
  return fault_;
}

bool EmulatedDevice::holds(const void* data, int64_t bytes) const {
  const auto address = reinterpret_cast<uintptr_t>(data);
  const auto after = buffers_.upper_bound(address);
  if (bytes < 0 || after == buffers_.begin()) return false;
  const auto& [start, length] = *std::prev(after);
  const auto offset = static_cast<int64_t>(address - start);
  return offset <= length && bytes <= length - offset;
}

int EmulatedDevice::submit(Stream* stream, Work work) {
  if (stream == nullptr) return kInvalidValue;
  if (stream->capture == nullptr) return run(work);
  stream->capture->push_back(std::move(work));
  return kSuccess;
}

int EmulatedDevice::run(const Work& work) {
  if (fault_ != kSuccess) return fault_;
  if (launches_until_fault_ >= 0 && launches_until_fault_-- == 0) {
    detail_ = "unspecified launch failure, as a test wanted";
    return fault_ = kLaunchFailure;
  }
  int status = kSuccess;
  try {
    status = work();
  } catch (const std::bad_alloc&) {
    return kOutOfMemory;
  } catch (const std::exception& e) {
    detail_ = e.what();
    return fault_ = kLaunchFailure;
  }
  const std::vector<Finding> findings = Machine::instance().take_findings();
  if (!findings.empty()) {
    detail_ = findings.front().message();
    fault_ = status = error_of(findings.front().kind);
  }
  return status;
}

int EmulatedDevice::replay(const Graph& graph) {
  for (const Work& work : graph) {
    const int status = run(work);
    if (status != kSuccess) return status;
  }
  return kSuccess;
}

}  // namespace gatun::simt
