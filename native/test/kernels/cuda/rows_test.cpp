// SPDX-License-Identifier: Apache-2.0
// gather_rows, pooling and top_k on the emulated device.
#include <algorithm>
#include <limits>
#include <numeric>

#include "gatun/ops.h"
#include "harness.h"
#include "kernels/cuda/gather_rows.h"
#include "kernels/cuda/pooling.h"
#include "kernels/cuda/top_k.h"

namespace gatun::cuda::test {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

TEST(CudaGatherRows, CopiesZeroesAndReports) {
  for (const int columns : {1, 7, 8, 64, 257, 2048}) {
    const auto x = normal_values(5 * columns, 1);
    const DeviceArray<float> dx(x);
    const DeviceArray<int32_t> rows(std::vector<int32_t>{4, -1, 0, 5, 2, 2});
    const DeviceArray<DeviceFault> fault(std::vector<DeviceFault>(1));
    GatherRowsArgs args{dx.data(), rows.data(), nullptr, columns,     columns,
                        5,         6,           columns, fault.data()};
    const auto y = same_for_all_orders([&] {
      const DeviceArray<float> dy(static_cast<std::size_t>(6 * columns));
      args.y = dy.data();
      EXPECT_EQ(gather_rows(args, nullptr), 0);
      return dy.read();
    });
    const int sources[] = {4, -1, 0, -1, 2, 2};
    for (int r = 0; r < 6; ++r) {
      for (int c = 0; c < columns; ++c) {
        EXPECT_EQ(y[static_cast<std::size_t>(r * columns + c)],
                  sources[r] < 0 ? 0 : x[static_cast<std::size_t>(sources[r] * columns + c)]);
      }
    }
    const DeviceFault f = fault.read()[0];
    EXPECT_EQ(f.source, static_cast<int>(FaultSource::kGatherRows));
    EXPECT_EQ(f.position, 3);
    EXPECT_EQ(f.value, 5);
    EXPECT_EQ(f.limit, 5);
  }
}

TEST(CudaPooling, AgreesWithItsDefinition) {
  const std::vector<int32_t> bounds{0, 3, 3, 4, 40};
  for (const int columns : {1, 33, 256, 300}) {
    const auto x = normal_values(40 * columns, 1);
    const DeviceArray<float> dx(x);
    const DeviceArray<int32_t> dbounds(bounds);
    const DeviceArray<DeviceFault> fault(std::vector<DeviceFault>(1));
    for (int mode = GATUN_POOLING_MEAN; mode <= GATUN_POOLING_MAX; ++mode) {
      for (const int normalize : {0, 1}) {
        PoolingArgs args{dx.data(), dbounds.data(), nullptr, columns,   columns,     40,
                         4,         columns,        mode,    normalize, fault.data()};
        const auto y = same_for_all_orders([&] {
          const DeviceArray<float> dy(static_cast<std::size_t>(4 * columns));
          args.y = dy.data();
          EXPECT_EQ(pooling(args, nullptr), 0);
          return dy.read();
        });
        for (std::size_t b = 0; b < 4; ++b) {
          std::vector<double> expected;
          double squares = 0;
          for (int e = 0; e < columns; ++e) {
            const auto at = [&](int n) {
              return double{x[static_cast<std::size_t>(n * columns + e)]};
            };
            double value = 0;
            if (bounds[b] < bounds[b + 1]) {
              value = at(mode == GATUN_POOLING_LAST ? bounds[b + 1] - 1 : bounds[b]);
              for (int n = bounds[b] + 1; n < bounds[b + 1]; ++n) {
                if (mode == GATUN_POOLING_MEAN) value += at(n);
                if (mode == GATUN_POOLING_MAX) value = std::max(value, at(n));
              }
              if (mode == GATUN_POOLING_MEAN) value /= bounds[b + 1] - bounds[b];
            }
            expected.push_back(value);
            squares += value * value;
          }
          const double divisor = normalize != 0 ? std::max(std::sqrt(squares), 1e-12) : 1;
          for (std::size_t e = 0; e < expected.size(); ++e)
            expect_close(y[b * expected.size() + e], expected[e] / divisor, 5e-6, "pooling");
        }
      }
    }
    EXPECT_EQ(fault.read()[0].source, 0);
  }
}

TEST(CudaPooling, ReportsBoundsOutsideTheTokens) {
  const DeviceArray<float> x(normal_values(4 * 8, 1)), y(std::size_t{2 * 8});
  const DeviceArray<int32_t> bounds(std::vector<int32_t>{0, 2, 5});
  const DeviceArray<DeviceFault> fault(std::vector<DeviceFault>(1));
  EXPECT_EQ(pooling({x.data(), bounds.data(), y.data(), 8, 8, 4, 2, 8, GATUN_POOLING_MEAN, 0,
                     fault.data()},
                    nullptr),
            0);
  expect_no_findings();
  EXPECT_EQ(fault.read()[0].source, static_cast<int>(FaultSource::kPoolingSequences));
  EXPECT_EQ(fault.read()[0].position, 1);
  EXPECT_EQ(y.read()[8], 0);
}

void expect_top_k(std::vector<float> x, int rows, int k) {
  const int columns = static_cast<int>(x.size()) / rows;
  const DeviceArray<float> dx(x), sums(static_cast<std::size_t>(rows));
  TopKArgs args{};
  args.x = dx.data();
  args.log_sum_exp = sums.data();
  args.x_stride = columns;
  args.values_stride = args.indices_stride = k;
  args.rows = rows;
  args.columns = columns;
  args.k = k;
  std::vector<float> values;
  const auto indices = same_for_all_orders([&] {
    const DeviceArray<float> dvalues(static_cast<std::size_t>(rows * k));
    const DeviceArray<int32_t> dindices(static_cast<std::size_t>(rows * k));
    const auto lists = static_cast<std::size_t>(rows * top_k_blocks(args));
    const DeviceArray<uint64_t> candidates(lists * static_cast<std::size_t>(k));
    const DeviceArray<SoftmaxPartial> partials(lists);
    args.values = dvalues.data();
    args.indices = dindices.data();
    args.candidates = candidates.data();
    args.partials = partials.data();
    EXPECT_EQ(top_k(args, nullptr), 0);
    values = dvalues.read();
    expect_refusals_reported([&] { return top_k(args, nullptr); });
    return dindices.read();
  });
  for (int r = 0; r < rows; ++r) {
    const float* row = x.data() + r * columns;
    std::vector<int32_t> order(static_cast<std::size_t>(columns));
    std::iota(order.begin(), order.end(), 0);
    std::sort(order.begin(), order.end(), [&](int32_t a, int32_t b) {
      const bool a_last = std::isnan(row[a]), b_last = std::isnan(row[b]);
      if (a_last != b_last) return b_last;
      return a_last || row[a] == row[b] ? a < b : row[a] > row[b];
    });
    double largest = -INFINITY, sum = 0;
    for (int v = 0; v < columns; ++v) largest = std::fmax(largest, double{row[v]});
    for (int v = 0; v < columns; ++v) sum += std::exp(row[v] - largest);
    const double expected = largest + std::log(sum);
    expect_close(sums.read()[static_cast<std::size_t>(r)], expected,
                 6e-8 * (std::fabs(expected) + 80), "log-sum-exp");
    for (int i = 0; i < k; ++i) {
      const auto at = static_cast<std::size_t>(r * k + i);
      ASSERT_EQ(indices[at], order[static_cast<std::size_t>(i)])
          << "columns " << columns << ", pick " << i;
      EXPECT_EQ(0, std::memcmp(&values[at], row + order[static_cast<std::size_t>(i)], 4));
    }
  }
}

TEST(CudaTopK, PicksInOrder) {
  for (const int columns : {1, 31, 33, 257, 4096, 4097, 9000}) {
    for (const int k : {1, 7, 40}) {
      if (k <= columns) expect_top_k(normal_values(2 * columns, 5), 2, k);
    }
  }
  expect_top_k(normal_values(20, 6), 2, 10);  // a whole row
}

TEST(CudaTopK, TiesAndSpecialValues) {
  std::vector<float> x(9000, 0.5f);
  x[17] = x[8000] = 2;
  x[4095] = x[4096] = 2;
  x[3] = -0.0f;
  expect_top_k(x, 1, 12);
  std::vector<float> special{-kInfinity, kNaN, 1, -kInfinity, -0.0f, 0.0f, kNaN, -1};
  expect_top_k(special, 1, 8);
}

}  // namespace
}  // namespace gatun::cuda::test
