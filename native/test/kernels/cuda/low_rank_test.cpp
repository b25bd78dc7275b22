// SPDX-License-Identifier: Apache-2.0
// Adapters per token against the reference kernel.
#include "kernels/cuda/low_rank.h"

#include <algorithm>
#include <memory>

#include "dense_values.h"

namespace gatun::cuda::test {
namespace {

struct Case {
  int tokens, columns, outputs;
  std::vector<int> ranks;
  std::vector<int32_t> slots;  // empty: all tokens use adapter 0
  int padding = 0;
  std::vector<int32_t> chosen = {};  // rows of x; empty: all of them
};

void expect_case(const Case& c) {
  const auto count = [](int64_t rows, int64_t columns) { return rows * columns; };
  const int64_t rows = c.chosen.empty() ? c.tokens : static_cast<int64_t>(c.chosen.size());
  const auto x = normal_values(count(c.tokens, c.columns + c.padding), 1),
             y = normal_values(count(rows, c.outputs + c.padding), 2);
  const DeviceArray<float> device_x(x);
  const DeviceArray<int32_t> device_slots(c.slots), device_chosen(c.chosen);
  LowRankArgs args{};
  args.x_stride = c.columns + c.padding;
  args.y_stride = c.outputs + c.padding;
  args.rows = rows;
  args.x_rows = c.tokens;
  args.columns = c.columns;
  args.outputs = c.outputs;
  args.first_slot = 2;
  args.adapters = static_cast<int32_t>(c.ranks.size());
  std::vector<std::vector<float>> a, b;
  std::vector<std::unique_ptr<DeviceArray<float>>> device;
  LowRankArgs host = args;
  for (std::size_t i = 0; i < c.ranks.size(); ++i) {
    const int rank = c.ranks[i];
    const auto seed = static_cast<uint32_t>(10 + i);
    a.push_back(to_panels(normal_values(count(rank, c.columns), seed), rank, c.columns));
    b.push_back(to_panels(normal_values(count(c.outputs, rank), seed + 10), c.outputs, rank));
    device.push_back(std::make_unique<DeviceArray<float>>(a.back()));
    device.push_back(std::make_unique<DeviceArray<float>>(b.back()));
    args.adapter[i] = {device[2 * i]->data(), device[2 * i + 1]->data(), rank, 0.5f};
    args.inner_stride = std::max<int64_t>(args.inner_stride, (rank + 15) / 16 * 16);
  }
  host = args;
  for (std::size_t i = 0; i < c.ranks.size(); ++i) {
    host.adapter[i].a = a[i].data();
    host.adapter[i].b = b[i].data();
  }
  std::vector<float> expected = y, inner(static_cast<std::size_t>(rows * args.inner_stride));
  host.x = x.data();
  host.y = expected.data();
  host.inner = inner.data();
  host.slots = c.slots.empty() ? nullptr : c.slots.data();
  host.tokens = c.chosen.empty() ? nullptr : c.chosen.data();
  reference::low_rank(host, Team(0, 1, nullptr));
  args.x = device_x.data();
  args.slots = c.slots.empty() ? nullptr : device_slots.data();
  args.tokens = c.chosen.empty() ? nullptr : device_chosen.data();
  const auto got = same_for_all_orders([&] {
    const DeviceArray<float> device_y(y), device_inner(inner.size());
    args.y = device_y.data();
    args.inner = device_inner.data();
    EXPECT_EQ(low_rank(args, nullptr), 0);
    const auto all = device_y.read();
    expect_refusals_reported([&] { return low_rank(args, nullptr); });
    return all;
  });
  for (std::size_t i = 0; i < got.size(); ++i)
    // The sums of two products of normal values, K and r of them.
    expect_close(
        got[i], double{expected[i]},
        6e-8 * 30 * std::sqrt(c.columns) * std::sqrt(static_cast<double>(args.inner_stride) + 1) +
            1e-6,
        "K " + std::to_string(c.columns) + " at " + std::to_string(i));
}

TEST(CudaLowRank, AgreesWithTheReference) {
  expect_case({1, 1, 1, {1}, {}});
  expect_case({3, 70, 40, {8}, {}});
  expect_case({9, 37, 300, {5, 0, 33}, {2, 4, 3, 2, 0, 9, 4, 2, 4}, 1});
  expect_case({17, 64, 16, {16, 16}, {3, 2, 3, 2, 3, 2, 3, 2, 3, 3, 3, 3, 3, 3, 3, 3, 7}, 4});
  expect_case({5, 24, 33, {4, 2}, {3, 2, 2, 0, 3}, 0, {4, 0, -1, 1, 3, 5, 4, 2, 0, 1}});
}

TEST(CudaLowRank, NothingToDo) {
  LowRankArgs args{};
  args.rows = 3;
  EXPECT_EQ(low_rank(args, nullptr), 0);
  args.adapters = 1;  // of rank 0
  EXPECT_EQ(low_rank(args, nullptr), 0);
  args.adapter[0].rank = 8;
  args.rows = 0;
  EXPECT_EQ(low_rank(args, nullptr), 0);
  expect_no_findings();
}

}  // namespace
}  // namespace gatun::cuda::test
