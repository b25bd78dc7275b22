// SPDX-License-Identifier: Apache-2.0
#include "runtime/device.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>
#include <string>

#include "runtime/cpu_features.h"
#include "runtime/error.h"
#include "runtime/stream.h"

namespace gatun {
namespace {

// Sets or clears an environment variable for a scope.
class Environment {
 public:
  Environment(const char* name, const char* value) : name_(name) {
    const char* before = std::getenv(name);
    if (before != nullptr) saved_ = std::make_unique<std::string>(before);
    if (value == nullptr) {
      unsetenv(name);
    } else {
      setenv(name, value, 1);
    }
  }
  ~Environment() {
    if (saved_) {
      setenv(name_, saved_->c_str(), 1);
    } else {
      unsetenv(name_);
    }
  }

 private:
  const char* name_;
  std::unique_ptr<std::string> saved_;
};

gatun_device_options options_of(int32_t isa) {
  gatun_device_options options{};
  options.struct_size = sizeof(options);
  options.isa = isa;
  options.threads = 1;
  return options;
}

std::string failure(const gatun_device_options& options, gatun_status expected) {
  try {
    const Device device(options);
  } catch (const Error& e) {
    EXPECT_EQ(e.status(), expected) << e.what();
    return e.what();
  }
  ADD_FAILURE() << "the device opened";
  return "";
}

gatun_device_info query(const Device& device) {
  gatun_device_info info{};
  info.struct_size = sizeof(info);
  device.query(info);
  return info;
}

TEST(DeviceTest, ForcesEveryTierOfTheMachineAndRefusesTheOthersByName) {
  const Environment unset("GATUN_ISA", nullptr);
  for (int32_t isa = GATUN_ISA_GENERIC; isa <= GATUN_ISA_AMX; ++isa) {
    const auto tier = static_cast<IsaTier>(isa);
    if (tier <= machine_isa_tier()) {
      const Device device(options_of(isa));
      EXPECT_EQ(device.tier(), tier);
      EXPECT_STREQ(query(device).isa_name, isa_tier_name(tier));
      EXPECT_EQ(query(device).machine_isa, static_cast<int32_t>(machine_isa_tier()));
    } else {
      EXPECT_EQ(failure(options_of(isa), GATUN_STATUS_UNSUPPORTED),
                std::string("device_open: isa asks for ") + isa_tier_name(tier) +
                    ", but the best tier of this machine is " + isa_tier_name(machine_isa_tier()));
    }
  }
}

TEST(DeviceTest, EnvironmentLowersOnlyTheAutomaticTier) {
  {
    const Environment lowered("GATUN_ISA", "generic");
    EXPECT_EQ(Device(options_of(GATUN_ISA_AUTO)).tier(), IsaTier::kGeneric);
    if (machine_isa_tier() >= IsaTier::kAvx2) {
      EXPECT_EQ(Device(options_of(GATUN_ISA_AVX2)).tier(), IsaTier::kAvx2);
    }
  }
  {
    const Environment unset("GATUN_ISA", nullptr);
    EXPECT_EQ(Device(options_of(GATUN_ISA_AUTO)).tier(), machine_isa_tier());
  }
  const Environment wrong("GATUN_ISA", "avx1024");
  EXPECT_EQ(failure(options_of(GATUN_ISA_AUTO), GATUN_STATUS_INVALID_ARGUMENT),
            "device_open: the environment variable GATUN_ISA is \"avx1024\", expected one of auto, "
            "generic, avx2, "
            "avx512, avx512_bf16, amx");
}

TEST(DeviceTest, OptionsOutOfRangeAreNamed) {
  auto options = options_of(GATUN_ISA_GENERIC);
  options.threads = -1;
  EXPECT_NE(failure(options, GATUN_STATUS_INVALID_ARGUMENT).find("threads is -1"),
            std::string::npos);
  options.threads = 1025;
  EXPECT_NE(failure(options, GATUN_STATUS_INVALID_ARGUMENT).find("threads is 1025"),
            std::string::npos);
  options = options_of(6);
  EXPECT_NE(failure(options, GATUN_STATUS_INVALID_ARGUMENT).find("isa is 6"), std::string::npos);
  options = options_of(GATUN_ISA_GENERIC);
  options.kind = 2;
  EXPECT_NE(failure(options, GATUN_STATUS_UNSUPPORTED).find("kind is 2"), std::string::npos);
  options = options_of(GATUN_ISA_GENERIC);
  options.memory_budget_bytes = -5;
  EXPECT_NE(failure(options, GATUN_STATUS_INVALID_ARGUMENT).find("memory_budget_bytes is -5"),
            std::string::npos);
  options = options_of(GATUN_ISA_GENERIC);
  options.spin_microseconds = -1;
  EXPECT_NE(failure(options, GATUN_STATUS_INVALID_ARGUMENT).find("spin_microseconds is -1"),
            std::string::npos);
}

TEST(DeviceTest, DefaultThreadsAreTheVisibleCores) {
  auto options = options_of(GATUN_ISA_GENERIC);
  options.threads = 0;
  const Device device(options);
  EXPECT_EQ(device.threads(), visible_physical_cores());
  EXPECT_GE(device.threads(), 1);
  EXPECT_STRNE(query(device).name, "");
}

TEST(DeviceTest, ClosesOnlyWhenNothingIsLeft) {
  Device device(options_of(GATUN_ISA_GENERIC));
  void* buffer = device.allocate_buffer(100);
  {
    const Stream stream(device);
    const DeviceUse weight(device, Device::Use::kWeight);
    try {
      device.check_closable();
      ADD_FAILURE() << "closable";
    } catch (const Error& e) {
      EXPECT_EQ(e.status(), GATUN_STATUS_INVALID_ARGUMENT);
      EXPECT_STREQ(e.what(),
                   "device_close: the device still has 1 streams, 0 graphs, 1 weights and 1 "
                   "buffers; destroy them first");
    }
  }
  EXPECT_THROW(device.check_closable(), Error);
  device.free_buffer(buffer, 100);
  device.check_closable();
}

TEST(DeviceTest, FreesOnlyItsOwnBuffersOnce) {
  Device device(options_of(GATUN_ISA_GENERIC));
  void* buffer = device.allocate_buffer(100);
  char other[8];
  EXPECT_THROW(device.free_buffer(other, 8), Error);
  EXPECT_THROW(device.free_buffer(buffer, 99), Error);
  EXPECT_EQ(query(device).allocated_bytes, 100);
  device.free_buffer(buffer, 100);
  EXPECT_THROW(device.free_buffer(buffer, 100), Error);
  EXPECT_EQ(query(device).allocated_bytes, 0);
  EXPECT_EQ(query(device).peak_bytes, 100);
}

TEST(DeviceTest, AddressesCountNothingUntilTheyAreTouched) {
  auto options = options_of(GATUN_ISA_GENERIC);
  options.memory_budget_bytes = 1 << 20;
  Device device(options);
  const int64_t bytes = int64_t{64} << 30;
  auto* first = static_cast<float*>(device.allocate_buffer(bytes, GATUN_BUFFER_ADDRESSES));
  first[bytes / 8] = 2;
  EXPECT_EQ(first[bytes / 8], 2);
  EXPECT_EQ(first[bytes / 16], 0);
  EXPECT_EQ(query(device).allocated_bytes, 0);
  EXPECT_EQ(query(device).peak_bytes, 0);
  EXPECT_THROW(device.free_buffer(first, bytes - 1), Error);
  device.free_buffer(first, bytes);
  EXPECT_THROW(device.allocate_buffer(8, 3), Error);
  device.check_closable();
}

}  // namespace
}  // namespace gatun
