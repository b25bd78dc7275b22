// SPDX-License-Identifier: Apache-2.0
// Products of 8-bit rows with a scale each, against the same sums in whole numbers.
#include <algorithm>
#include <limits>

#include "dense_values.h"
#include "kernels/cuda/linear_int8.h"
#include "kernels/reference/activation_functions.h"

namespace gatun::cuda::test {
namespace {

// Rows of f32 as int8_rows makes them, on the device and by the formula.
class Int8Values {
 public:
  Int8Values(int rows, int columns, uint32_t seed)
      : rows_(rows),
        columns_(columns),
        stride_((columns + 15) / 16 * 16),
        codes_(static_cast<std::size_t>(rows * stride_)),
        scales_(static_cast<std::size_t>(rows)),
        device_codes_(codes_.size()),
        device_scales_(scales_.size()) {
    const auto x = normal_values(int64_t{rows} * columns, seed);
    for (int r = 0; r < rows; ++r) {
      const float* row = x.data() + int64_t{r} * columns;
      float largest = 0;
      for (int c = 0; c < columns; ++c) largest = std::max(largest, std::fabs(row[c]));
      const float scale = largest / 127.0f;
      scales_[static_cast<std::size_t>(r)] = scale;
      for (int c = 0; c < columns; ++c)
        codes_[static_cast<std::size_t>(r * stride_ + c)] =
            static_cast<int8_t>(std::nearbyint(row[c] / scale));
    }
    const DeviceArray<float> source(x);
    Int8RowsArgs args{};
    args.x = source.data();
    args.x_stride = args.columns = columns;
    args.x_rows = args.tokens = rows;
    args.codes = device_codes_.data();
    args.scales = device_scales_.data();
    args.code_stride = stride_;
    EXPECT_EQ(int8_rows(args, nullptr), 0);
    expect_no_findings();
    EXPECT_EQ(device_codes_.read(), codes_);
    EXPECT_EQ(device_scales_.read(), scales_);
  }
  Int8Matrix device() const {
    return {device_codes_.data(), device_scales_.data(), stride_, rows_, columns_};
  }
  // sx sw sum: the sum exact, the products as the kernels round them.
  float product(int row, const Int8Values& w, int w_row) const {
    int32_t sum = 0;
    for (int c = 0; c < columns_; ++c)
      sum += codes_[static_cast<std::size_t>(row * stride_ + c)] *
             w.codes_[static_cast<std::size_t>(w_row * stride_ + c)];
    return static_cast<float>(sum) *
           (scales_[static_cast<std::size_t>(row)] * w.scales_[static_cast<std::size_t>(w_row)]);
  }

 private:
  int rows_, columns_, stride_;
  std::vector<int8_t> codes_;  // [rows, stride]
  std::vector<float> scales_;
  DeviceArray<int8_t> device_codes_;
  DeviceArray<float> device_scales_;
};

using Linear = Status (*)(const Int8LinearArgs&, Stream);

struct Shape {
  int tokens, columns, rows, tile;
};

std::vector<float> run(Linear linear, Int8LinearArgs args) {
  args.y_stride = args.weight.rows;
  return same_for_all_orders(
      [&] {
        const DeviceArray<float> y(static_cast<std::size_t>(args.x.rows * args.weight.rows));
        args.y = y.data();
        EXPECT_EQ(linear(args, nullptr), 0);
        return y.read();
      },
      1);
}

TEST(CudaInt8, BothFormsGiveTheSumsToTheBit) {
  for (const Shape& s : {Shape{1, 1, 1, 0},
                         {1, 530, 9, 0},
                         {4, 48, 5, 0},
                         {8, 100, 17, 0},
                         {66, 400, 67, 64},
                         {130, 336, 130, 128}}) {
    const Int8Values x(s.tokens, s.columns, 1), w(s.rows, s.columns, 2);
    Int8LinearArgs args{};
    args.x = x.device();
    args.weight = w.device();
    args.scale = 1;
    args.tile = s.tile;
    std::vector<float> expected;
    for (int t = 0; t < s.tokens; ++t)
      for (int r = 0; r < s.rows; ++r) expected.push_back(x.product(t, w, r));
    EXPECT_EQ(run(int8_tile, args), expected) << "tile, K " << s.columns;
    if (s.tokens <= 8) {
      EXPECT_EQ(run(int8_vector, args), expected) << "vector, K " << s.columns;
    }
  }
}

TEST(CudaInt8, EpilogueAndGate) {
  constexpr int kTokens = 5, kColumns = 80, kRows = 70;
  const Int8Values x(kTokens, kColumns, 1), w(kRows, kColumns, 2), u(kRows, kColumns, 3);
  const auto bias = normal_values(kRows, 4), residual = normal_values(kTokens * kRows, 5);
  const DeviceArray<float> device_bias(bias), device_residual(residual);
  for (const Linear linear : {int8_vector, int8_tile}) {
    for (const int gated : {0, 1}) {
      Int8LinearArgs args{};
      args.x = x.device();
      args.weight = w.device();
      args.up = u.device();
      args.gated = gated;
      args.bias = device_bias.data();
      args.residual = device_residual.data();
      args.residual_stride = kRows;
      args.activation = GATUN_ACTIVATION_GELU;
      args.scale = 0.25f;
      args.softcap = 5;
      const auto got = run(linear, args);
      for (int t = 0; t < kTokens; ++t) {
        for (int r = 0; r < kRows; ++r) {
          const auto i = static_cast<std::size_t>(t * kRows + r);
          double value =
              reference::activate(args.activation, 0.25 * double{x.product(t, w, r)} +
                                                       double{bias[static_cast<std::size_t>(r)]});
          if (gated != 0) value *= double{x.product(t, u, r)};
          value = 5 * std::tanh((value + double{residual[i]}) / 5);
          expect_close(got[i], value, 2e-5, gated != 0 ? "gated" : "plain");
        }
      }
    }
  }
}

TEST(CudaInt8, RowsThatAreNoNumbers) {
  constexpr int kColumns = 20;
  auto x = normal_values(4 * kColumns, 1);
  x[3] = std::numeric_limits<float>::quiet_NaN();
  x[kColumns + 19] = -std::numeric_limits<float>::infinity();
  for (int c = 0; c < kColumns; ++c) x[static_cast<std::size_t>(2 * kColumns + c)] = 0;
  const DeviceArray<float> source(x);
  const DeviceArray<int32_t> rows(std::vector<int32_t>{0, 1, 2, -1, 3, 4});
  const DeviceArray<DeviceFault> fault(std::vector<DeviceFault>{{}});
  const DeviceArray<int8_t> codes(std::size_t{6 * 32});
  const DeviceArray<float> scales(std::size_t{6});
  EXPECT_EQ(int8_rows({source.data(), kColumns, rows.data(), 4, 6, kColumns, codes.data(),
                       scales.data(), 32, fault.data()},
                      nullptr),
            0);
  expect_no_findings();
  const auto got = scales.read();
  EXPECT_TRUE(std::isnan(got[0]) && std::isnan(got[1]));
  EXPECT_EQ(got[2], 0);
  EXPECT_EQ(got[3], 0);
  EXPECT_GT(got[4], 0);
  EXPECT_EQ(got[5], 0);
  const auto written = codes.read();
  for (std::size_t i = 0; i < written.size(); ++i) {
    if (i / 32 != 4 || i % 32 >= kColumns) {
      EXPECT_EQ(written[i], 0) << i;
    }
  }
  EXPECT_EQ(fault.read()[0].position, 5);
}

TEST(CudaInt8, RefusesSumsThatDoNotFit) {
  Int8LinearArgs args{};
  args.weight.columns = kMaxInt8Columns + 1;
  EXPECT_NE(int8_tile(args, nullptr), 0);
  EXPECT_NE(int8_vector(args, nullptr), 0);
}

}  // namespace
}  // namespace gatun::cuda::test
