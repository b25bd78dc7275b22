// SPDX-License-Identifier: Apache-2.0
// The block formats offered to the linear driver: eight formats x two arithmetics x their tiers,
// best tier first.
//
// FAST: the avx2 and avx512 tiers give the same bits for any batch, chunk and thread count. F32
// likewise, and the bits are those of an f32 panel of the dequantised weights. The generic tier
// accumulates in double. The amx tier is avx512 up to kManyRows - 1 rows of x and then multiplies
// bf16 x with the weights widened to bf16, unless batch invariance is asked for.
#include <array>

#include "kernels/cpu/quantised_pack.h"
#include "kernels/cpu/quantised_products.h"

namespace gatun::cpu {
namespace {

template <BlockFormat kFormat>
MatmulFormat format(const char* name,
                    int32_t arithmetic,
                    IsaTier tier,
                    const QuantisedProducts& products) {
  const bool fast = arithmetic == GATUN_ARITHMETIC_FAST;
  return {.name = name,
          .dtype = kFormat.dtype,
          .arithmetic = arithmetic,
          .tier = tier,
          .activation = fast ? ActivationKind::kInt8 : ActivationKind::kF32,
          .panel_bytes = quantised_panel_bytes<kFormat>,
          .pack = quantised_pack<kFormat>,
          .unpack_row = quantised_unpack_row<kFormat>,
          .tile = fast ? products.int8 : products.f32};
}

constexpr int kManyRows = 16;
constexpr std::size_t kPerFormat = 7;
using PerFormat = std::array<MatmulFormat, kPerFormat>;

// Names in the order of the entries below.
using Names = std::array<const char*, kPerFormat>;

template <BlockFormat kFormat>
PerFormat tiers(const Names& names) {
  constexpr auto kOfAvx512 = kFormat.bits == 4   ? avx512::quantised_products_4bit
                             : kFormat.bits == 5 ? avx512::quantised_products_5bit
                                                 : avx512::quantised_products_8bit;
  constexpr auto kOfAvx2 = kFormat.bits == 4   ? avx2::quantised_products_4bit
                           : kFormat.bits == 5 ? avx2::quantised_products_5bit
                                               : avx2::quantised_products_8bit;
  const QuantisedProducts vnni = kOfAvx512(kFormat.dtype);
  const QuantisedProducts avx2 = kOfAvx2(kFormat.dtype);
  const QuantisedProducts generic = generic::quantised_products(kFormat.dtype);
  MatmulFormat tiles = format<kFormat>(names[0], GATUN_ARITHMETIC_FAST, IsaTier::kAmx, vnni);
  tiles.tile_many = amx::quantised_bf16_product(kFormat.dtype);
  tiles.many_rows = kManyRows;
  tiles.many_activation = ActivationKind::kBf16;
  return {tiles,
          format<kFormat>(names[1], GATUN_ARITHMETIC_FAST, IsaTier::kAvx512, vnni),
          format<kFormat>(names[2], GATUN_ARITHMETIC_FAST, IsaTier::kAvx2, avx2),
          format<kFormat>(names[3], GATUN_ARITHMETIC_FAST, IsaTier::kGeneric, generic),
          format<kFormat>(names[4], GATUN_ARITHMETIC_F32, IsaTier::kAvx512, vnni),
          format<kFormat>(names[5], GATUN_ARITHMETIC_F32, IsaTier::kAvx2, avx2),
          format<kFormat>(names[6], GATUN_ARITHMETIC_F32, IsaTier::kGeneric, generic)};
}

#define GATUN_NAMES(name)                                                                         \
  Names{                                                                                          \
      name " panel, int8 or bf16 activations, amx", name " panel, int8 activations, avx512_vnni", \
      name " panel, int8 activations, avx2",        name " panel, int8 activations, generic",     \
      name " panel, f32 activations, avx512",       name " panel, f32 activations, avx2",         \
      name " panel, f32 activations, generic"}

std::array<MatmulFormat, 8 * kPerFormat> all_formats() {
  const std::array<PerFormat, 8> groups{
      tiers<kQ4_0>(GATUN_NAMES("q4_0")), tiers<kQ4_1>(GATUN_NAMES("q4_1")),
      tiers<kQ5_0>(GATUN_NAMES("q5_0")), tiers<kQ5_1>(GATUN_NAMES("q5_1")),
      tiers<kQ8_0>(GATUN_NAMES("q8_0")), tiers<kQ4_K>(GATUN_NAMES("q4_k")),
      tiers<kQ5_K>(GATUN_NAMES("q5_k")), tiers<kQ6_K>(GATUN_NAMES("q6_k"))};
  std::array<MatmulFormat, 8 * kPerFormat> all{};
  for (std::size_t g = 0; g < groups.size(); ++g) {
    for (std::size_t i = 0; i < kPerFormat; ++i) all[g * kPerFormat + i] = groups[g][i];
  }
  return all;
}

#undef GATUN_NAMES

}  // namespace

MatmulFormatList quantised_formats() {
  static const std::array<MatmulFormat, 8 * kPerFormat> formats = all_formats();
  return {formats.data(), formats.size()};
}

}  // namespace gatun::cpu
