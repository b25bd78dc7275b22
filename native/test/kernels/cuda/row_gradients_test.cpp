// SPDX-License-Identifier: Apache-2.0
// Gradients of rows that were looked up, gathered or pooled on the emulated device: the first two
// have the reference's bits.
#include <algorithm>
#include <limits>

#include "gatun/ops.h"
#include "harness.h"
#include "kernels/cuda/embedding_backward.h"
#include "kernels/cuda/gather_rows_backward.h"
#include "kernels/cuda/pooling_backward.h"
#include "kernels/embedding_backward.h"
#include "kernels/gather_rows_backward.h"
#include "kernels/pooling_backward.h"
#include "support/row_widths.h"

namespace gatun::cuda::test {
namespace {

// Numbers of rows of which few are rare and many the same; -1 among them.
std::vector<int32_t> random_rows(int count, int rows, uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<int32_t> all;
  for (int i = 0; i < count; ++i) {
    const auto draw = static_cast<int32_t>(random() % static_cast<uint32_t>(2 * rows + 1)) - 1;
    all.push_back(draw < rows ? draw : draw % 2);
  }
  return all;
}

TEST(CudaGatherRowsBackward, GivesTheReferencesBits) {
  for (const int64_t columns : gatun::test::kWidths) {
    for (const int count : {0, 1, 5, 33, 150}) {
      if (count > 33 && columns != 16 && columns != 257) continue;
      const int64_t stride = columns + columns % 3;
      constexpr int kRows = 7;
      const auto rows = random_rows(count, kRows, 1);
      const auto dy =
          normal_values(static_cast<int64_t>(matrix_elements(count, columns, stride)), 2);
      const auto before =
          normal_values(static_cast<int64_t>(matrix_elements(kRows, columns, stride)), 3);
      auto expected = before;
      Fault reported;
      reference::gather_rows_backward({rows.data(), dy.data(), expected.data(), stride, stride,
                                       count, kRows, columns, &reported},
                                      Team(0, 1, nullptr));
      const DeviceArray<int32_t> drows(rows);
      const DeviceArray<float> ddy(dy);
      const DeviceArray<DeviceFault> fault(std::vector<DeviceFault>(1));
      const auto got = same_for_all_orders([&] {
        const DeviceArray<float> dx(before);
        EXPECT_EQ(gather_rows_backward({drows.data(), ddy.data(), dx.data(), stride, stride, count,
                                        kRows, static_cast<int32_t>(columns), fault.data()},
                                       nullptr),
                  0);
        return dx.read();
      });
      EXPECT_EQ(got, expected) << columns << " columns, " << count << " rows";
      EXPECT_EQ(fault.read()[0].source, 0);
    }
  }
}

TEST(CudaGatherRowsBackward, ReportsARowOutside) {
  const DeviceArray<int32_t> rows(std::vector<int32_t>{0, -2, 1});
  const DeviceArray<float> dy(std::vector<float>(12, 1)), dx(std::vector<float>(8, 0));
  const DeviceArray<DeviceFault> fault(std::vector<DeviceFault>(1));
  EXPECT_EQ(gather_rows_backward({rows.data(), dy.data(), dx.data(), 4, 4, 3, 2, 4, fault.data()},
                                 nullptr),
            0);
  expect_no_findings();
  EXPECT_EQ(fault.read()[0].source, static_cast<int>(FaultSource::kGatherRowsBackward));
  EXPECT_EQ(fault.read()[0].position, 1);
  EXPECT_EQ(fault.read()[0].value, -2);
  EXPECT_EQ(fault.read()[0].limit, 2);
  EXPECT_EQ(dx.read(), std::vector<float>(8, 1));
}

TEST(CudaEmbeddingBackward, GivesTheReferencesBits) {
  for (const int64_t columns : gatun::test::kWidths) {
    for (const int tokens : {0, 1, 34, 150}) {
      if (tokens > 34 && columns != 16) continue;
      constexpr int kRows[] = {19, 5, 2};
      const int64_t stride = columns + columns % 3;
      const auto dy =
          normal_values(static_cast<int64_t>(matrix_elements(tokens, columns, stride)), 1);
      const DeviceArray<float> ddy(dy);
      const DeviceArray<DeviceFault> fault(std::vector<DeviceFault>(1));
      Fault reported;
      gatun::EmbeddingBackwardArgs host{};
      EmbeddingBackwardArgs args{};
      std::vector<std::vector<float>> before, expected;
      std::vector<std::vector<int32_t>> ids;
      std::vector<std::unique_ptr<DeviceArray<int32_t>>> device_ids;
      for (std::size_t t = 0; t < 3; ++t) {
        const int64_t panels = (kRows[t] + 15) / 16 * columns * 16;
        before.push_back(normal_values(panels, static_cast<uint32_t>(10 + t)));
        expected.push_back(before.back());
        ids.push_back(random_rows(tokens, kRows[t], static_cast<uint32_t>(t)));
        device_ids.push_back(std::make_unique<DeviceArray<int32_t>>(ids.back()));
      }
      for (std::size_t t = 0; t < 3; ++t) {
        if (t == 1 && columns % 2 == 1) continue;  // no such table
        const float scale = t == 0 ? 0.75f : 1.0f;
        host.lookups[t] = {ids[t].data(), expected[t].data(), kRows[t], scale, "table"};
        args.lookups[t] = {device_ids[t]->data(), nullptr, kRows[t], scale};
      }
      host.dy = dy.data();
      host.dy_stride = args.dy_stride = stride;
      host.rows = args.tokens = tokens;
      host.columns = columns;
      args.columns = static_cast<int32_t>(columns);
      host.fault = &reported;
      args.fault = fault.data();
      args.dy = ddy.data();
      reference::embedding_backward(host, Team(0, 1, nullptr));
      const auto got = same_for_all_orders([&] {
        std::vector<std::unique_ptr<DeviceArray<float>>> tables;
        for (std::size_t t = 0; t < 3; ++t) {
          tables.push_back(std::make_unique<DeviceArray<float>>(before[t]));
          args.lookups[t].dtable = args.lookups[t].ids == nullptr ? nullptr : tables[t]->data();
        }
        EXPECT_EQ(embedding_backward(args, nullptr), 0);
        std::vector<float> all;
        for (const auto& table : tables) {
          for (const float value : table->read()) all.push_back(value);
        }
        return all;
      });
      std::vector<float> all;
      for (const auto& table : expected) all.insert(all.end(), table.begin(), table.end());
      EXPECT_EQ(got, all) << columns << " columns, " << tokens << " tokens";
      EXPECT_EQ(fault.read()[0].source, 0);
    }
  }
}

TEST(CudaEmbeddingBackward, ReportsAnIdOutsideItsTable) {
  const DeviceArray<int32_t> ids(std::vector<int32_t>{0, 2, -1});
  const DeviceArray<float> dy(std::vector<float>(3, 1)), dtable(std::vector<float>(16, 0));
  const DeviceArray<DeviceFault> fault(std::vector<DeviceFault>(1));
  EmbeddingBackwardArgs args{};
  args.lookups[2] = {ids.data(), dtable.data(), 2, 1};
  args.dy = dy.data();
  args.dy_stride = args.columns = 1;
  args.tokens = 3;
  args.fault = fault.data();
  EXPECT_EQ(embedding_backward(args, nullptr), 0);
  expect_no_findings();
  EXPECT_EQ(fault.read()[0].source, static_cast<int>(FaultSource::kEmbeddingBackwardTypes));
  EXPECT_EQ(fault.read()[0].position, 1);
  EXPECT_EQ(fault.read()[0].value, 2);
  EXPECT_EQ(fault.read()[0].limit, 2);
  EXPECT_EQ(dtable.read()[0], 1);
  EXPECT_EQ(dtable.read()[1], 0);
}

TEST(CudaPoolingBackward, AgreesWithTheReference) {
  const std::vector<int32_t> bounds{1, 4, 4, 5, 38};  // tokens 0, 38 and 39 belong to none
  const DeviceArray<int32_t> dbounds(bounds);
  for (const int columns : {1, 33, 256, 300}) {
    auto x = normal_values(40 * columns, 1);
    for (int n = 6; n < 9; ++n) x[static_cast<std::size_t>(n * columns)] = 9;  // equal maxima
    for (int e = 0; e < columns; ++e)
      x[static_cast<std::size_t>(4 * columns + e)] = 0;  // no length
    const auto dy = normal_values(4 * columns, 2);
    const DeviceArray<float> device_x(x), device_dy(dy);
    const DeviceArray<DeviceFault> fault(std::vector<DeviceFault>(1));
    for (int mode = GATUN_POOLING_MEAN; mode <= GATUN_POOLING_MAX; ++mode) {
      for (const int kind : {0, 1, 2, 3}) {
        const int normalize = kind % 2;
        const bool accumulate = kind / 2 == 1;
        Fault reported;
        gatun::PoolingBackwardArgs host{};
        std::vector<float> expected(x.size(), 0.5f);
        host.pooling = {x.data(), bounds.data(), nullptr, columns,   0,        40,
                        4,        columns,       mode,    normalize, &reported};
        host.dy = dy.data();
        host.dx = expected.data();
        host.dy_stride = host.dx_stride = columns;
        host.accumulate = accumulate;
        std::vector<double> scratch(static_cast<std::size_t>(columns));
        host.scratch = reinterpret_cast<float*>(scratch.data());
        reference::pooling_backward(host, Team(0, 1, nullptr));
        const bool needs_x = mode == GATUN_POOLING_MAX || normalize == 1;
        PoolingBackwardArgs args{};
        args.pooling = {needs_x ? device_x.data() : nullptr,
                        dbounds.data(),
                        nullptr,
                        columns,
                        0,
                        40,
                        4,
                        columns,
                        mode,
                        normalize,
                        fault.data()};
        args.dy = device_dy.data();
        args.dy_stride = args.dx_stride = columns;
        args.accumulate = accumulate ? 1 : 0;
        const auto got = same_for_all_orders(
            [&] {
              const DeviceArray<float> dx(std::vector<float>(x.size(), 0.5f));
              args.dx = dx.data();
              EXPECT_EQ(pooling_backward(args, nullptr), 0);
              const auto all = dx.read();
              expect_refusals_reported([&] { return pooling_backward(args, nullptr); });
              return all;
            },
            1);
        for (std::size_t i = 0; i < got.size(); ++i)
          expect_close(got[i], expected[i], 3e-6 * (1 + std::fabs(double{expected[i]})),
                       "mode " + std::to_string(mode) + " at " + std::to_string(i));
      }
    }
    EXPECT_EQ(fault.read()[0].source, 0);
  }
}

}  // namespace
}  // namespace gatun::cuda::test
