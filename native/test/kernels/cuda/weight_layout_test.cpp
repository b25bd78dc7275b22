// SPDX-License-Identifier: Apache-2.0
// weight_layout and weight_refresh on the emulated device: copies and roundings of every element.
#include "kernels/cuda/weight_layout.h"

#include "harness.h"
#include "kernels/cuda/weight_refresh.h"

namespace gatun::cuda::test {
namespace {

struct Shape {
  int64_t rows, columns, stride_extra;
};
constexpr Shape kShapes[] = {{0, 8, 0},   {1, 1, 0},    {15, 63, 1}, {16, 64, 0},
                             {17, 65, 3}, {33, 130, 0}, {5, 200, 8}};

std::vector<float> panels_of(const std::vector<float>& rows, const Shape& s, int64_t stride) {
  std::vector<float> panels(static_cast<std::size_t>((s.rows + 15) / 16 * 16 * s.columns), 0.0f);
  for (int64_t r = 0; r < s.rows; ++r) {
    for (int64_t c = 0; c < s.columns; ++c)
      panels[static_cast<std::size_t>((r / 16 * s.columns + c) * 16 + r % 16)] =
          rows[static_cast<std::size_t>(r * stride + c)];
  }
  return panels;
}

TEST(CudaWeightLayout, CopiesBothWays) {
  for (const Shape& s : kShapes) {
    const int64_t stride = s.columns + s.stride_extra;
    const auto elements = matrix_elements(s.rows, s.columns, stride);
    const auto rows = normal_values(static_cast<int64_t>(elements), 1);
    const auto panels = panels_of(rows, s, stride);
    const DeviceArray<float> drows(rows);
    const auto got = same_for_all_orders([&] {
      const DeviceArray<float> y(panels.size());
      EXPECT_EQ(weight_layout({y.data(), drows.data(), stride, s.rows, s.columns, false}, nullptr),
                0);
      return y.read();
    });
    EXPECT_EQ(got, panels) << s.rows << " x " << s.columns;
    const DeviceArray<float> dpanels(panels);
    const auto back = same_for_all_orders([&] {
      const DeviceArray<float> y(std::vector<float>(elements, 7));
      EXPECT_EQ(weight_layout({dpanels.data(), y.data(), stride, s.rows, s.columns, true}, nullptr),
                0);
      return y.read();
    });
    for (std::size_t i = 0; i < elements; ++i) {
      const bool between = static_cast<int64_t>(i) % stride >= s.columns;
      EXPECT_EQ(back[i], between ? 7 : rows[i]);
    }
  }
}

TEST(CudaWeightRefresh, RoundsRowsAndPadsThem) {
  for (const Shape& s : kShapes) {
    const int64_t stride = (s.columns + 7) / 8 * 8;
    const auto rows = normal_values(s.rows * s.columns, 1);
    const DeviceArray<float> master(panels_of(rows, s, s.columns));
    const auto elements = static_cast<std::size_t>(s.rows * stride);
    const auto got = same_for_all_orders([&] {
      const DeviceArray<uint16_t> y(elements);
      EXPECT_EQ(weight_refresh({master.data(), y.data(), stride, static_cast<int32_t>(s.rows),
                                static_cast<int32_t>(s.columns)},
                               nullptr),
                0);
      return y.read();
    });
    for (int64_t r = 0; r < s.rows; ++r) {
      for (int64_t c = 0; c < stride; ++c) {
        uint32_t bits = 0;
        if (c < s.columns)
          std::memcpy(&bits, &rows[static_cast<std::size_t>(r * s.columns + c)], 4);
        const uint32_t expected = (bits + 0x7fffu + (bits >> 16 & 1u)) >> 16;
        EXPECT_EQ(got[static_cast<std::size_t>(r * stride + c)], expected) << r << ", " << c;
      }
    }
  }
}

}  // namespace
}  // namespace gatun::cuda::test
