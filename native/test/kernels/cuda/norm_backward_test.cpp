// SPDX-License-Identifier: Apache-2.0
// Backward of both norms on the emulated device against the reference.
#include "kernels/cuda/norm_backward.h"

#include "harness.h"
#include "support/row_widths.h"

namespace gatun::cuda::test {
namespace {

struct Case {
  bool centred;
  int64_t rows, columns, stride_extra;
  bool accumulate, parameters, dx;
  float scale, weight_offset;
};

std::vector<Case> cases() {
  std::vector<Case> all;
  for (const bool centred : {false, true}) {
    for (const int64_t columns : gatun::test::kWidths)
      all.push_back({centred, 3, columns, columns % 3, false, true, true, 1, 0});
    for (const int64_t rows : {0, 1, 3, 4, 5, 40})
      all.push_back({centred, rows, 20, 4, true, true, true, 1, 0});
    all.push_back({centred, 1030, 3, 0, false, true, true, 1, 0});  // more than 4 rows in a chunk
    all.push_back({centred, 3, 40, 0, false, false, true, 1, 0});
    all.push_back({centred, 6, 40, 0, false, true, false, 1, 0});
    all.push_back({centred, 3, 40, 0, false, true, true, 1e-4f, 0});
    all.push_back({centred, 3, 40, 0, false, true, true, 1e4f, 0});
    // wider than what threads hold, in units of four and of one
    all.push_back({centred, 5, 4112, 0, true, true, true, 1, 0});
    all.push_back({centred, 5, 1025, 0, false, true, true, 1, 0});
    all.push_back({centred, 5, 1025, 0, false, false, true, 1, 0});
  }
  all.push_back({false, 3, 40, 0, false, true, true, 1, 1});
  return all;
}

Status run(const Case& c, const NormBackwardArgs& args) {
  return c.centred ? layer_norm_backward(args, nullptr) : rms_norm_backward(args, nullptr);
}

TEST(CudaNormBackward, AgreesWithTheReference) {
  for (const Case& c : cases()) {
    SCOPED_TRACE((c.centred ? "layer " : "rms ") + std::to_string(c.rows) + " x " +
                 std::to_string(c.columns) + " scale " + std::to_string(c.scale));
    const int64_t stride = c.columns + c.stride_extra;
    const auto elements = matrix_elements(c.rows, c.columns, stride);
    const auto columns = static_cast<std::size_t>(c.columns);
    const auto x = normal_values(static_cast<int64_t>(elements), 1, c.scale),
               dy = normal_values(static_cast<int64_t>(elements), 2),
               weight = normal_values(c.columns, 3);
    NormBackwardArgs args{};
    args.x_stride = args.dy_stride = args.dx_stride = stride;
    args.rows = c.rows;
    args.columns = c.columns;
    args.eps = 1e-5f;
    args.weight_offset = c.weight_offset;
    args.accumulate = c.accumulate;
    NormBackwardArgs host = args;
    std::vector<float> dx(elements, 0.5f), dweight(columns, 0.25f), dbias(columns, 0.125f);
    host.x = x.data();
    host.weight = weight.data();
    host.dy = dy.data();
    host.dx = c.dx ? dx.data() : nullptr;
    host.dweight = c.parameters ? dweight.data() : nullptr;
    host.dbias = c.parameters && c.centred ? dbias.data() : nullptr;
    std::vector<double> host_scratch(
        static_cast<std::size_t>(reference::norm_backward_scratch_bytes(host, 1)) / 8);
    host.scratch = reinterpret_cast<std::byte*>(host_scratch.data());
    c.centred ? reference::layer_norm_backward(host, Team(0, 1, nullptr))
              : reference::rms_norm_backward(host, Team(0, 1, nullptr));

    const DeviceArray<float> device_x(x), device_dy(dy), device_weight(weight);
    args.x = device_x.data();
    args.dy = device_dy.data();
    args.weight = device_weight.data();
    const auto got = same_for_all_orders(
        [&] {
          const DeviceArray<float> out(std::vector<float>(elements, 0.5f)),
              out_weight(std::vector<float>(columns, 0.25f)),
              out_bias(std::vector<float>(columns, 0.125f));
          const DeviceArray<float> scratch(
              static_cast<std::size_t>(norm_backward_scratch_bytes(args)) / 4);
          args.dx = c.dx ? out.data() : nullptr;
          args.dweight = c.parameters ? out_weight.data() : nullptr;
          args.dbias = c.parameters && c.centred ? out_bias.data() : nullptr;
          args.scratch = reinterpret_cast<std::byte*>(scratch.data());
          EXPECT_EQ(run(c, args), 0);
          auto all = out.read();
          for (const float value : out_weight.read()) all.push_back(value);
          for (const float value : out_bias.read()) all.push_back(value);
          if (c.rows > 0 && c.columns > 0 && c.parameters)
            expect_refusals_reported([&] { return run(c, args); });
          return all;
        },
        1);
    for (int64_t n = 0; n < c.rows; ++n) {
      double mean = 0, squares = 0, largest = 0;
      const auto at = [&](int64_t e) { return static_cast<std::size_t>(n * stride + e); };
      for (int64_t e = 0; c.centred && e < c.columns; ++e)
        mean += double{x[at(e)]} / static_cast<double>(c.columns);
      for (int64_t e = 0; e < c.columns; ++e) {
        squares += (x[at(e)] - mean) * (x[at(e)] - mean) / static_cast<double>(c.columns);
        largest = std::fmax(
            largest, std::fabs(double{dy[at(e)]} * (double{weight[static_cast<std::size_t>(e)]} +
                                                    double{c.weight_offset})));
      }
      // Roundings of dx are relative to |g| / deviation.
      const double tolerance = 2e-6 * largest / std::sqrt(squares + 1e-5) + 1e-7;
      for (int64_t e = 0; e < c.columns; ++e)
        expect_close(got[at(e)], dx[at(e)], tolerance,
                     "dx " + std::to_string(n) + ", " + std::to_string(e));
    }
    const double spread = 2e-6 * std::sqrt(static_cast<double>(c.rows + 1)) * 4;
    for (std::size_t e = 0; e < columns; ++e) {
      expect_close(got[elements + e], dweight[e], spread, "dweight " + std::to_string(e));
      expect_close(got[elements + columns + e], dbias[e], spread, "dbias " + std::to_string(e));
    }
  }
}

TEST(CudaNormBackward, InPlaceHasTheSameBytes) {
  for (const bool centred : {false, true}) {
    constexpr std::size_t kElements = 9 * 1032;
    const auto x = normal_values(kElements, 1), dy = normal_values(kElements, 2);
    const DeviceArray<float> weight(normal_values(1032, 3));
    const Case c{centred, 9, 1032, 0, false, false, true, 1, 0};
    const auto dx = [&](bool over_x, bool over_dy) {
      const DeviceArray<float> device_x(x), device_dy(dy), out(kElements);
      NormBackwardArgs args{};
      args.x = device_x.data();
      args.dy = device_dy.data();
      args.dx = over_x ? device_x.data() : over_dy ? device_dy.data() : out.data();
      args.weight = weight.data();
      args.x_stride = args.dy_stride = args.dx_stride = args.columns = 1032;
      args.rows = 9;
      args.eps = 1e-5f;
      EXPECT_EQ(run(c, args), 0);
      expect_no_findings();
      return (over_x ? device_x : over_dy ? device_dy : out).read();
    };
    const auto apart = dx(false, false);
    EXPECT_EQ(apart, dx(true, false));
    EXPECT_EQ(apart, dx(false, true));
  }
}

// A row of dx does not depend on the others.
TEST(CudaNormBackward, ARowDependsOnItselfAlone) {
  constexpr int kColumns = 100;
  const auto x = normal_values(600 * kColumns, 1), dy = normal_values(600 * kColumns, 2);
  const DeviceArray<float> device_x(x), device_dy(dy), weight(normal_values(kColumns, 3));
  NormBackwardArgs args{};
  args.x_stride = args.dy_stride = args.dx_stride = args.columns = kColumns;
  args.weight = weight.data();
  args.eps = 1e-5f;
  const auto row = [&](int64_t first, int64_t rows, int64_t wanted) {
    const DeviceArray<float> out(static_cast<std::size_t>(rows * kColumns));
    args.x = device_x.data() + first * kColumns;
    args.dy = device_dy.data() + first * kColumns;
    args.dx = out.data();
    args.rows = rows;
    EXPECT_EQ(layer_norm_backward(args, nullptr), 0);
    const auto all = out.read();
    return std::vector<float>(all.begin() + wanted * kColumns,
                              all.begin() + (wanted + 1) * kColumns);
  };
  EXPECT_EQ(row(0, 600, 599), row(599, 1, 0));
  EXPECT_EQ(row(0, 600, 301), row(300, 7, 1));
  expect_no_findings();
}

}  // namespace
}  // namespace gatun::cuda::test
