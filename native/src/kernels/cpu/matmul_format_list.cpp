// SPDX-License-Identifier: Apache-2.0
#include <cpuid.h>

#include "kernels/cpu/matmul_format.h"
#include "kernels/cpu/tile_check.h"

namespace gatun::cpu {
namespace {

// A machine whose tiles do not give the bits that the tests know goes without them.
bool tiles_usable() {
  return machine_isa_tier() < IsaTier::kAmx || tiles_agree_with_twin();
}

// vdpbf16ps does twice the work of an FMA and runs at its rate on Zen 4, but at a quarter of it on
// Intel's cores so far (70 against 138 GFLOP/s measured): there, widening the panel for FMAs is
// twice as fast, and keeps x in f32. By maker and not by a measurement: two runs must choose alike.
bool dot_products_pay() {
  static const bool pay = [] {
    unsigned highest = 0, b = 0, c = 0, d = 0;
    return __get_cpuid(0, &highest, &b, &c, &d) != 0 && b != signature_INTEL_ebx;
  }();
  return pay;
}

bool usable(const MatmulFormat& format) {
  if (format.tier == IsaTier::kAmx) return tiles_usable();
  if (format.tier == IsaTier::kAvx512Bf16) return dot_products_pay();
  return true;
}

}  // namespace

const MatmulFormat* find_matmul_format(gatun_dtype dtype, int32_t arithmetic, IsaTier tier) {
  for (const MatmulFormatList& list : {dense_formats(), quantised_formats()}) {
    for (std::size_t i = 0; i < list.count; ++i) {
      const MatmulFormat& format = list.formats[i];
      const bool matches =
          format.dtype == dtype && format.arithmetic == arithmetic && format.tier <= tier;
      if (matches && usable(format)) return &format;
    }
  }
  return nullptr;
}

const MatmulFormat* find_weight_format(gatun_dtype dtype,
                                       int32_t arithmetic,
                                       IsaTier tier,
                                       int64_t columns) {
  const bool whole_blocks = columns % kInt8Block == 0;
  if (arithmetic == GATUN_ARITHMETIC_FAST && tier < IsaTier::kAmx && whole_blocks) {
    const MatmulFormatList list = eight_bit_formats();
    for (std::size_t i = 0; i < list.count; ++i) {
      const MatmulFormat& format = list.formats[i];
      if (format.dtype == dtype && format.tier <= tier) return &format;
    }
  }
  return find_matmul_format(dtype, arithmetic, tier);
}

}  // namespace gatun::cpu
