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
        const uint16_t brief =
            dtype == GATUN_DTYPE_F16 ? float_to_half(x[i]) : static_cast<uint16_t>(bits >> 16);
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
        args.lookups[0] = {dids.data(), words.table};
        args.lookups[1] = {dpositions.data(), places.table};
        if (norm) args.lookups[2] = {dtypes.data(), kinds.table};
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

TEST(CudaEmbedding, ReportsAnIdOutsideItsTable) {
  const TestTable words(GATUN_DTYPE_F32, 5, 8, 1);
  const DeviceArray<int32_t> ids(std::vector<int32_t>{1, 5});
  const DeviceArray<float> y(std::size_t{16});
  const DeviceArray<DeviceFault> fault(std::vector<DeviceFault>(1));
  EmbeddingArgs args{};
  args.lookups[0] = {ids.data(), words.table};
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
