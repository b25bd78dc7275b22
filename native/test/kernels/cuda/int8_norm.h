// SPDX-License-Identifier: Apache-2.0
// What the normalisations share that write their result as 8-bit rows for products.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstring>

#include "harness.h"
#include "kernels/cuda/linear.h"

namespace gatun::cuda::test {

// The bits of 8-bit rows; every NaN as one.
inline std::vector<uint32_t> int8_row_bits(const DeviceArray<int8_t>& codes,
                                           const DeviceArray<float>& scales,
                                           const DeviceArray<float>& sums) {
  std::vector<uint32_t> all;
  for (const int8_t code : codes.read()) all.push_back(static_cast<uint8_t>(code));
  for (const auto* part : {&scales, &sums}) {
    for (const float value : part->read()) {
      uint32_t bits;
      std::memcpy(&bits, &value, 4);
      all.push_back(value == value ? bits : 0x7fc00000u);
    }
  }
  return all;
}

// `both` must give the bits of `norm` followed by quantise_rows, with and without y, in units of
// four and of one. `extend(args, values, columns)` gives
// values [rows, columns] to what the norm adds.
template <typename NormArgs, typename BothArgs, typename Extend>
void expect_int8_rows_of_two_steps(Status (*norm)(const NormArgs&, Stream),
                                   Status (*both)(const BothArgs&, Stream),
                                   Extend extend) {
  for (const int columns : {32, 64, 96, 1056, 4128}) {
    for (const std::size_t shift : {0u, 1u}) {
      const int rows = columns > 2000 ? 1 : 3;
      const auto count = static_cast<std::size_t>(rows * columns);
      auto x = normal_values(rows * columns, 1);
      if (columns == 64) {
        x[70] = std::nanf("");
        x[140] = INFINITY;
      }
      if (columns == 96) std::fill(x.begin() + 96, x.begin() + 192, 0.0f);
      x.insert(x.begin(), shift, 0.0f);  // x decides too how wide the accesses are
      const DeviceArray<float> dx(x), dweight(normal_values(columns, 2)),
          dextra(normal_values(rows * columns, 3));
      DeviceArray<float> y(count + shift);
      NormArgs args{};
      args.x = dx.data() + shift;
      args.weight = dweight.data();
      extend(args, dextra.data(), columns);
      args.y = y.data() + shift;
      args.x_stride = args.y_stride = args.columns = columns;
      args.rows = rows;
      args.eps = 1e-5f;
      EXPECT_EQ(norm(args, nullptr), 0);
      const auto expected_y = y.read();
      const auto rows_of = [&](bool fused, bool with_y) {
        return same_for_all_orders(
            [&] {
              const DeviceArray<int8_t> codes(count);
              const DeviceArray<float> scales(count / 32), sums(count / 16);
              const Int8Rows out{codes.data(), scales.data(), sums.data()};
              BothArgs fused_args{args, out};
              if (!with_y) fused_args.norm.y = nullptr;
              const QuantiseRowsArgs second{args.y, columns, nullptr, rows, columns, out};
              EXPECT_EQ(fused ? both(fused_args, nullptr) : quantise_rows(second, nullptr), 0);
              return int8_row_bits(codes, scales, sums);
            },
            0);
      };
      const auto expected = rows_of(false, true);
      EXPECT_EQ(rows_of(true, false), expected) << columns;
      y.write(std::vector<float>(count + shift, 7));
      EXPECT_EQ(rows_of(true, true), expected) << columns;
      const auto got_y = y.read();
      for (std::size_t i = shift; i < got_y.size(); ++i)
        EXPECT_TRUE(got_y[i] == expected_y[i] ||
                    (std::isnan(got_y[i]) && std::isnan(expected_y[i])));
    }
  }
  BothArgs args{};
  args.norm.rows = 1;
  args.norm.columns = 33;
  EXPECT_EQ(both(args, nullptr), kInvalidConfiguration);
}

}  // namespace gatun::cuda::test
