// SPDX-License-Identifier: Apache-2.0
// Gradients of products against sums in double.
#include "kernels/cuda/linear_backward.h"

#include "dense_values.h"

namespace gatun::cuda::test {
namespace {

struct Case {
  int tokens, columns, outputs;  // N, K, O
  int tile = 0;
  int padding = 0;  // of rows of x, dy and dx
  bool accumulate = false;
};

enum class Kind { kF32, kPanels, kBf16 };

constexpr float kScale = 0.5f;

class Gradients {
 public:
  Gradients(Kind kind, const Case& c)
      : kind_(kind),
        c_(c),
        x_(values(int64_t{c.tokens} * c.columns, 1)),
        dy_(values(int64_t{c.tokens} * c.outputs, 2)),
        weight_(kind == Kind::kBf16 ? GATUN_DTYPE_BF16 : GATUN_DTYPE_F32,
                kind == Kind::kPanels,
                c.outputs,
                c.columns,
                3),
        before_dx_(normal_values(int64_t{c.tokens} * c.columns, 4)),
        before_dweight_(
            to_panels(normal_values(int64_t{c.outputs} * c.columns, 5), c.outputs, c.columns)),
        before_dbias_(normal_values(c.outputs, 6)) {}

  void expect() {
    const Rows x(x_, c_.tokens, c_.columns, c_.columns + c_.padding, c_.padding),
        dy(dy_, c_.tokens, c_.outputs, c_.outputs + c_.padding, c_.padding);
    const DeviceArray<uint16_t> x16(sixteen_bit_rows(GATUN_DTYPE_BF16, x_, c_.tokens, c_.columns)),
        dy16(sixteen_bit_rows(GATUN_DTYPE_BF16, dy_, c_.tokens, c_.outputs));
    DenseBackwardArgs args{};
    args.x = x.data();
    args.dy = dy.data();
    args.x_stride = args.dx_stride = c_.columns + c_.padding;
    args.dy_stride = c_.outputs + c_.padding;
    args.x16 = x16.data();
    args.dy16 = dy16.data();
    args.x16_stride = (c_.columns + 7) / 8 * 8;
    args.dy16_stride = (c_.outputs + 7) / 8 * 8;
    args.weight = weight_.device;
    args.tokens = c_.tokens;
    args.outputs = c_.outputs;
    args.columns = c_.columns;
    args.accumulate = c_.accumulate ? 1 : 0;
    args.scale = kScale;
    args.tile = c_.tile;
    const std::size_t dx_floats = matrix_elements(c_.tokens, c_.columns, args.dx_stride) +
                                  static_cast<std::size_t>(c_.padding);
    // dx, then dweight, then dbias.
    const auto got = same_for_all_orders(
        [&] {
          const Rows dx(before_dx_, c_.tokens, c_.columns, c_.columns + c_.padding, c_.padding);
          const DeviceArray<float> dweight(before_dweight_), dbias(before_dbias_);
          args.dx = dx.data();
          args.dweight = dweight.data();
          args.dbias = dbias.data();
          const auto backward = [&] {
            return kind_ == Kind::kBf16 ? linear_backward_half(args, nullptr)
                                        : linear_backward_f32(args, nullptr);
          };
          EXPECT_EQ(backward(), 0);
          std::vector<float> all = dx.all();
          for (const auto& part : {dweight.read(), dbias.read()})
            all.insert(all.end(), part.begin(), part.end());
          expect_refusals_reported(backward);
          return all;
        },
        1);
    for (int n = 0; n < c_.tokens; ++n)
      for (int k = 0; k < c_.columns; ++k)
        near(got[static_cast<std::size_t>(c_.padding + n * (c_.columns + c_.padding) + k)], "dx",
             c_.accumulate ? before_dx_[static_cast<std::size_t>(n * c_.columns + k)] : 0.0f,
             kScale, c_.outputs, [&](int o) {
               return at(dy_, n, o, c_.outputs) * at(weight_.values, o, k, c_.columns);
             });
    const float* dweight = got.data() + dx_floats;
    for (int o = 0; o < (c_.outputs + 15) / 16 * 16; ++o) {
      for (int k = 0; k < c_.columns; ++k) {
        const auto i = static_cast<std::size_t>((o / 16 * c_.columns + k) * 16 + o % 16);
        if (o >= c_.outputs) {
          ASSERT_EQ(dweight[i], 0) << "a missing row of dweight";
          continue;
        }
        near(dweight[i], "dweight", before_dweight_[i], kScale, c_.tokens,
             [&](int n) { return at(dy_, n, o, c_.outputs) * at(x_, n, k, c_.columns); });
      }
    }
    const float* dbias = dweight + before_dweight_.size();
    for (int o = 0; o < c_.outputs; ++o)
      near(dbias[o], "dbias", before_dbias_[static_cast<std::size_t>(o)], 1, c_.tokens,
           [&](int n) { return at(dy_, n, o, c_.outputs); });
  }

 private:
  std::vector<float> values(int64_t count, uint32_t seed) const {
    return rounded_to(kind_ == Kind::kBf16 ? GATUN_DTYPE_BF16 : GATUN_DTYPE_F32,
                      normal_values(count, seed));
  }
  static double at(const std::vector<float>& m, int row, int column, int columns) {
    return double{m[static_cast<std::size_t>(row * columns + column)]};
  }
  template <typename Term>
  void near(float got, const char* what, float before, float scale, int terms, Term term) const {
    double sum = 0, magnitude = 0;
    for (int i = 0; i < terms; ++i) {
      const double value = term(i);
      sum += value;
      magnitude += std::fabs(value);
    }
    expect_close(got, double{before} + double{scale} * sum,
                 (magnitude + std::fabs(double{before})) * (terms + 4) * 5.97e-8 + 1e-7,
                 std::string(what) + " N " + std::to_string(c_.tokens) + " K " +
                     std::to_string(c_.columns) + " O " + std::to_string(c_.outputs));
  }

  Kind kind_;
  Case c_;
  std::vector<float> x_, dy_;
  TestWeight weight_;
  std::vector<float> before_dx_, before_dweight_, before_dbias_;
};

TEST(CudaLinearBackward, AgreesWithSumsInDouble) {
  for (const Kind kind : {Kind::kF32, Kind::kPanels, Kind::kBf16}) {
    for (const Case& c : {Case{1, 1, 1},
                          {5, 17, 9, 0, 1},
                          {7, 40, 30, 0, 4, true},
                          {66, 34, 140, 64, 0},
                          {180, 34, 35, 128, 0, true},
                          {34, 140, 180, 128, 0}}) {
      Gradients(kind, c).expect();
      if (HasFailure()) return;
    }
  }
}

TEST(CudaLinearBackward, EachOutputIsOptional) {
  const TestWeight weight(GATUN_DTYPE_F32, false, 3, 4, 1);
  const DeviceArray<float> dy(normal_values(6, 2)), dbias(std::vector<float>{0, 0, 0});
  DenseBackwardArgs args{};
  args.dy = dy.data();
  args.dy_stride = args.outputs = 3;
  args.columns = 4;
  args.tokens = 2;
  args.scale = 1;
  args.weight = weight.device;
  EXPECT_EQ(linear_backward_f32(args, nullptr), 0);
  EXPECT_EQ(linear_backward_half(args, nullptr), 0);
  args.dbias = dbias.data();
  EXPECT_EQ(linear_backward_half(args, nullptr), 0);
  const auto sums = dbias.read(), source = dy.read();
  for (std::size_t o = 0; o < 3; ++o) EXPECT_EQ(sums[o], source[o] + source[3 + o]);
  const DeviceArray<float> dx(std::size_t{8});
  args.dx = dx.data();
  EXPECT_NE(linear_backward_half(args, nullptr), 0) << "an f32 weight";
  args.tokens = 0;  // neither reads nor writes
  args.dweight = dx.data();
  EXPECT_EQ(linear_backward_f32(args, nullptr), 0);
  expect_no_findings();
}

}  // namespace
}  // namespace gatun::cuda::test
