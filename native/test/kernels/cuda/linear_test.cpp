// SPDX-License-Identifier: Apache-2.0
// Products with quantised weights on the emulated device against sums in double over the values
// that the reference dequantiser gives.
#include "kernels/cuda/linear.h"

#include <algorithm>
#include <limits>

#include "harness.h"
#include "kernels/cpu/quantised_cases.h"
#include "kernels/dequantize.h"

namespace gatun::cuda::test {
namespace {

using cpu::test::FormatCase;
using cpu::test::kFormatCases;
using cpu::test::random_blocks;

struct Shape {
  int tokens, columns, rows;  // N, K, O
};

// x as the products read it, by the formula.
struct HostInt8 {
  explicit HostInt8(const std::vector<float>& x) : codes(x.size()) {
    for (std::size_t b = 0; b < x.size() / 32; ++b) {
      float largest = 0;
      for (std::size_t i = 0; i < 32; ++i) largest = std::max(largest, std::fabs(x[32 * b + i]));
      const float scale = largest / 127.0f;
      for (std::size_t i = 0; i < 32; ++i)
        codes[32 * b + i] =
            static_cast<int8_t>(scale > 0 ? std::nearbyint(x[32 * b + i] / scale) : 0.0f);
      scales.push_back(scale);
    }
  }
  std::vector<int8_t> codes;
  std::vector<float> scales;
};

struct DeviceInt8 {
  DeviceInt8(int tokens, int columns)
      : codes(static_cast<std::size_t>(tokens * columns)),
        scales(static_cast<std::size_t>(tokens * columns / 32)),
        sums(static_cast<std::size_t>(tokens * columns / 16)) {}
  Int8Rows rows() const { return {codes.data(), scales.data(), sums.data()}; }
  DeviceArray<int8_t> codes;
  DeviceArray<float> scales, sums;
};

struct Weight {
  Weight(const FormatCase& format, int rows, int columns, uint32_t seed)
      : values(static_cast<std::size_t>(rows * columns)),
        planes(static_cast<std::size_t>(quantised_weight_bytes(format.dtype, rows, columns))) {
    const auto source = random_blocks(format, rows, columns, seed);
    reference::dequantize({source.data(), format.dtype, int64_t{rows} * columns, values.data()},
                          Team(0, 1, nullptr));
    std::vector<std::byte> packed(planes.read().size());
    pack_quantised_weight(format.dtype, rows, columns, source.data(), packed.data());
    planes.write(packed);
    device = quantised_weight_at(format.dtype, rows, columns, planes.data());
  }
  std::vector<float> values;  // [O, K]
  DeviceArray<std::byte> planes;
  QuantisedWeight device{};
};

double sum_of(
    const HostInt8& x, const Weight& w, int token, int row, int columns, double* magnitude) {
  double sum = 0;
  for (int k = 0; k < columns; ++k) {
    const auto i = static_cast<std::size_t>(token * columns + k);
    const double product = double{x.scales[i / 32]} * x.codes[i] *
                           double{w.values[static_cast<std::size_t>(row * columns + k)]};
    sum += product;
    *magnitude += std::fabs(product);
  }
  return sum;
}

using Linear = Status (*)(const QuantisedLinearArgs&, Stream);

void expect_products(Linear linear, const FormatCase& format, const Shape& shape) {
  const std::string name = std::string(format.name) + " N " + std::to_string(shape.tokens) + " K " +
                           std::to_string(shape.columns) + " O " + std::to_string(shape.rows);
  const auto x = normal_values(int64_t{shape.tokens} * shape.columns, 1);
  const HostInt8 host(x);
  const DeviceArray<float> dx(x);
  const DeviceInt8 int8(shape.tokens, shape.columns);
  EXPECT_EQ(
      quantise_rows({dx.data(), shape.columns, nullptr, shape.tokens, shape.columns, int8.rows()},
                    nullptr),
      0);
  expect_no_findings();
  EXPECT_EQ(int8.codes.read(), host.codes);
  EXPECT_EQ(int8.scales.read(), host.scales);
  const Weight weight(format, shape.rows, shape.columns, 2);
  QuantisedLinearArgs args{};
  args.x = int8.rows();
  args.weight = weight.device;
  args.tokens = shape.tokens;
  args.y_stride = shape.rows;
  args.scale = 1;
  const auto got = same_for_all_orders(
      [&] {
        const DeviceArray<float> y(static_cast<std::size_t>(shape.tokens * shape.rows));
        args.y = y.data();
        EXPECT_EQ(linear(args, nullptr), 0);
        return y.read();
      },
      1);
  for (int t = 0; t < shape.tokens; ++t) {
    for (int r = 0; r < shape.rows; ++r) {
      double magnitude = 0;
      const double expected = sum_of(host, weight, t, r, shape.columns, &magnitude);
      // Sums of a block are exact; there are K / 32 of them, with two roundings of their own. Codes
      // and minima of a block may be larger than the values that they add up to.
      const double tolerance = magnitude * 4 * (shape.columns / 32 + 8) * 5.97e-8 + 1e-6;
      const float value = got[static_cast<std::size_t>(t * shape.rows + r)];
      ASSERT_NEAR(value, expected, tolerance) << name << " at " << t << " " << r;
    }
  }
}

int whole_blocks(const FormatCase& format, int columns) {
  return (columns + format.block_columns - 1) / format.block_columns * format.block_columns;
}

TEST(CudaLinear, VectorAgreesWithSumsInDouble) {
  for (const FormatCase& format : kFormatCases) {
    for (const Shape& s : {Shape{1, 32, 1},
                           {1, 544, 17},
                           {2, 1056, 9},
                           {4, 96, 8},
                           {5, 256, 5},
                           {8, 512, 16},
                           {11, 288, 7}})
      expect_products(linear_vector, format, {s.tokens, whole_blocks(format, s.columns), s.rows});
  }
}

Status small_tile(const QuantisedLinearArgs& args, Stream stream) {
  QuantisedLinearArgs small = args;
  small.tile = 64;
  return linear_tile(small, stream);
}

TEST(CudaLinear, TileAgreesWithSumsInDouble) {
  for (const FormatCase& format : kFormatCases) {
    // Fewer columns than a stage, then as many stages as there are buffers, and more.
    for (const Shape& s : {Shape{1, 32, 1}, {9, 160, 70}, {65, 384, 20}, {20, 544, 64}})
      expect_products(small_tile, format, {s.tokens, whole_blocks(format, s.columns), s.rows});
  }
}

// Fewer columns than a stage, more stages than buffers, three spans of scales; rows and tokens
// around a tile.
TEST(CudaLinear, Sm90AgreesWithSumsInDouble) {
  if (!has_capability(90)) GTEST_SKIP() << "wgmma is of capability 9.0 alone";
  for (const FormatCase& format : kFormatCases) {
    for (const Shape& s : {Shape{1, 128, 1}, {65, 512, 129}, {130, 1408, 63}})
      expect_products(linear_tile_sm90, format,
                      {s.tokens, whole_blocks(format, s.columns), s.rows});
  }
}

TEST(CudaLinear, Sm90GivesTheBitsOfTheOtherTile) {
  if (!has_capability(90)) GTEST_SKIP() << "wgmma is of capability 9.0 alone";
  constexpr int kRows = 70;
  for (const FormatCase& format : kFormatCases) {
    for (const int tokens : {64, 65}) {
      const int columns = whole_blocks(format, 384);
      const auto count = static_cast<std::size_t>(tokens * kRows);
      const DeviceArray<float> x(normal_values(int64_t{tokens} * columns, 1)),
          bias(normal_values(kRows, 2));
      DeviceArray<float> y(count);
      const DeviceInt8 int8(tokens, columns);
      EXPECT_EQ(quantise_rows({x.data(), columns, nullptr, tokens, columns, int8.rows()}, nullptr),
                0);
      const Weight weight(format, kRows, columns, 3), up(format, kRows, columns, 4);
      QuantisedLinearArgs args{};
      args.x = int8.rows();
      args.weight = weight.device;
      args.up = up.device;
      args.bias = bias.data();
      args.y = y.data();
      args.y_stride = kRows;
      args.tokens = tokens;
      args.gated = 1;
      args.activation = GATUN_ACTIVATION_SILU;
      args.scale = 0.5f;
      EXPECT_EQ(small_tile(args, nullptr), 0);
      const auto expected = y.read();
      const auto expect_same = [&](Linear linear) {
        y.write(std::vector<float>(count));
        EXPECT_EQ(linear(args, nullptr), 0);
        EXPECT_EQ(y.read(), expected) << format.name << " N " << tokens;
      };
      expect_same(linear_tile_sm90);
#if !defined(__CUDACC__)
      // linear_tile takes it for many tokens where the device is one for it.
      simt::Machine& machine = simt::Machine::instance();
      machine.capability = 90;
      machine.counting = true;
      expect_same(linear_tile);
      machine.counting = false;
      machine.capability = 80;
      EXPECT_EQ(machine.take_counters().warpgroup_products > 0, tokens > 64);
#endif
    }
  }
  expect_no_findings();
}

// A row of fifth bits that is not whole pieces of 16 bytes; x that is not at one.
TEST(CudaLinear, Sm90TakesWhatTmaTakes) {
  const FormatCase& q5_0 = kFormatCases[2];
  ASSERT_EQ(q5_0.dtype, GATUN_DTYPE_Q5_0);
  for (const int columns : {96, 128}) {
    const Weight weight(q5_0, 1, columns, 1);
    const DeviceInt8 int8(2, columns);
    QuantisedLinearArgs args{};
    args.x = int8.rows();
    args.weight = weight.device;
    EXPECT_EQ(linear_tile_sm90_takes(args), columns == 128);
    args.x.codes += 1;
    EXPECT_FALSE(linear_tile_sm90_takes(args));
    EXPECT_EQ(linear_tile_sm90(args, nullptr), kInvalidConfiguration);
  }
}

#if !defined(__CUDACC__)  // what only the emulated device counts
TEST(CudaLinear, TileHasFewBankConflictsAndWholeSectors) {
  GATUN_NEEDS_WATCHED_ACCESSES();
  simt::Machine& machine = simt::Machine::instance();
  for (const FormatCase& format : kFormatCases) {
    constexpr int kRows = 64, kColumns = 1024, kTokens = 64;
    const Weight weight(format, kRows, kColumns, 1);
    const DeviceArray<float> x(normal_values(kTokens * kColumns, 2)),
        y(std::size_t{kTokens * kRows});
    const DeviceInt8 int8(kTokens, kColumns);
    EXPECT_EQ(quantise_rows({x.data(), kColumns, nullptr, kTokens, kColumns, int8.rows()}, nullptr),
              0);
    QuantisedLinearArgs args{};
    args.x = int8.rows();
    args.weight = weight.device;
    args.tokens = kTokens;
    args.y = y.data();
    args.y_stride = kRows;
    args.scale = 1;
    machine.counting = true;
    EXPECT_EQ(small_tile(args, nullptr), 0);
    machine.counting = false;
    expect_no_findings();
    const simt::Counters c = machine.take_counters();
    EXPECT_LE(static_cast<double>(c.shared_passes), 1.1 * static_cast<double>(c.shared_requests))
        << format.name;
    RecordProperty(format.name, std::to_string(c.global_sectors) + " of " +
                                    std::to_string(c.ideal_sectors) + " sectors");
    EXPECT_EQ(c.matrix_products, int64_t{kTokens} / 8 * kRows / 16 * kColumns /
                                     (format.dtype == GATUN_DTYPE_Q6_K ? 16 : 32));
  }
}

TEST(CudaLinear, VectorReadsEachWeightOnceInWholeSectors) {
  GATUN_NEEDS_WATCHED_ACCESSES();
  simt::Machine& machine = simt::Machine::instance();
  const FormatCase& q4_0 = kFormatCases[0];
  constexpr int kRows = 8, kColumns = 2048;
  const Weight weight(q4_0, kRows, kColumns, 1);
  const DeviceArray<float> x(normal_values(kColumns, 2)), y(std::size_t{kRows});
  const DeviceInt8 int8(1, kColumns);
  EXPECT_EQ(quantise_rows({x.data(), kColumns, nullptr, 1, kColumns, int8.rows()}, nullptr), 0);
  QuantisedLinearArgs args{};
  args.x = int8.rows();
  args.weight = weight.device;
  args.tokens = 1;
  args.y = y.data();
  args.y_stride = kRows;
  args.scale = 1;
  machine.counting = true;
  EXPECT_EQ(linear_vector(args, nullptr), 0);
  machine.counting = false;
  expect_no_findings();
  const simt::Counters c = machine.take_counters();
  EXPECT_LE(static_cast<double>(c.global_sectors), 1.05 * static_cast<double>(c.ideal_sectors));
  // Per row and 32 columns: 18 bytes of weight, 36 of x and 8 of its sums.
  EXPECT_EQ(c.global_bytes, kRows * (kColumns / 32 * (18 + 36 + 8) + 4));
}
#endif

TEST(CudaLinear, EpilogueAndGate) {
  const FormatCase& q8_0 = kFormatCases[4];
  constexpr int kTokens = 3, kColumns = 64, kRows = 35;
  const auto x = normal_values(kTokens * kColumns, 1, 0.3f), bias = normal_values(kRows, 2),
             up_bias = normal_values(kRows, 3), residual = normal_values(kTokens * kRows, 4);
  const HostInt8 host(x);
  const DeviceArray<float> dx(x), dbias(bias), dup_bias(up_bias), dresidual(residual);
  const DeviceInt8 int8(kTokens, kColumns);
  EXPECT_EQ(quantise_rows({dx.data(), kColumns, nullptr, kTokens, kColumns, int8.rows()}, nullptr),
            0);
  const Weight weight(q8_0, kRows, kColumns, 5), up(q8_0, kRows, kColumns, 6);
  const auto activate = [](int activation, double v) {
    switch (activation) {
      case GATUN_ACTIVATION_RELU:
        return std::max(v, 0.0);
      case GATUN_ACTIVATION_GELU:
        return 0.5 * v * (1 + std::erf(v / std::sqrt(2.0)));
      case GATUN_ACTIVATION_GELU_TANH:
        return 0.5 * v * (1 + std::tanh(0.7978845608028654 * (v + 0.044715 * v * v * v)));
      case GATUN_ACTIVATION_SILU:
        return v / (1 + std::exp(-v));
      case GATUN_ACTIVATION_TANH:
        return std::tanh(v);
      case GATUN_ACTIVATION_QUICK_GELU:
        return v / (1 + std::exp(-1.702 * v));
      case GATUN_ACTIVATION_SIGMOID:
        return 1 / (1 + std::exp(-v));
      default:
        return v;
    }
  };
  for (const Linear linear : {linear_vector, linear_tile}) {
    for (int activation = GATUN_ACTIVATION_NONE; activation <= GATUN_ACTIVATION_SIGMOID;
         ++activation) {
      for (const int gated : {0, 1}) {
        QuantisedLinearArgs args{};
        args.x = int8.rows();
        args.weight = weight.device;
        args.up = up.device;
        args.bias = dbias.data();
        args.up_bias = dup_bias.data();
        args.residual = gated != 0 ? nullptr : dresidual.data();
        args.residual_stride = args.y_stride = kRows;
        args.tokens = kTokens;
        args.gated = gated;
        args.activation = activation;
        args.scale = 0.5f;
        args.softcap = gated != 0 ? 0.0f : 3.0f;
        const auto got = same_for_all_orders([&] {
          const DeviceArray<float> y(std::size_t{kTokens * kRows});
          args.y = y.data();
          EXPECT_EQ(linear(args, nullptr), 0);
          return y.read();
        });
        for (int t = 0; t < kTokens; ++t) {
          for (int r = 0; r < kRows; ++r) {
            const auto i = static_cast<std::size_t>(r);
            double magnitude = 0;
            double expected =
                activate(activation,
                         0.5 * sum_of(host, weight, t, r, kColumns, &magnitude) + double{bias[i]});
            if (gated != 0) {
              expected *= sum_of(host, up, t, r, kColumns, &magnitude) + double{up_bias[i]};
            } else {
              expected += double{residual[static_cast<std::size_t>(t * kRows + r)]};
              expected = 3 * std::tanh(expected / 3);
            }
            expect_close(
                got[static_cast<std::size_t>(t * kRows + r)], expected,
                2e-5 * (1 + std::fabs(expected)),
                "activation " + std::to_string(activation) + ", gated " + std::to_string(gated));
          }
        }
      }
    }
  }
}

TEST(CudaLinear, ChosenRowsAndNoNumbers) {
  constexpr int kColumns = 64;
  auto x = normal_values(3 * kColumns, 1);
  x[5] = std::numeric_limits<float>::quiet_NaN();
  x[kColumns + 40] = std::numeric_limits<float>::infinity();
  const DeviceArray<float> dx(x);
  const DeviceArray<int32_t> rows(std::vector<int32_t>{2, -1, 0, 1});
  const DeviceInt8 int8(4, kColumns);
  EXPECT_EQ(quantise_rows({dx.data(), kColumns, rows.data(), 4, kColumns, int8.rows()}, nullptr),
            0);
  const Weight weight(kFormatCases[4], 5, kColumns, 2);
  const DeviceArray<float> y(std::size_t{20});
  QuantisedLinearArgs args{};
  args.x = int8.rows();
  args.weight = weight.device;
  args.tokens = 4;
  args.y = y.data();
  args.y_stride = 5;
  args.scale = 1;
  EXPECT_EQ(linear_vector(args, nullptr), 0);
  expect_no_findings();
  const auto got = y.read();
  for (std::size_t r = 0; r < 5; ++r) {
    EXPECT_TRUE(std::isfinite(got[r]) && got[r] != 0);
    EXPECT_EQ(got[5 + r], 0);
    EXPECT_TRUE(std::isnan(got[10 + r]));
    EXPECT_TRUE(std::isnan(got[15 + r]));
  }
}

}  // namespace
}  // namespace gatun::cuda::test
