// SPDX-License-Identifier: Apache-2.0
#include "runtime/device.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "runtime/cpu_features.h"
#include "runtime/cuda_device.h"
#include "runtime/error.h"

namespace gatun {
namespace {

constexpr int32_t kMaxThreads = 1024;
constexpr int32_t kDefaultSpinMicroseconds = 100;
constexpr int32_t kMaxSpinMicroseconds = 1000000;

Error invalid(const std::string& message) {
  return Error(GATUN_STATUS_INVALID_ARGUMENT, "device_open: " + message);
}

// The tier that GATUN_ISA names, AUTO where the variable is not set.
int32_t environment_isa() {
  const char* name = std::getenv("GATUN_ISA");
  if (name == nullptr || *name == '\0') return GATUN_ISA_AUTO;
  std::string names = "auto";
  if (names == name) return GATUN_ISA_AUTO;
  for (int32_t isa = GATUN_ISA_GENERIC; isa <= GATUN_ISA_AMX; ++isa) {
    const char* known = isa_tier_name(static_cast<IsaTier>(isa));
    if (std::strcmp(name, known) == 0) return isa;
    names += std::string(", ") + known;
  }
  throw invalid("the environment variable GATUN_ISA is \"" + std::string(name) +
                "\", expected one of " + names);
}

IsaTier choose_tier(int32_t isa) {
  if (isa < GATUN_ISA_AUTO || isa > GATUN_ISA_AMX) {
    throw invalid("isa is " + std::to_string(isa) + ", expected a GATUN_ISA_* value from 0 to 5");
  }
  const char* source = "isa";
  if (isa == GATUN_ISA_AUTO) {
    isa = environment_isa();
    source = "the environment variable GATUN_ISA";
  }
  const IsaTier machine = machine_isa_tier();
  if (isa == GATUN_ISA_AUTO) return machine;
  const auto tier = static_cast<IsaTier>(isa);
  if (tier > machine) {
    throw Error(GATUN_STATUS_UNSUPPORTED,
                std::string("device_open: ") + source + " asks for " + isa_tier_name(tier) +
                    ", but the best tier of this machine is " + isa_tier_name(machine));
  }
  return tier;
}

int choose_threads(int32_t threads) {
  if (threads < 0 || threads > kMaxThreads) {
    throw invalid("threads is " + std::to_string(threads) + ", expected 0 (the default) to " +
                  std::to_string(kMaxThreads));
  }
  return threads == 0 ? std::min(visible_physical_cores(), kMaxThreads) : threads;
}

int choose_spin(int32_t microseconds) {
  if (microseconds < 0 || microseconds > kMaxSpinMicroseconds) {
    throw invalid("spin_microseconds is " + std::to_string(microseconds) +
                  ", expected 0 (the default) to " + std::to_string(kMaxSpinMicroseconds));
  }
  return microseconds == 0 ? kDefaultSpinMicroseconds : microseconds;
}

int64_t check_options(const gatun_device_options& options) {
  if (options.memory_budget_bytes < 0) {
    throw invalid("memory_budget_bytes is " + std::to_string(options.memory_budget_bytes) +
                  ", expected 0 (no limit) or more");
  }
  return options.memory_budget_bytes;
}

std::unique_ptr<CudaDevice> open_card(const gatun_device_options& options) {
  if (options.kind == GATUN_DEVICE_CPU) return nullptr;
  if (options.kind == GATUN_DEVICE_CUDA) return std::make_unique<CudaDevice>(options);
  throw Error(GATUN_STATUS_UNSUPPORTED,
              "device_open: kind is " + std::to_string(options.kind) +
                  ", expected GATUN_DEVICE_CPU = 0 or GATUN_DEVICE_CUDA = 1");
}

// Of a GATUN_BUFFER_* that is memory.
Placement placement_of(int32_t kind) {
  return kind == GATUN_BUFFER_HOST_VISIBLE ? Placement::kHostVisible : Placement::kDevice;
}

// Cuts at the end of the array and terminates.
template <size_t kSize>
void copy_text(char (&target)[kSize], const std::string& text) {
  const size_t length = std::min(text.size(), kSize - 1);
  std::memcpy(target, text.data(), length);
  std::memset(target + length, 0, kSize - length);
}

}  // namespace

Device::Device(const gatun_device_options& options) : Device(options, open_card(options)) {}

Device::Device(const gatun_device_options& options, std::unique_ptr<CudaDevice> card)
    : name_(card ? card->label() : cpu_name()),
      tier_(card ? IsaTier::kGeneric : choose_tier(options.isa)),
      memory_(check_options(options)),
      pool_(card ? 1 : choose_threads(options.threads), choose_spin(options.spin_microseconds)),
      cuda_(std::move(card)),
      tensor_device_(cuda_ ? cuda_->tensor_device() : 0) {}

Device::~Device() = default;

void* Device::allocate(int64_t bytes, const char* purpose, Placement placement) {
  if (!cuda_) return memory_.allocate(bytes, purpose);
  memory_.reserve(bytes, (purpose + (" on " + cuda_->label())).c_str());
  try {
    return cuda_->allocate(bytes, purpose, placement);
  } catch (...) {
    memory_.give_back(bytes);
    throw;
  }
}

void Device::release(void* data, int64_t bytes, Placement placement) noexcept {
  if (!cuda_) return memory_.release(data, bytes);
  if (data == nullptr) return;
  cuda_->release(data, placement);
  memory_.give_back(bytes);
}

void* Device::allocate_buffer(int64_t bytes, int32_t kind) {
  constexpr const char* kPurpose = "buffer_allocate";
  if (kind < GATUN_BUFFER_MEMORY || kind > GATUN_BUFFER_HOST_VISIBLE) {
    throw Error(GATUN_STATUS_INVALID_ARGUMENT,
                std::string(kPurpose) + ": kind is " + std::to_string(kind) +
                    ", expected GATUN_BUFFER_MEMORY = 0, GATUN_BUFFER_ADDRESSES = 1 or "
                    "GATUN_BUFFER_HOST_VISIBLE = 2");
  }
  const Buffer buffer{.bytes = bytes, .kind = kind};
  void* data = kind == GATUN_BUFFER_ADDRESSES ? MemoryBudget::map_addresses(bytes, kPurpose)
                                              : allocate(bytes, kPurpose, placement_of(kind));
  try {
    const std::lock_guard<std::mutex> lock(buffers_mutex_);
    buffers_.emplace(data, buffer);
  } catch (...) {
    release_buffer(data, buffer);
    throw;
  }
  return data;
}

void Device::release_buffer(void* data, const Buffer& buffer) noexcept {
  if (buffer.kind == GATUN_BUFFER_ADDRESSES) {
    MemoryBudget::unmap_addresses(data, buffer.bytes);
  } else {
    release(data, buffer.bytes, placement_of(buffer.kind));
  }
}

void Device::free_buffer(void* data, int64_t bytes) {
  Buffer buffer{};
  {
    const std::lock_guard<std::mutex> lock(buffers_mutex_);
    const auto found = buffers_.find(data);
    if (found == buffers_.end()) {
      throw Error(GATUN_STATUS_INVALID_ARGUMENT,
                  "buffer_free: data is not a buffer of this device, or was freed before");
    }
    buffer = found->second;
    if (buffer.bytes != bytes) {
      throw Error(GATUN_STATUS_INVALID_ARGUMENT,
                  "buffer_free: byte_length is " + std::to_string(bytes) + ", expected the " +
                      std::to_string(buffer.bytes) + " bytes that were allocated");
    }
    buffers_.erase(found);
  }
  release_buffer(data, buffer);
}

void Device::query(gatun_device_info& info) const {
  info.kind = cuda_ ? GATUN_DEVICE_CUDA : GATUN_DEVICE_CPU;
  info.isa = static_cast<int32_t>(tier_);
  info.machine_isa = static_cast<int32_t>(machine_isa_tier());
  info.threads = pool_.threads();
  copy_text(info.name, name_);
  copy_text(info.isa_name, cuda_ ? "" : isa_tier_name(tier_));
  info.memory_budget_bytes = memory_.limit_bytes();
  info.allocated_bytes = memory_.allocated_bytes();
  info.peak_bytes = memory_.peak_bytes();
  info.weight_passes = weight_passes_.load(std::memory_order_relaxed);
  info.regions = pool_.regions();
  info.launches = info.memory_bytes = info.free_bytes = 0;
  info.ordinal = info.capability = info.tensor_device = info.lost = 0;
  if (cuda_) cuda_->query(info);
}

void Device::check_closable() const {
  int64_t buffers = 0;
  {
    const std::lock_guard<std::mutex> lock(buffers_mutex_);
    buffers = static_cast<int64_t>(buffers_.size());
  }
  const auto count = [this](Use use) {
    return uses_[static_cast<int>(use)].load(std::memory_order_relaxed);
  };
  const int64_t streams = count(Use::kStream), graphs = count(Use::kGraph),
                weights = count(Use::kWeight);
  if (streams + graphs + weights + buffers == 0) return;
  throw Error(GATUN_STATUS_INVALID_ARGUMENT,
              "device_close: the device still has " + std::to_string(streams) + " streams, " +
                  std::to_string(graphs) + " graphs, " + std::to_string(weights) + " weights and " +
                  std::to_string(buffers) + " buffers; destroy them first");
}

}  // namespace gatun
