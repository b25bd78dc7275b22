// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "kernels/cpu/dense_kernels.h"
#include "kernels/cpu/dense_panel.h"
#include "kernels/cpu/matmul_format.h"

namespace gatun::cpu {
namespace {

constexpr int32_t kF32Arithmetic = GATUN_ARITHMETIC_F32;
constexpr int32_t kFast = GATUN_ARITHMETIC_FAST;

// Best first. The generic tier multiplies in reference/linear.cpp and needs no tile.
constexpr std::array kFormats{
    // FAST: 16 bits per weight
    MatmulFormat{"f32 as bf16 panel, bf16 activations, amx", GATUN_DTYPE_F32, kFast, IsaTier::kAmx,
                 ActivationKind::kBf16, bf16_panel_bytes, pack_f32_bf16, unpack_bf16_row,
                 amx::bf16_tile},
    MatmulFormat{"f32 as bf16 panel, bf16 activations, avx512_bf16", GATUN_DTYPE_F32, kFast,
                 IsaTier::kAvx512Bf16, ActivationKind::kBf16, bf16_panel_bytes, pack_f32_bf16,
                 unpack_bf16_row, avx512_bf16::bf16_tile, nullptr, 0, ActivationKind::kF32, true},
    MatmulFormat{"f32 as bf16 panel, f32 activations, avx512", GATUN_DTYPE_F32, kFast,
                 IsaTier::kAvx512, ActivationKind::kF32, bf16_panel_bytes, pack_f32_bf16,
                 unpack_bf16_row, avx512::bf16_tile, nullptr, 0, ActivationKind::kF32, true},
    MatmulFormat{"f32 as bf16 panel, f32 activations, avx2", GATUN_DTYPE_F32, kFast, IsaTier::kAvx2,
                 ActivationKind::kF32, bf16_panel_bytes, pack_f32_bf16, unpack_bf16_row,
                 avx2::bf16_tile, nullptr, 0, ActivationKind::kF32, true},
    MatmulFormat{"f32 as bf16 panel, generic", GATUN_DTYPE_F32, kFast, IsaTier::kGeneric,
                 ActivationKind::kF32, bf16_panel_bytes, pack_f32_bf16, unpack_bf16_row, nullptr},
    MatmulFormat{"f16 as bf16 panel, bf16 activations, amx", GATUN_DTYPE_F16, kFast, IsaTier::kAmx,
                 ActivationKind::kBf16, bf16_panel_bytes, pack_f16_bf16, unpack_bf16_row,
                 amx::bf16_tile},
    MatmulFormat{"f16 as bf16 panel, bf16 activations, avx512_bf16", GATUN_DTYPE_F16, kFast,
                 IsaTier::kAvx512Bf16, ActivationKind::kBf16, bf16_panel_bytes, pack_f16_bf16,
                 unpack_bf16_row, avx512_bf16::bf16_tile, nullptr, 0, ActivationKind::kF32, true},
    MatmulFormat{"f16 panel, f32 activations, avx512", GATUN_DTYPE_F16, kFast, IsaTier::kAvx512,
                 ActivationKind::kF32, f16_panel_bytes, pack_f16_f16, unpack_f16_row,
                 avx512::f16_tile, nullptr, 0, ActivationKind::kF32, true},
    MatmulFormat{"f16 panel, f32 activations, avx2", GATUN_DTYPE_F16, kFast, IsaTier::kAvx2,
                 ActivationKind::kF32, f16_panel_bytes, pack_f16_f16, unpack_f16_row,
                 avx2::f16_tile, nullptr, 0, ActivationKind::kF32, true},
    MatmulFormat{"f16 panel, generic", GATUN_DTYPE_F16, kFast, IsaTier::kGeneric,
                 ActivationKind::kF32, f16_panel_bytes, pack_f16_f16, unpack_f16_row, nullptr},
    MatmulFormat{"bf16 panel, bf16 activations, amx", GATUN_DTYPE_BF16, kFast, IsaTier::kAmx,
                 ActivationKind::kBf16, bf16_panel_bytes, pack_bf16_bf16, unpack_bf16_row,
                 amx::bf16_tile},
    MatmulFormat{"bf16 panel, bf16 activations, avx512_bf16", GATUN_DTYPE_BF16, kFast,
                 IsaTier::kAvx512Bf16, ActivationKind::kBf16, bf16_panel_bytes, pack_bf16_bf16,
                 unpack_bf16_row, avx512_bf16::bf16_tile, nullptr, 0, ActivationKind::kF32, true},
    MatmulFormat{"bf16 panel, f32 activations, avx512", GATUN_DTYPE_BF16, kFast, IsaTier::kAvx512,
                 ActivationKind::kF32, bf16_panel_bytes, pack_bf16_bf16, unpack_bf16_row,
                 avx512::bf16_tile, nullptr, 0, ActivationKind::kF32, true},
    MatmulFormat{"bf16 panel, f32 activations, avx2", GATUN_DTYPE_BF16, kFast, IsaTier::kAvx2,
                 ActivationKind::kF32, bf16_panel_bytes, pack_bf16_bf16, unpack_bf16_row,
                 avx2::bf16_tile, nullptr, 0, ActivationKind::kF32, true},
    MatmulFormat{"bf16 panel, generic", GATUN_DTYPE_BF16, kFast, IsaTier::kGeneric,
                 ActivationKind::kF32, bf16_panel_bytes, pack_bf16_bf16, unpack_bf16_row, nullptr},
    // F32: the stored bits, widened in registers
    MatmulFormat{"f32 panel, f32 activations, avx512", GATUN_DTYPE_F32, kF32Arithmetic,
                 IsaTier::kAvx512, ActivationKind::kF32, f32_panel_bytes, pack_f32_f32,
                 unpack_f32_row, avx512::f32_tile, nullptr, 0, ActivationKind::kF32, true},
    MatmulFormat{"f32 panel, f32 activations, avx2", GATUN_DTYPE_F32, kF32Arithmetic,
                 IsaTier::kAvx2, ActivationKind::kF32, f32_panel_bytes, pack_f32_f32,
                 unpack_f32_row, avx2::f32_tile, nullptr, 0, ActivationKind::kF32, true},
    MatmulFormat{"f32 panel, generic", GATUN_DTYPE_F32, kF32Arithmetic, IsaTier::kGeneric,
                 ActivationKind::kF32, f32_panel_bytes, pack_f32_f32, unpack_f32_row, nullptr},
    MatmulFormat{"f16 panel, f32 activations, avx512", GATUN_DTYPE_F16, kF32Arithmetic,
                 IsaTier::kAvx512, ActivationKind::kF32, f16_panel_bytes, pack_f16_f16,
                 unpack_f16_row, avx512::f16_tile, nullptr, 0, ActivationKind::kF32, true},
    MatmulFormat{"f16 panel, f32 activations, avx2", GATUN_DTYPE_F16, kF32Arithmetic,
                 IsaTier::kAvx2, ActivationKind::kF32, f16_panel_bytes, pack_f16_f16,
                 unpack_f16_row, avx2::f16_tile, nullptr, 0, ActivationKind::kF32, true},
    MatmulFormat{"f16 panel, generic", GATUN_DTYPE_F16, kF32Arithmetic, IsaTier::kGeneric,
                 ActivationKind::kF32, f16_panel_bytes, pack_f16_f16, unpack_f16_row, nullptr},
    MatmulFormat{"bf16 panel, f32 activations, avx512", GATUN_DTYPE_BF16, kF32Arithmetic,
                 IsaTier::kAvx512, ActivationKind::kF32, bf16_panel_bytes, pack_bf16_bf16,
                 unpack_bf16_row, avx512::bf16_tile, nullptr, 0, ActivationKind::kF32, true},
    MatmulFormat{"bf16 panel, f32 activations, avx2", GATUN_DTYPE_BF16, kF32Arithmetic,
                 IsaTier::kAvx2, ActivationKind::kF32, bf16_panel_bytes, pack_bf16_bf16,
                 unpack_bf16_row, avx2::bf16_tile, nullptr, 0, ActivationKind::kF32, true},
    MatmulFormat{"bf16 panel, generic", GATUN_DTYPE_BF16, kF32Arithmetic, IsaTier::kGeneric,
                 ActivationKind::kF32, bf16_panel_bytes, pack_bf16_bf16, unpack_bf16_row, nullptr},
};

}  // namespace

MatmulFormatList dense_formats() {
  return {kFormats.data(), kFormats.size()};
}

}  // namespace gatun::cpu
