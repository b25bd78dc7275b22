// SPDX-License-Identifier: Apache-2.0
// Counts of products with weights.
#include "evidence.h"
#include "kernels/cuda/linear.h"
#include "kernels/cuda/linear_backward.h"
#include "kernels/cuda/linear_dense.h"
#include "kernels/cuda/linear_int8.h"
#include "kernels/cuda/low_rank.h"
#include "kernels/cuda/unpack_weight.h"

namespace gatun::cuda::test {
namespace {

TEST_F(CudaEvidence, Products) {
  constexpr int kTokens = 64, kColumns = 2048, kRows = 64;
  const DeviceArray<float> x(normal_values(kTokens * kColumns, 1)), y(std::size_t{kTokens * kRows});
  const DeviceArray<int8_t> codes(std::size_t{kTokens * kColumns});
  const DeviceArray<float> scales(std::size_t{kTokens * kColumns / 32}),
      sums(std::size_t{kTokens * kColumns / 16});
  const Int8Rows int8{codes.data(), scales.data(), sums.data()};
  count("quantise_rows -", [&] {
    return quantise_rows({x.data(), kColumns, nullptr, kTokens, kColumns, int8}, nullptr);
  });
  for (const Format& format : kFormats) {
    const auto bytes =
        static_cast<std::size_t>(quantised_weight_bytes(format.dtype, kRows, kColumns));
    const DeviceArray<std::byte> planes(std::vector<std::byte>(bytes, std::byte{0x35}));
    QuantisedLinearArgs args{};
    args.x = int8;
    args.weight = quantised_weight_at(format.dtype, kRows, kColumns, planes.data());
    args.y = y.data();
    args.y_stride = kRows;
    args.scale = 1;
    const std::string name = format.name;
    args.tokens = 1;
    count("linear_vector " + name + ",1", [&] { return linear_vector(args, nullptr); });
    args.tokens = 8;
    count("linear_vector " + name + ",8", [&] { return linear_vector(args, nullptr); });
    args.tokens = kTokens;
    count("linear_tile " + name, [&] { return linear_tile(args, nullptr); });
    count("unpack_weight " + name, [&] {
      return unpack_weight({args.weight, 0, kRows, GATUN_DTYPE_BF16, x.data(), kColumns}, nullptr);
    });
  }
}

TEST_F(CudaEvidence, ProductsOfSm90) {
  constexpr int kTokens = 128, kColumns = 2048, kRows = 128;
  const DeviceArray<int8_t> codes(std::vector<int8_t>(kTokens * kColumns, 1));
  const DeviceArray<float> scales(normal_values(kTokens * kColumns / 32, 1)),
      sums(normal_values(kTokens * kColumns / 16, 2)), y(std::size_t{kTokens * kRows});
  for (const Format& format : kFormats) {
    const auto bytes =
        static_cast<std::size_t>(quantised_weight_bytes(format.dtype, kRows, kColumns));
    const DeviceArray<std::byte> planes(std::vector<std::byte>(bytes, std::byte{0x35}));
    QuantisedLinearArgs args{};
    args.x = {codes.data(), scales.data(), sums.data()};
    args.weight = quantised_weight_at(format.dtype, kRows, kColumns, planes.data());
    args.tokens = kTokens;
    args.y = y.data();
    args.y_stride = kRows;
    args.scale = 1;
    const std::string name = format.name;
    count("linear_tile_sm90 " + name, [&] { return linear_tile_sm90(args, nullptr); });
  }
}

TEST_F(CudaEvidence, DenseProducts) {
  constexpr int kTokens = 128, kColumns = 256, kRows = 128;
  const DeviceArray<float> x(normal_values(kTokens * kColumns, 1)),
      w(normal_values(kRows * kColumns, 2)), y(normal_values(kTokens * kColumns, 3)),
      dy(normal_values(kTokens * kRows, 4)), dweight(normal_values(kRows * kColumns, 5));
  const DeviceArray<uint16_t> x16(std::size_t{kTokens * kColumns}),
      w16(std::vector<uint16_t>(kRows * kColumns, 0x3f80)),
      dy16(std::vector<uint16_t>(kTokens * kRows, 0x3f80));
  count("round_rows 1,0", [&] {
    return round_rows({x.data(), kColumns, nullptr, kTokens, kTokens, kColumns, GATUN_DTYPE_BF16,
                       x16.data(), kColumns, nullptr},
                      nullptr);
  });
  DenseLinearArgs args{};
  args.x = x.data();
  args.x16 = x16.data();
  args.x_stride = args.x16_stride = kColumns;
  args.weight = {w.data(), kColumns, kRows, kColumns, GATUN_DTYPE_F32, 0};
  args.y = y.data();
  args.y_stride = kRows;
  args.scale = 1;
  args.tokens = args.x_rows = 1;
  count("dense_vector 0,1", [&] { return dense_vector(args, nullptr); });
  args.tokens = args.x_rows = kTokens;
  DenseBackwardArgs back{};
  back.x = x.data();
  back.dy = dy.data();
  back.x16 = x16.data();
  back.dy16 = dy16.data();
  back.x_stride = back.x16_stride = back.dx_stride = kColumns;
  back.dy_stride = back.dy16_stride = kRows;
  back.tokens = kTokens;
  back.outputs = kRows;
  back.columns = kColumns;
  back.scale = 1;
  for (const int tile : {64, 128}) {
    const std::string rows = std::to_string(tile);
    args.tile = back.tile = tile;
    for (const int panels : {0, 1}) {
      const std::string variant = rows + "," + std::to_string(panels);
      args.weight = {w.data(), kColumns, kRows, kColumns, GATUN_DTYPE_F32, panels};
      count("dense_f32 " + variant, [&] { return dense_f32(args, nullptr); });
      back.weight = args.weight;
      back.dx = y.data();
      back.dweight = nullptr;
      count("dx_f32 " + rows + "," + std::to_string(1 - panels),
            [&] { return linear_backward_f32(back, nullptr); });
    }
    back.dx = nullptr;
    back.dweight = dweight.data();
    count("dweight_f32 " + rows, [&] { return linear_backward_f32(back, nullptr); });
    args.weight = {w16.data(), kColumns, kRows, kColumns, GATUN_DTYPE_BF16, 0};
    const std::string shape = tile == 64 ? "2,2,2" : "2,4,4";
    count("dense_half 0," + shape, [&] { return dense_half(args, nullptr); });
    count("dense_half_sm90 0", [&] { return dense_half_sm90(args, nullptr); });
    count("dweight_half " + shape, [&] { return linear_backward_half(back, nullptr); });
    back.weight = args.weight;
    back.dx = y.data();
    back.dweight = nullptr;
    count("dx_half " + shape, [&] { return linear_backward_half(back, nullptr); });
  }
  back.dx = nullptr;
  back.dbias = dweight.data();
  count("dbias -", [&] { return linear_backward_bias(back, nullptr); });
  args.tokens = args.x_rows = 8;
  count("dense_vector 30,8", [&] { return dense_vector(args, nullptr); });
}

TEST_F(CudaEvidence, Int8Products) {
  constexpr int kTokens = 128, kColumns = 512, kRows = 128;
  const DeviceArray<float> x(normal_values(kTokens * kColumns, 1)), y(std::size_t{kTokens * kRows}),
      scales(std::size_t{kTokens}), w_scales(normal_values(kRows, 2));
  const DeviceArray<int8_t> codes(std::size_t{kTokens * kColumns}),
      w(std::vector<int8_t>(kRows * kColumns, 3));
  count("int8_rows -", [&] {
    return int8_rows({x.data(), kColumns, nullptr, kTokens, kTokens, kColumns, codes.data(),
                      scales.data(), kColumns, nullptr},
                     nullptr);
  });
  Int8LinearArgs args{};
  args.x = {codes.data(), scales.data(), kColumns, kTokens, kColumns};
  args.weight = {w.data(), w_scales.data(), kColumns, kRows, kColumns};
  args.y = y.data();
  args.y_stride = kRows;
  args.scale = 1;
  for (const int tile : {64, 128}) {
    args.tile = tile;
    count(std::string("int8_tile ") + (tile == 64 ? "2,2,2" : "2,4,4"),
          [&] { return int8_tile(args, nullptr); });
  }
  args.x.rows = 8;
  count("int8_vector 8", [&] { return int8_vector(args, nullptr); });
}

TEST_F(CudaEvidence, LowRank) {
  constexpr int kTokens = 8, kColumns = 512, kOutputs = 256, kRank = 16;
  const DeviceArray<float> x(normal_values(kTokens * kColumns, 1)),
      a(normal_values(kRank * kColumns, 2)), b(normal_values(kRank * kOutputs, 3)),
      inner(std::size_t{kTokens * kRank}), y(normal_values(kTokens * kOutputs, 4));
  LowRankArgs args{};
  args.x = x.data();
  args.inner = inner.data();
  args.y = y.data();
  args.x_stride = args.columns = kColumns;
  args.y_stride = args.outputs = kOutputs;
  args.inner_stride = kRank;
  args.rows = args.x_rows = kTokens;
  args.adapters = 1;
  args.adapter[0] = {a.data(), b.data(), kRank, 1};
  count("low_rank_add -", [&] { return low_rank(args, nullptr); });
}

}  // namespace
}  // namespace gatun::cuda::test
