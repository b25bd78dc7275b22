// SPDX-License-Identifier: Apache-2.0
// embedding on the emulated device against sums in double over the tables' values.
#include "kernels/cuda/embedding.h"

#include "harness.h"
#include "kernels/cpu/quantised_cases.h"
#include "kernels/dequantize.h"
#include "kernels/float_to_half.h"

namespace gatun::cuda::test {
namespace {

using cpu::test::FormatCase;
using cpu::test::kFormatCases;

// A table [V, E] on the device, and its values.
struct TestTable {
  TestTable(gatun_dtype dtype, int rows, int columns, uint32_t seed)
      : values(elements(rows, columns)) {
    std::vector<std::byte> source;
    table.dtype = dtype;
    table.rows = rows;
    const int64_t count = int64_t{rows} * columns;
    for (const FormatCase& format : kFormatCases) {
      if (format.dtype == dtype) source = cpu::test::random_blocks(format, rows, columns, seed);
    }
    const bool blocks = !source.empty();
    if (!blocks) {
      const auto x = normal_values(count, seed);
      const std::size_t bytes = dtype == GATUN_DTYPE_F32 ? 4 : 2;
      source.resize(x.size() * bytes);
      for (std::size_t i = 0; i < x.size(); ++i) {
        uint32_t bits;
        std::memcpy(&bits, &x[i], 4);
        const uint16_t brief = dtype == GATUN_DTYPE_F16 ? gatun::float_to_half(x[i])
                                                        : static_cast<uint16_t>(bits >> 16);
        std::memcpy(source.data() + i * bytes,
                    bytes == 4 ? static_cast<const void*>(&bits) : &brief, bytes);
      }
    }
    reference::dequantize({source.data(), dtype, count, values.data()}, Team(0, 1, nullptr));
    if (blocks) {
      std::vector<std::byte> planes(
          static_cast<std::size_t>(quantised_weight_bytes(dtype, rows, columns)));
      pack_quantised_weight(dtype, rows, columns, source.data(), planes.data());
      memory = std::make_unique<DeviceArray<std::byte>>(planes);
      table.blocks = quantised_weight_at(dtype, rows, columns, memory->data());
    } else {
      memory = std::make_unique<DeviceArray<std::byte>>(source);
      table.data = memory->data();
    }
  }
  static std::size_t elements(int rows, int columns) {
    return static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns);
  }
  std::vector<float> values;
  std::unique_ptr<DeviceArray<std::byte>> memory;
  Table table{};
};

TEST(CudaEmbedding, AgreesWithSumsOfTheTablesValues) {
  const std::vector<int32_t> ids{3, 0, 4, -1, 3}, positions{0, 1, 2, 1, 0}, types{1, 0, 1, 1, 0};
  const DeviceArray<int32_t> dids(ids), dpositions(positions), dtypes(types);
  std::vector<gatun_dtype> formats{GATUN_DTYPE_F32, GATUN_DTYPE_F16, GATUN_DTYPE_BF16};
  for (const FormatCase& format : kFormatCases) formats.push_back(format.dtype);
  for (const gatun_dtype dtype : formats) {
    for (const bool norm : {false, true}) {
      const bool plain =
          dtype == GATUN_DTYPE_F32 || dtype == GATUN_DTYPE_F16 || dtype == GATUN_DTYPE_BF16;
      for (const int columns : plain ? std::vector<int>{1, 33, 768} : std::vector<int>{256, 1024}) {
        SCOPED_TRACE("dtype " + std::to_string(dtype) + ", columns " + std::to_string(columns));
        const TestTable words(dtype, 5, columns, 1), places(GATUN_DTYPE_F32, 3, columns, 2),
            kinds(GATUN_DTYPE_F16, 2, columns, 3);
        const auto weight = normal_values(columns, 4), bias = normal_values(columns, 5);
        const DeviceArray<float> dweight(weight), dbias(bias);
        const DeviceArray<DeviceFault> fault(std::vector<DeviceFault>(1));
        EmbeddingArgs args{};
        args.lookups[0] = {dids.data(), words.table, 0};
        args.lookups[1] = {dpositions.data(), places.table, 0};
        if (norm) args.lookups[2] = {dtypes.data(), kinds.table, 0};
        args.norm_weight = norm ? dweight.data() : nullptr;
        args.norm_bias = norm ? dbias.data() : nullptr;
        args.y_stride = args.columns = columns;
        args.tokens = static_cast<int32_t>(ids.size());
        args.scale = 2;
        args.eps = 1e-3f;
        args.fault = fault.data();
        const auto got = same_for_all_orders([&] {
          const DeviceArray<float> y(ids.size() * static_cast<std::size_t>(columns));
          args.y = y.data();
          EXPECT_EQ(embedding(args, nullptr), 0);
          return y.read();
        });
        EXPECT_EQ(fault.read()[0].source, 0);
        for (std::size_t t = 0; t < ids.size(); ++t) {
          std::vector<double> sum;
          double mean = 0, variance = 0;
          for (int e = 0; e < columns; ++e) {
            const auto at = [&](const TestTable& table, int32_t row) {
              return row < 0 ? 0.0
                             : double{table.values[static_cast<std::size_t>(row * columns + e)]};
            };
            sum.push_back(2 * at(words, ids[t]) + at(places, positions[t]) +
                          (norm ? at(kinds, types[t]) : 0));
            mean += sum.back() / columns;
          }
          for (const double s : sum) variance += (s - mean) * (s - mean) / columns;
          for (int e = 0; e < columns; ++e) {
            const auto i = static_cast<std::size_t>(e);
            const double normal = (sum[i] - mean) / std::sqrt(variance + 1e-3);
            const double expected = norm ? normal * double{weight[i]} + double{bias[i]} : sum[i];
            expect_close(got[t * static_cast<std::size_t>(columns) + i], expected,
                         2e-5 * (1 + std::fabs(expected)), "token " + std::to_string(t));
          }
        }
      }
    }
  }
}

// Rows that are apart, in panels, from an offset on, without vectors and wider than the threads
// hold.
TEST(CudaEmbedding, TablesThatLieDifferently) {
  constexpr int kRows = 19;
  const std::vector<int32_t> ids{15, 0, 16}, positions{1, 0, 2};
  const DeviceArray<int32_t> dids(ids), dpositions(positions);
  for (const int columns : {6, 12, 5000}) {
    for (const int extra : {0, 2, 4}) {
      const auto values = normal_values(kRows * columns, 1), places = normal_values(6 * columns, 2),
                 weight = normal_values(columns, 3);
      const auto at = [&](int row, int column) {
        return static_cast<std::size_t>(row * columns + column);
      };
      const int stride = columns + extra;
      std::vector<float> panels(static_cast<std::size_t>((kRows + 15) / 16 * 16 * columns), 0.0f),
          apart(static_cast<std::size_t>(6 * stride), 0.0f);
      for (int c = 0; c < columns; ++c) {
        for (int r = 0; r < kRows; ++r)
          panels[static_cast<std::size_t>((r / 16 * columns + c) * 16 + r % 16)] = values[at(r, c)];
        for (int r = 0; r < 6; ++r)
          apart[static_cast<std::size_t>(r * stride + c)] = places[at(r, c)];
      }
      const DeviceArray<float> dpanels(panels), dapart(apart), dweight(weight);
      EmbeddingArgs args{};
      args.lookups[0].ids = dids.data();
      args.lookups[0].table.dtype = GATUN_DTYPE_F32;
      args.lookups[0].table.data = dpanels.data();
      args.lookups[0].table.rows = kRows;
      args.lookups[0].table.panels = 1;
      args.lookups[1].ids = dpositions.data();
      args.lookups[1].table.dtype = GATUN_DTYPE_F32;
      args.lookups[1].table.data = dapart.data();
      args.lookups[1].table.rows = 6;
      args.lookups[1].table.stride = stride;
      args.lookups[1].offset = 3;
      args.norm_weight = dweight.data();
      args.y_stride = args.columns = columns;
      args.tokens = 3;
      args.scale = 1;
      const auto got = same_for_all_orders(
          [&] {
            const DeviceArray<float> y(static_cast<std::size_t>(3 * columns));
            args.y = y.data();
            EXPECT_EQ(embedding(args, nullptr), 0);
            return y.read();
          },
          1);
      for (int t = 0; t < 3; ++t) {
        const auto token = static_cast<std::size_t>(t);
        const auto sum = [&](int c) {
          return double{values[at(ids[token], c)]} + double{places[at(positions[token] + 3, c)]};
        };
        double mean = 0, variance = 0;
        for (int c = 0; c < columns; ++c) mean += sum(c) / columns;
        for (int c = 0; c < columns; ++c) variance += (sum(c) - mean) * (sum(c) - mean) / columns;
        for (int c = 0; c < columns; ++c) {
          const double expected =
              (sum(c) - mean) / std::sqrt(variance) * double{weight[static_cast<std::size_t>(c)]};
          expect_close(got[at(t, c)], expected, 1e-5 * (1 + std::fabs(expected)),
                       "columns " + std::to_string(columns));
        }
      }
    }
  }
}

TEST(CudaEmbedding, ReportsAPositionOutsideItsTable) {
  const TestTable words(GATUN_DTYPE_F32, 5, 8, 1), places(GATUN_DTYPE_F32, 4, 8, 2);
  const DeviceArray<int32_t> ids(std::vector<int32_t>{1, 1}), positions(std::vector<int32_t>{1, 2});
  const DeviceArray<float> y(std::size_t{16});
  const DeviceArray<DeviceFault> fault(std::vector<DeviceFault>(1));
  EmbeddingArgs args{};
  args.lookups[0] = {ids.data(), words.table, 0};
  args.lookups[1] = {positions.data(), places.table, 2};
  args.y = y.data();
  args.y_stride = args.columns = 8;
  args.tokens = 2;
  args.scale = 1;
  args.fault = fault.data();
  EXPECT_EQ(embedding(args, nullptr), 0);
  expect_no_findings();
  EXPECT_EQ(fault.read()[0].source, static_cast<int>(FaultSource::kEmbeddingPositions));
  EXPECT_EQ(fault.read()[0].position, 1);
  EXPECT_EQ(fault.read()[0].value, 2);
  EXPECT_EQ(fault.read()[0].limit, 2);
  EXPECT_EQ(y.read()[0], words.values[8] + places.values[24]);
  EXPECT_EQ(y.read()[8], words.values[8]);
}

TEST(CudaEmbedding, ReportsAnIdOutsideItsTable) {
  const TestTable words(GATUN_DTYPE_F32, 5, 8, 1);
  const DeviceArray<int32_t> ids(std::vector<int32_t>{1, 5});
  const DeviceArray<float> y(std::size_t{16});
  const DeviceArray<DeviceFault> fault(std::vector<DeviceFault>(1));
  EmbeddingArgs args{};
  args.lookups[0] = {ids.data(), words.table, 0};
  args.y = y.data();
  args.y_stride = args.columns = 8;
  args.tokens = 2;
  args.scale = 1;
  args.fault = fault.data();
  EXPECT_EQ(embedding(args, nullptr), 0);
  expect_no_findings();
  EXPECT_EQ(fault.read()[0].source, static_cast<int>(FaultSource::kEmbeddingIds));
  EXPECT_EQ(fault.read()[0].position, 1);
  EXPECT_EQ(fault.read()[0].value, 5);
  EXPECT_EQ(fault.read()[0].limit, 5);
  EXPECT_EQ(y.read()[0], words.values[8]);
  EXPECT_EQ(y.read()[8], 0);
}

}  // namespace
}  // namespace gatun::cuda::test
