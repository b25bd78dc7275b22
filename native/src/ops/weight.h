// SPDX-License-Identifier: Apache-2.0
// The object behind gatun_weight.
#pragma once

#include <optional>

#include "kernels/cpu/packed_weight.h"
#include "runtime/device.h"

struct gatun_weight {
  gatun_weight(gatun::Device& on, const gatun::cpu::PackedWeight& shape, int64_t bytes)
      : device(on),
        use(on, gatun::Device::Use::kWeight),
        memory(on, bytes, "weight_create: packed values"),
        packed(shape) {
    packed.data = static_cast<std::byte*>(memory.data());
    void* master = memory.data();
    const int64_t separate = packed.separate_master_bytes();
    if (separate > 0)
      master = master_memory.emplace(on, separate, "weight_create: master values").data();
    if (packed.trainable) packed.master = static_cast<float*>(master);
  }

  gatun::Device& device;
  gatun::DeviceUse use;
  gatun::DeviceMemory memory;
  std::optional<gatun::DeviceMemory> master_memory;  // where the panels are not the master
  gatun::cpu::PackedWeight packed;
};
