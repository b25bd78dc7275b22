// SPDX-License-Identifier: Apache-2.0
// The object behind gatun_weight.
#pragma once

#include "kernels/cpu/packed_weight.h"
#include "runtime/device.h"

struct gatun_weight {
  gatun_weight(gatun::Device& on, const gatun::cpu::PackedWeight& shape)
      : device(on),
        use(on, gatun::Device::Use::kWeight),
        memory(on, shape.panels() * shape.panel_bytes, "weight_create: packed panels"),
        packed(shape) {
    packed.data = static_cast<std::byte*>(memory.data());
  }

  gatun::Device& device;
  gatun::DeviceUse use;
  gatun::DeviceMemory memory;
  gatun::cpu::PackedWeight packed;
};
