// SPDX-License-Identifier: Apache-2.0
// cross_entropy on the emulated device against the reference.
#include "kernels/cross_entropy.h"

#include <limits>

#include "harness.h"
#include "kernels/cuda/cross_entropy.h"
#include "support/row_widths.h"

namespace gatun::cuda::test {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

// An item's results in one vector: dx, then loss, lse and correct.
struct Items {
  CrossEntropyArgs args{};
  std::vector<float> x;
  std::vector<int32_t> labels, cu_seqlens;
  bool gradient = true, in_place = false;
  DeviceFault fault{};

  std::size_t count() const { return labels.size(); }

  std::vector<float> on_device(int shuffled = 1) {
    const DeviceArray<int32_t> dlabels(labels), dbounds(cu_seqlens);
    const DeviceArray<DeviceFault> dfault(std::vector<DeviceFault>(1));
    args.labels = dlabels.data();
    args.cu_seqlens = cu_seqlens.empty() ? nullptr : dbounds.data();
    args.fault = dfault.data();
    const auto got = same_for_all_orders(
        [&] {
          const DeviceArray<float> dx(std::vector<float>(x.size(), 9)), dvalues(x),
              loss(std::vector<float>(count(), 9)), lse(count());
          const DeviceArray<int32_t> correct(count());
          const DeviceArray<CrossEntropyPartial> partials(
              static_cast<std::size_t>(args.rows * cross_entropy_blocks(args)));
          args.x = dvalues.data();
          args.dx = !gradient ? nullptr : in_place ? dvalues.data() : dx.data();
          args.loss = loss.data();
          args.log_sum_exp = lse.data();
          args.correct = correct.data();
          args.partials = partials.data();
          EXPECT_EQ(cross_entropy(args, nullptr), 0);
          auto all = (in_place ? dvalues : dx).read();
          for (const auto* part : {&loss, &lse}) {
            for (const float value : part->read()) all.push_back(value);
          }
          for (const int32_t value : correct.read()) all.push_back(static_cast<float>(value));
          if (args.rows > 0) expect_refusals_reported([&] { return cross_entropy(args, nullptr); });
          return all;
        },
        shuffled);
    fault = dfault.read()[0];
    return got;
  }

  std::vector<float> by_reference() const {
    gatun::CrossEntropyArgs host{};
    std::vector<float> dx(x.size(), 9), loss(count()), lse(count());
    std::vector<int32_t> correct(count());
    Fault reported;
    host.x = x.data();
    host.labels = labels.data();
    host.cu_seqlens = cu_seqlens.empty() ? nullptr : cu_seqlens.data();
    host.loss = loss.data();
    host.log_sum_exp = lse.data();
    host.dx = dx.data();
    host.correct = correct.data();
    host.x_stride = args.x_stride;
    host.dx_stride = args.dx_stride;
    host.rows = args.rows;
    host.columns = args.columns;
    host.sequences = args.sequences;
    host.smoothing = args.smoothing;
    host.z_loss = args.z_loss;
    host.scale = args.scale;
    host.fault = &reported;
    reference::cross_entropy(host, Team(0, 1, nullptr));
    for (const auto* part : {&loss, &lse}) dx.insert(dx.end(), part->begin(), part->end());
    for (const int32_t value : correct) dx.push_back(static_cast<float>(value));
    return dx;
  }

  void expect_close_to_reference(const std::vector<float>& got) const {
    const auto expected = by_reference();
    const std::size_t n = count();
    for (std::size_t i = 0; i < got.size(); ++i) {
      const std::size_t item = i < x.size() ? 0 : (i - x.size()) % n;
      // -inf of an empty sequence is compared as such.
      const double sum = i < x.size() ? 20 : std::fabs(double{expected[x.size() + n + item]});
      const double lse = std::isfinite(sum) ? sum : 0;
      const double z = double{args.z_loss};
      const double tolerance = i < x.size() ? double{args.scale} * 2e-6 * (1 + 2 * z * lse)
                               : i < x.size() + n
                                   ? 1e-6 * (10 + z * lse * lse)
                                   : 1e-6 * (1 + lse) * (i < x.size() + 2 * n ? 1 : 0);
      expect_close(got[i], expected[i], tolerance, "value " + std::to_string(i));
    }
  }
};

struct Case {
  int rows, columns;
  float smoothing, z_loss, scale;
};

std::vector<Case> cases() {
  std::vector<Case> all;
  for (const int64_t columns : gatun::test::kWidths) {
    if (columns > 0) all.push_back({4, static_cast<int>(columns), 0, 0, 1});
  }
  for (const float smoothing : {0.0f, 0.1f}) {
    for (const float z_loss : {0.0f, 1e-2f}) all.push_back({5, 37, smoothing, z_loss, 0.25f});
  }
  for (const int columns : {512, 513, 4096, 4097, 9000})
    all.push_back({4, columns, 0.1f, 1e-4f, 1});
  all.push_back({0, 10, 0, 0, 1});
  return all;
}

Items items_of(const Case& c) {
  Items items;
  const int stride = c.columns + 3;
  items.x = normal_values(static_cast<int64_t>(matrix_elements(c.rows, c.columns, stride)), 1, 3);
  for (int n = 0; n < c.rows; ++n)
    items.labels.push_back(n == 1 ? GATUN_LABEL_IGNORED : n * 7919 % c.columns);
  // One row whose label has the largest value, and one with a tie before it.
  if (c.rows > 3) {
    const auto at = [&](int n, int v) { return static_cast<std::size_t>(n * stride + v); };
    items.x[at(2, items.labels[2])] = 20;
    items.x[at(3, items.labels[3])] = 20;
    items.x[at(3, 0)] = 20;
  }
  items.args.x_stride = items.args.dx_stride = stride;
  items.args.rows = c.rows;
  items.args.columns = c.columns;
  items.args.smoothing = c.smoothing;
  items.args.z_loss = c.z_loss;
  items.args.scale = c.scale;
  return items;
}

TEST(CudaCrossEntropy, AgreesWithTheReference) {
  for (const Case& c : cases()) {
    SCOPED_TRACE(std::to_string(c.rows) + " x " + std::to_string(c.columns));
    Items items = items_of(c);
    const auto got = items.on_device();
    items.expect_close_to_reference(got);
    EXPECT_EQ(items.fault.source, 0);
  }
}

TEST(CudaCrossEntropy, InPlaceAndWithoutGradient) {
  for (const int columns : {37, 5000}) {
    Items items = items_of({5, columns, 0.1f, 0, 1});
    items.x = normal_values(5 * columns, 1);
    items.args.x_stride = items.args.dx_stride = columns;
    const auto apart = items.on_device(0);
    items.in_place = true;
    EXPECT_EQ(items.on_device(), apart);
    items.in_place = items.gradient = false;
    const auto losses = items.on_device(0);
    EXPECT_TRUE(std::equal(apart.begin() + 5 * columns, apart.end(), losses.begin() + 5 * columns));
  }
}

TEST(CudaCrossEntropy, InfinityAndNan) {
  Items items = items_of({5, 5000, 0, 0, 1});
  items.x = normal_values(5 * 5000, 1);
  items.args.x_stride = items.args.dx_stride = 5000;
  items.labels = {3, 3, 3, 3, 3};
  const auto at = [](int n, int v) { return static_cast<std::size_t>(n * 5000 + v); };
  for (int v = 2500; v < 5000; ++v) items.x[at(0, v)] = -kInfinity;  // classes that do not exist
  items.x[at(1, 4500)] = std::numeric_limits<float>::quiet_NaN();
  items.x[at(2, 4999)] = 1e4f;
  for (int v = 0; v < 5000; ++v) items.x[at(3, v)] = -kInfinity;
  items.x[at(4, 100)] = kInfinity;
  const auto got = items.on_device(0);
  const std::size_t loss = items.x.size();
  EXPECT_TRUE(std::isfinite(got[loss]));
  for (int v = 2500; v < 5000; v += 7) EXPECT_EQ(got[at(0, v)], 0);
  for (const int n : {1, 3, 4}) {
    EXPECT_TRUE(std::isnan(got[loss + static_cast<std::size_t>(n)])) << n;
    EXPECT_TRUE(std::isnan(got[at(n, 0)])) << n;
  }
  EXPECT_NEAR(got[loss + 2], 1e4 - double{items.x[at(2, 3)]}, 1e-2);
  EXPECT_EQ(got[at(2, 4999)], 1);
  EXPECT_EQ(got[at(2, 3)], -1);
}

TEST(CudaCrossEntropy, ReportsALabelOutsideTheClasses) {
  Items items = items_of({3, 10, 0, 0, 1});
  items.labels = {1, 10, 2};
  const auto got = items.on_device(0);
  EXPECT_EQ(items.fault.source, static_cast<int>(FaultSource::kCrossEntropyLabels));
  EXPECT_EQ(items.fault.position, 1);
  EXPECT_EQ(items.fault.value, 10);
  EXPECT_EQ(items.fault.limit, 10);
  EXPECT_EQ(got[items.x.size() + 1], 0);
}

// Start and end of a span: the classes of a column are the tokens of its sequence.
TEST(CudaCrossEntropy, SpansOfSequences) {
  Items items;
  items.cu_seqlens = {1, 6, 6, 9, 300};       // row 0 belongs to none, nor do the last two
  items.labels = {4, 0, 0, 0, 3, 2, 100, 2};  // [4, 2]; the first 3 is behind the last token
  items.x = normal_values(static_cast<int64_t>(matrix_elements(302, 2, 5)), 1);
  items.x[(9 + 2) * 5 + 1] = 7;  // the label's is the largest
  items.args.x_stride = items.args.dx_stride = 5;
  items.args.rows = 302;
  items.args.columns = 2;
  items.args.sequences = 4;
  items.args.scale = 0.5f;
  for (const float smoothing : {0.0f, 0.1f}) {
    items.args.smoothing = smoothing;
    items.in_place = false;
    const auto got = items.on_device();
    items.expect_close_to_reference(got);
    EXPECT_EQ(items.fault.source, 0);
    items.in_place = true;
    const auto in_place = items.on_device(0);
    for (int n = 0; n < 302; ++n) {
      for (int c = 0; c < 2; ++c) {
        const auto i = static_cast<std::size_t>(n * 5 + c);
        EXPECT_EQ(got[i], in_place[i]);
      }
    }
  }
}

TEST(CudaCrossEntropy, ReportsBoundsOutsideTheRows) {
  Items items;
  items.cu_seqlens = {0, 2, 5};
  items.labels = {1, 1};
  items.x = normal_values(4, 1);
  items.args.x_stride = items.args.dx_stride = items.args.columns = 1;
  items.args.rows = 4;
  items.args.sequences = 2;
  items.args.scale = 1;
  const auto got = items.on_device(0);
  EXPECT_EQ(items.fault.source, static_cast<int>(FaultSource::kCrossEntropySequences));
  EXPECT_EQ(items.fault.position, 2);
  EXPECT_EQ(items.fault.value, 5);
  EXPECT_EQ(items.fault.limit, 5);
  EXPECT_EQ(got[items.x.size() + 1], 0);
}

}  // namespace
}  // namespace gatun::cuda::test
