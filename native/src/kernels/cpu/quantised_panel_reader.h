// SPDX-License-Identifier: Apache-2.0
// Reads codes and scales of a panel over the lanes of a tier. Included inside a tier's anonymous
// namespace, after its `Lanes`, by the sources that multiply.
#pragma once

template <BlockFormat kFormat>
inline constexpr bool kHasMin =
    kFormat.scales == ScaleKind::kScaleMin || kFormat.scales == ScaleKind::kSuperScaleMin;

// One panel's codes and scales, read in place.
template <BlockFormat kFormat>
struct PanelReader {
  static constexpr int kScales =
      kFormat.scales == ScaleKind::kSuperScale16 ? 2 : 1;  // per 32 columns
  static constexpr int64_t kCodeBytes = panel_code_bytes(kFormat);

  PanelReader(const std::byte* panel, int64_t columns)
      : codes(reinterpret_cast<const uint8_t*>(panel)),
        scales(codes + panel_scale_offset(kFormat, columns)) {}

  // Groups 2 kT and 2 kT + 1 of a block.
  template <int kT>
  void groups(int64_t block, Lanes::Bytes (&out)[2]) const {
    const uint8_t* p = codes + block * kCodeBytes;
    if constexpr (kFormat.bits == 8) {
      out[0] = Lanes::load_bytes(p + 128 * kT);
      out[1] = Lanes::load_bytes(p + 128 * kT + 64);
      return;
    }
    const Lanes::Bytes nibbles = Lanes::load_bytes(p + 64 * kT);
    out[0] = Lanes::nibble<0>(nibbles);
    out[1] = Lanes::nibble<4>(nibbles);
    if constexpr (kFormat.bits == 5) {
      const Lanes::Bytes top = Lanes::load_bytes(p + 256);
      out[0] = Lanes::bit_or(out[0], Lanes::shifted_field<2 * kT - 4, 16>(top));
      out[1] = Lanes::bit_or(out[1], Lanes::shifted_field<2 * kT - 3, 16>(top));
    }
    if constexpr (kFormat.bits == 6) {
      const Lanes::Bytes top = Lanes::load_bytes(p + 256 + 64 * (kT / 2));
      out[0] = Lanes::bit_or(out[0], Lanes::shifted_field<4 * (kT % 2) - 4, 48>(top));
      out[1] = Lanes::bit_or(out[1], Lanes::shifted_field<4 * (kT % 2) - 2, 48>(top));
    }
  }

  // Scales of a block (one, or one per half), and its min if the format has one.
  void block_scales(int64_t block, Lanes::F32 (&scale)[kScales], Lanes::F32& min) const {
    if constexpr (kFormat.scales == ScaleKind::kScale) {
      scale[0] = Lanes::from_half(scales + 32 * block);
    } else if constexpr (kFormat.scales == ScaleKind::kScaleMin) {
      scale[0] = Lanes::from_half(scales + 64 * block);
      min = Lanes::from_half(scales + 64 * block + 32);
    } else {
      const uint8_t* super = scales + block / 8 * panel_scale_bytes(kFormat);
      const int64_t b = block % 8;
      const Lanes::F32 d = Lanes::from_half(super);
      if constexpr (kScales == 2) {
        scale[0] = Lanes::mul(d, Lanes::from_i8(super + 32 + 32 * b));
        scale[1] = Lanes::mul(d, Lanes::from_i8(super + 32 + 32 * b + 16));
      } else {
        scale[0] = Lanes::mul(d, Lanes::from_u8(super + 64 + 16 * b));
        const Lanes::F32 dmin = Lanes::mul(Lanes::from_half(super + 32), Lanes::set(-1.0f));
        min = Lanes::mul(dmin, Lanes::from_u8(super + 64 + 128 + 16 * b));
      }
    }
  }

  const uint8_t* codes;
  const uint8_t* scales;
};
