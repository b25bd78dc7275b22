// SPDX-License-Identifier: Apache-2.0
// To the bit what the reference dequantiser gives for the blocks of a file.
#include "kernels/cuda/unpack_weight.h"

#include "dense_values.h"
#include "kernels/cpu/quantised_cases.h"
#include "kernels/dequantize.h"

namespace gatun::cuda::test {
namespace {

using cpu::test::FormatCase;
using cpu::test::kFormatCases;

TEST(CudaUnpackWeight, GivesTheReferencesValues) {
  for (const FormatCase& format : kFormatCases) {
    constexpr int kRows = 5, kFirst = 2, kCount = 3, kPadding = 8;
    const int columns = 3 * format.block_columns;
    const auto source = cpu::test::random_blocks(format, kRows, columns, 7);
    std::vector<float> expected(static_cast<std::size_t>(kRows * columns));
    reference::dequantize({source.data(), format.dtype, int64_t{kRows} * columns, expected.data()},
                          Team(0, 1, nullptr));
    std::vector<std::byte> packed(
        static_cast<std::size_t>(quantised_weight_bytes(format.dtype, kRows, columns)));
    pack_quantised_weight(format.dtype, kRows, columns, source.data(), packed.data());
    const DeviceArray<std::byte> planes(packed);
    UnpackWeightArgs args{};
    args.weight = quantised_weight_at(format.dtype, kRows, columns, planes.data());
    args.first_row = kFirst;
    args.row_count = kCount;
    args.out_stride = columns + kPadding;
    const auto run = [&](auto zero) {
      return same_for_all_orders(
          [&] {
            const DeviceArray<decltype(zero)> out(std::vector<decltype(zero)>(
                matrix_elements(kCount, columns, columns + kPadding), zero));
            args.out = out.data();
            EXPECT_EQ(unpack_weight(args, nullptr), 0);
            return out.read();
          },
          1);
    };
    const auto expect = [&](const auto& got, const auto& to_stored) {
      for (int r = 0; r < kCount; ++r) {
        for (int k = 0; k < columns; ++k)
          ASSERT_EQ(got[static_cast<std::size_t>(r * (columns + kPadding) + k)],
                    to_stored(expected[static_cast<std::size_t>((kFirst + r) * columns + k)]))
              << format.name << " at " << r << " " << k;
      }
    };
    args.dtype = GATUN_DTYPE_F32;
    expect(run(0.0f), [](float v) { return v; });
    for (const gatun_dtype dtype : {GATUN_DTYPE_F16, GATUN_DTYPE_BF16}) {
      args.dtype = dtype;
      expect(run(uint16_t{0}), [dtype](float v) { return to_sixteen_bits(dtype, v); });
    }
  }
}

TEST(CudaUnpackWeight, RefusesOtherFormats) {
  UnpackWeightArgs args{};
  args.dtype = GATUN_DTYPE_Q8_0;
  args.weight.dtype = GATUN_DTYPE_Q8_0;
  EXPECT_NE(unpack_weight(args, nullptr), 0);
  args.dtype = GATUN_DTYPE_F32;
  args.weight.dtype = GATUN_DTYPE_F32;
  EXPECT_NE(unpack_weight(args, nullptr), 0);
}

}  // namespace
}  // namespace gatun::cuda::test
