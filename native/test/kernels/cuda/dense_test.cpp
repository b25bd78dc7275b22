// SPDX-License-Identifier: Apache-2.0
// Products with plain weights against sums in double, those in f32 to the bit against the chain
// that they promise.
#include <limits>

#include "dense_values.h"
#include "kernels/cuda/linear_dense.h"
#include "kernels/reference/activation_functions.h"

namespace gatun::cuda::test {
namespace {

struct Shape {
  int tokens, columns, rows;  // N, K, O
  int tile = 0;
};

enum class Form { kVector, kF32, kHalf, kSm90 };

struct Kind {
  Form form;
  gatun_dtype dtype;
  bool panels = false;
};
const char* name_of(Form form) {
  return form == Form::kVector ? "vector"
         : form == Form::kF32  ? "f32"
         : form == Form::kHalf ? "half"
                               : "sm90";
}
constexpr Kind kKinds[] = {
    {Form::kVector, GATUN_DTYPE_F32},    {Form::kVector, GATUN_DTYPE_F16},
    {Form::kVector, GATUN_DTYPE_BF16},   {Form::kF32, GATUN_DTYPE_F32, false},
    {Form::kF32, GATUN_DTYPE_F32, true}, {Form::kHalf, GATUN_DTYPE_BF16},
    {Form::kHalf, GATUN_DTYPE_F16},      {Form::kSm90, GATUN_DTYPE_BF16},
    {Form::kSm90, GATUN_DTYPE_F16}};

bool half_form(Form form) {
  return form == Form::kHalf || form == Form::kSm90;
}

// Those that the tests' device runs.
std::vector<Kind> kinds() {
  std::vector<Kind> all;
  for (const Kind& kind : kKinds) {
    if (kind.form != Form::kSm90 || has_capability(90)) all.push_back(kind);
  }
  return all;
}

Status run_form(Form form, const DenseLinearArgs& args) {
  return form == Form::kVector ? dense_vector(args, nullptr)
         : form == Form::kF32  ? dense_f32(args, nullptr)
         : form == Form::kHalf ? dense_half(args, nullptr)
                               : dense_half_sm90(args, nullptr);
}

// What the epilogue is given besides the sums.
struct Extras {
  bool gated = false, bias = false, residual = false;
  int activation = GATUN_ACTIVATION_NONE;
  float scale = 1, softcap = 0;
};

// x [N, K] times a weight, with `stride` and `offset` of x and y.
class Product {
 public:
  Product(const Kind& kind, const Shape& shape, int padding = 0, int offset = 0, uint32_t seed = 1)
      : kind_(kind),
        shape_(shape),
        values_(rounded_to(half_form(kind.form) ? kind.dtype : GATUN_DTYPE_F32,
                           normal_values(int64_t{shape.tokens} * shape.columns, seed))),
        x_(values_, shape.tokens, shape.columns, shape.columns + padding, offset),
        weight_(kind.dtype, kind.panels, shape.rows, shape.columns, seed + 1),
        up_(kind.dtype, kind.panels, shape.rows, shape.columns, seed + 2),
        bias_(normal_values(shape.rows, seed + 3)),
        residual_(normal_values(int64_t{shape.tokens} * shape.rows, seed + 4)),
        device_bias_(bias_),
        device_residual_(residual_),
        padding_(padding),
        offset_(offset) {}

  std::vector<float> run(const Extras& extras, int shuffled = 1) {
    DenseLinearArgs args{};
    args.x = x_.data();
    args.x_stride = shape_.columns + padding_;
    args.x_rows = args.tokens = shape_.tokens;
    DeviceArray<uint16_t> rounded(
        static_cast<std::size_t>(shape_.tokens * ((shape_.columns + 7) / 8 * 8)));
    if (half_form(kind_.form)) {
      RoundRowsArgs round{};
      round.x = args.x;
      round.x_stride = args.x_stride;
      round.x_rows = round.tokens = shape_.tokens;
      round.columns = shape_.columns;
      round.dtype = kind_.dtype;
      EXPECT_EQ(device_rounded(round, rounded),
                sixteen_bit_rows(kind_.dtype, values_, shape_.tokens, shape_.columns));
      args.x16 = rounded.data();
      args.x16_stride = (shape_.columns + 7) / 8 * 8;
    }
    args.weight = weight_.device;
    args.up = up_.device;
    args.gated = extras.gated ? 1 : 0;
    args.bias = extras.bias ? device_bias_.data() : nullptr;
    args.up_bias = extras.bias && extras.gated ? device_bias_.data() : nullptr;
    args.residual = extras.residual ? device_residual_.data() : nullptr;
    args.residual_stride = shape_.rows;
    args.activation = extras.activation;
    args.scale = extras.scale;
    args.softcap = extras.softcap;
    args.tile = shape_.tile;
    args.y_stride = shape_.rows + padding_;
    const auto all = same_for_all_orders(
        [&] {
          const Rows y(std::vector<float>(static_cast<std::size_t>(shape_.tokens * shape_.rows)),
                       shape_.tokens, shape_.rows, shape_.rows + padding_, offset_);
          args.y = y.data();
          EXPECT_EQ(run_form(kind_.form, args), 0);
          return y.all();
        },
        shuffled);
    std::vector<float> got;
    for (int t = 0; t < shape_.tokens; ++t)
      got.insert(got.end(), all.begin() + offset_ + int64_t{t} * args.y_stride,
                 all.begin() + offset_ + int64_t{t} * args.y_stride + shape_.rows);
    return got;
  }

  void expect(const Extras& extras) {
    const std::string where =
        std::string(name_of(kind_.form)) + " dtype " + std::to_string(kind_.dtype) +
        (kind_.panels ? " panels" : "") + " N " + std::to_string(shape_.tokens) + " K " +
        std::to_string(shape_.columns) + " O " + std::to_string(shape_.rows) + " activation " +
        std::to_string(extras.activation) + (extras.gated ? " gated" : "");
    const auto got = run(extras);
    for (int t = 0; t < shape_.tokens; ++t) {
      for (int r = 0; r < shape_.rows; ++r) {
        double magnitude = 0;
        double value = double{extras.scale} * sum(weight_, t, r, &magnitude);
        const double bias = extras.bias ? double{bias_[static_cast<std::size_t>(r)]} : 0.0;
        value = reference::activate(extras.activation, value + bias);
        double growth = 1;
        if (extras.gated) {
          double up_magnitude = 0;
          const double up = sum(up_, t, r, &up_magnitude) + bias;
          growth = std::fabs(up) + std::fabs(value) + up_magnitude;
          value *= up;
        }
        if (extras.residual)
          value += double{residual_[static_cast<std::size_t>(t * shape_.rows + r)]};
        if (extras.softcap != 0) value = extras.softcap * std::tanh(value / extras.softcap);
        // A chain of K roundings; slopes of activations are below 1.2.
        const double tolerance =
            (magnitude + 1) * growth * 1.2 * (shape_.columns + 16) * 5.97e-8 + 1e-6;
        expect_close(got[static_cast<std::size_t>(t * shape_.rows + r)], value, tolerance, where);
        if (::testing::Test::HasFailure()) return;
      }
    }
  }

  // To the bit: one fmaf after another over k.
  void expect_chain() {
    const auto got = run({});
    for (int t = 0; t < shape_.tokens; ++t) {
      for (int r = 0; r < shape_.rows; ++r) {
        float chain = 0;
        for (int k = 0; k < shape_.columns; ++k)
          chain = std::fma(values_[static_cast<std::size_t>(t * shape_.columns + k)],
                           weight_.values[static_cast<std::size_t>(r * shape_.columns + k)], chain);
        ASSERT_EQ(got[static_cast<std::size_t>(t * shape_.rows + r)], chain)
            << "K " << shape_.columns << " at " << t << " " << r;
      }
    }
  }

 private:
  double sum(const TestWeight& w, int token, int row, double* magnitude) const {
    double total = 0;
    for (int k = 0; k < shape_.columns; ++k) {
      const double product = double{values_[static_cast<std::size_t>(token * shape_.columns + k)]} *
                             double{w.values[static_cast<std::size_t>(row * shape_.columns + k)]};
      total += product;
      *magnitude += std::fabs(product);
    }
    return total;
  }

  Kind kind_;
  Shape shape_;
  std::vector<float> values_;
  Rows x_;
  TestWeight weight_, up_;
  std::vector<float> bias_, residual_;
  DeviceArray<float> device_bias_, device_residual_;
  int padding_, offset_;
};

TEST(CudaDense, AgreesWithSumsInDouble) {
  for (const Kind& kind : kinds()) {
    const bool vector = kind.form == Form::kVector;
    // More columns than the stages hold, rows and outputs on both sides of a tile's edge.
    const std::vector<Shape> shapes =
        vector
            ? std::vector<Shape>{{1, 1, 1},   {1, 530, 9}, {3, 40, 8},
                                 {4, 129, 3}, {8, 64, 17}, {11, 31, 5}}
            : std::vector<Shape>{{1, 1, 1}, {7, 9, 17}, {65, 200, 130, 64}, {130, 168, 129, 128}};
    for (const Shape& shape : shapes) Product(kind, shape).expect({});
  }
}

// Six tiles of columns in four stages, both halves of a block's outputs.
TEST(CudaDense, Sm90KeepsItsPipelineInStep) {
  if (!has_capability(90)) GTEST_SKIP() << "wgmma is of capability 9.0 alone";
  Product({Form::kSm90, GATUN_DTYPE_BF16}, {70, 333, 260}).expect({.residual = true});
  Product({Form::kSm90, GATUN_DTYPE_F16}, {129, 330, 136})
      .expect({.gated = true, .activation = GATUN_ACTIVATION_SILU});
}

TEST(CudaDense, RowsAtAnyAddress) {
  for (const Kind& kind : kinds()) {
    for (const int padding : {1, 4})
      for (const int offset : {0, 1})
        Product(kind, {5, 37, 19}, padding, offset).expect({.bias = true});
  }
}

TEST(CudaDense, F32SumsAreOneChain) {
  for (const bool panels : {false, true}) {
    for (const Shape& shape : {Shape{3, 1, 5}, {66, 35, 40, 64}, {66, 50, 40, 128}})
      Product({Form::kF32, GATUN_DTYPE_F32, panels}, shape).expect_chain();
  }
}

TEST(CudaDense, EpilogueAndGate) {
  for (const Kind& kind : kinds()) {
    for (int activation = GATUN_ACTIVATION_NONE; activation <= GATUN_ACTIVATION_SIGMOID;
         ++activation) {
      Extras extras{.bias = true, .residual = true, .activation = activation, .scale = 0.5f};
      extras.softcap = activation % 2 == 0 ? 3.0f : 0.0f;
      Product(kind, {3, 24, 10}).expect(extras);
    }
    // Both halves of a tile in use.
    for (const int tile : {64, 128})
      Product(kind, {5, 40, 70, tile})
          .expect({.gated = true, .bias = true, .activation = GATUN_ACTIVATION_SILU});
  }
}

TEST(CudaDense, ARowDoesNotDependOnTheOthers) {
  for (const Kind& kind : kinds()) {
    for (const int tile : {64, 128}) {
      const auto many = Product(kind, {9, 48, 20, tile}).run({}, 0);
      // The same seed gives the same first rows of x, and the same weight.
      const auto one = Product(kind, {1, 48, 20}).run({}, 0);
      for (std::size_t i = 0; i < one.size(); ++i)
        ASSERT_EQ(many[i], one[i]) << name_of(kind.form) << " dtype " << kind.dtype;
    }
  }
}

TEST(CudaDense, ChosenRowsAndNoNumbers) {
  constexpr int kColumns = 24, kOutputs = 5;
  auto values = normal_values(4 * kColumns, 1);
  values[7] = std::numeric_limits<float>::quiet_NaN();
  values[kColumns + 3] = -std::numeric_limits<float>::infinity();
  const DeviceArray<float> x(values);
  const DeviceArray<int32_t> rows(std::vector<int32_t>{2, -1, 0, 1, 4});
  for (const Kind& kind : kinds()) {
    const TestWeight weight(kind.dtype, kind.panels, kOutputs, kColumns, 2);
    const DeviceArray<DeviceFault> fault(std::vector<DeviceFault>{{}});
    const DeviceArray<float> y(std::size_t{5 * kOutputs});
    const DeviceArray<uint16_t> rounded(std::size_t{5 * kColumns});
    DenseLinearArgs args{};
    args.x = x.data();
    args.x_stride = kColumns;
    args.x_rows = 4;
    args.tokens = 5;
    args.rows = rows.data();
    args.fault = fault.data();
    args.weight = weight.device;
    args.y = y.data();
    args.y_stride = kOutputs;
    args.scale = 1;
    if (half_form(kind.form)) {
      RoundRowsArgs round{x.data(), kColumns,   rows.data(),    4,        5,
                          kColumns, kind.dtype, rounded.data(), kColumns, fault.data()};
      EXPECT_EQ(round_rows(round, nullptr), 0);
      args.rows = nullptr;
      args.x16 = rounded.data();
      args.x16_stride = kColumns;
    }
    EXPECT_EQ(run_form(kind.form, args), 0);
    expect_no_findings();
    const auto got = y.read();
    for (std::size_t r = 0; r < kOutputs; ++r) {
      EXPECT_TRUE(std::isfinite(got[r]) && got[r] != 0);
      EXPECT_EQ(got[kOutputs + r], 0);
      EXPECT_TRUE(std::isnan(got[2 * kOutputs + r]));
      EXPECT_TRUE(std::isinf(got[3 * kOutputs + r]));
      EXPECT_EQ(got[4 * kOutputs + r], 0);
    }
    const DeviceFault reported = fault.read()[0];
    EXPECT_EQ(reported.source, static_cast<int32_t>(FaultSource::kLinearRows));
    EXPECT_EQ(reported.position, 4);
    EXPECT_EQ(reported.value, 4);
    EXPECT_EQ(reported.limit, 4);
  }
}

TEST(CudaDense, NoTokensAreNoWork) {
  for (const Kind& kind : kinds()) {
    const TestWeight weight(kind.dtype, kind.panels, 3, 8, 1);
    DenseLinearArgs args{};
    args.weight = weight.device;
    EXPECT_EQ(run_form(kind.form, args), 0);
  }
  expect_no_findings();
}

TEST(CudaDense, RefusesWhatItCannotRead) {
  const TestWeight half(GATUN_DTYPE_BF16, false, 3, 8, 1), panels(GATUN_DTYPE_F32, true, 3, 8, 1);
  DenseLinearArgs args{};
  args.tokens = 1;
  args.weight = half.device;
  EXPECT_NE(dense_f32(args, nullptr), 0);
  args.weight = panels.device;
  EXPECT_NE(dense_half(args, nullptr), 0);
  EXPECT_NE(dense_vector(args, nullptr), 0);
}

}  // namespace
}  // namespace gatun::cuda::test
