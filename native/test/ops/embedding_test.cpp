// SPDX-License-Identifier: Apache-2.0
#include "support/linear_cases.h"
#include "support/row_cases.h"

namespace gatun::test {
namespace {

class EmbeddingTest : public RowOperationTest {};

Matrix<int32_t>& assign(Matrix<int32_t>& ids, std::initializer_list<int32_t> values) {
  int64_t i = 0;
  for (const int32_t value : values) ids.at(0, i++) = value;
  return ids;
}

// Each format's rows come out as its packed form defines them, scaled.
TEST_P(EmbeddingTest, GathersRowsOfEveryFormat) {
  constexpr int64_t kVocabulary = 37, kTokens = 5;
  Matrix<int32_t> ids(1, kTokens);
  assign(ids, {36, 0, -1, 15, 16});
  for (const WeightFormat& format : weight_formats()) {
    for (const int32_t arithmetic : {GATUN_ARITHMETIC_F32, GATUN_ARITHMETIC_FAST}) {
      const int64_t columns = 2 * format.block_values + (format.block_values == 1 ? 31 : 0);
      const auto got = same_for_all_threads([&](Stream& stream) {
        const TestWeight table(stream.device(), format, kVocabulary, columns, arithmetic, 7);
        Matrix<float> y(kTokens, columns, columns + 1);
        y.set_all(9);
        gatun_embedding_params params{};
        params.struct_size = sizeof(params);
        params.ids = ids.vector_view();
        params.table = table.get();
        params.y = y.view();
        params.scale = 0.5f;
        embedding_forward(stream, params);
        for (int64_t n = 0; n < kTokens; ++n) {
          for (int64_t e = 0; e < columns; ++e) {
            const int32_t id = ids.at(0, n);
            const float value = id < 0 ? 0 : table.values()[static_cast<size_t>(id * columns + e)];
            EXPECT_EQ(y.at(n, e), 0.5f * value) << format.name << " token " << n << " at " << e;
          }
        }
        return y.values();
      });
      EXPECT_EQ(got.size(), static_cast<size_t>(kTokens * columns));
    }
  }
}

TEST_P(EmbeddingTest, AddsPositionsAndTypesAndNormalises) {
  constexpr int64_t kTokens = 3;
  Matrix<int32_t> ids(1, kTokens), positions(1, kTokens), types(1, kTokens);
  assign(ids, {4, 2, 9});
  assign(positions, {0, 1, 2});
  assign(types, {0, 1, 0});
  for (const int64_t columns : {1, 15, 64, 257}) {
    Matrix<float> weight(1, columns), bias(1, columns);
    weight.fill(1);
    bias.fill(2);
    same_for_all_threads([&](Stream& stream) {
      const WeightFormat& f32 = weight_formats()[0];
      const TestWeight table(stream.device(), f32, 10, columns, GATUN_ARITHMETIC_F32, 7);
      const TestWeight position_table(stream.device(), f32, 4, columns, GATUN_ARITHMETIC_F32, 8);
      const TestWeight type_table(stream.device(), f32, 2, columns, GATUN_ARITHMETIC_F32, 9);
      Matrix<float> y(kTokens, columns), sum(kTokens, columns), expected(kTokens, columns);
      gatun_embedding_params params{};
      params.struct_size = sizeof(params);
      params.ids = ids.vector_view();
      params.positions = positions.vector_view();
      params.types = types.vector_view();
      params.table = table.get();
      params.position_table = position_table.get();
      params.type_table = type_table.get();
      params.y = sum.view();
      embedding_forward(stream, params);
      for (int64_t n = 0; n < kTokens; ++n) {
        for (int64_t e = 0; e < columns; ++e) {
          const auto row = [&](const TestWeight& from, int32_t id) {
            return from.values()[static_cast<size_t>(id * columns + e)];
          };
          EXPECT_EQ(sum.at(n, e), row(table, ids.at(0, n)) +
                                      row(position_table, positions.at(0, n)) +
                                      row(type_table, types.at(0, n)));
        }
      }
      params.norm_weight = weight.vector_view();
      params.norm_bias = bias.vector_view();
      params.eps = 1e-12f;
      params.y = y.view();
      embedding_forward(stream, params);
      gatun_layer_norm_params norm{};
      norm.struct_size = sizeof(norm);
      norm.x = sum.view();
      norm.weight = params.norm_weight;
      norm.bias = params.norm_bias;
      norm.y = expected.view();
      norm.eps = params.eps;
      layer_norm_forward(stream, norm);
      EXPECT_TRUE(same_bytes(y.values(), expected.values())) << columns;
      return y.values();
    });
  }
}

TEST_P(EmbeddingTest, IdsOutsideTheirTablesAreReported) {
  RowDevice device(GetParam(), 2);
  const TestWeight table(device.device(), weight_formats()[0], 10, 8, GATUN_ARITHMETIC_F32, 7);
  Matrix<int32_t> ids(1, 3), positions(1, 3);
  assign(positions, {0, 0, 0});
  Matrix<float> y(3, 8);
  gatun_embedding_params params{};
  params.struct_size = sizeof(params);
  params.ids = ids.vector_view();
  params.table = table.get();
  params.y = y.view();
  for (const int32_t id : {10, -2, INT32_MAX, INT32_MIN}) {
    assign(ids, {0, 9, id});
    EXPECT_EQ(failure_of([&] { embedding_forward(device.stream(), params); }),
              "embedding: ids[2] = " + std::to_string(id) + ", expected -1 or 0 <= value < 10");
  }
  assign(ids, {0, 9, -1});
  embedding_forward(device.stream(), params);
  params.positions = positions.vector_view();
  EXPECT_EQ(failure_of([&] { embedding_forward(device.stream(), params); }),
            "embedding: position_table is missing, expected a weight [V, E] with positions");
  params.position_table = table.get();
  assign(positions, {0, 10, 0});
  EXPECT_EQ(failure_of([&] { embedding_forward(device.stream(), params); }),
            "embedding: positions[1] = 10, expected -1 or 0 <= value < 10");
  params.position_offset = 2;
  assign(positions, {0, 8, 0});
  EXPECT_EQ(failure_of([&] { embedding_forward(device.stream(), params); }),
            "embedding: positions[1] = 8, expected -1 or 0 <= value < 8");
  params.position_offset = 11;
  EXPECT_EQ(failure_of([&] { embedding_forward(device.stream(), params); }),
            "embedding: position_offset is 11, expected a row of position_table, or 0 without one");
}

// The same bits as positions that the caller has moved himself.
TEST_P(EmbeddingTest, PositionsStartAtTheOffset) {
  RowDevice device(GetParam(), 2);
  const TestWeight table(device.device(), weight_formats()[0], 10, 33, GATUN_ARITHMETIC_F32, 7);
  Matrix<int32_t> ids(1, 3), positions(1, 3);
  assign(ids, {4, 2, 9});
  Matrix<float> y(3, 33), expected(3, 33);
  gatun_embedding_params params{};
  params.struct_size = sizeof(params);
  params.ids = ids.vector_view();
  params.positions = positions.vector_view();
  params.table = table.get();
  params.position_table = table.get();
  params.y = expected.view();
  assign(positions, {9, 2, -1});
  embedding_forward(device.stream(), params);
  params.y = y.view();
  params.position_offset = 2;
  assign(positions, {7, 0, -1});
  embedding_forward(device.stream(), params);
  EXPECT_TRUE(same_bytes(y.values(), expected.values()));
}

GATUN_FOR_EVERY_TIER(EmbeddingTest);

TEST(EmbeddingArgumentTest, TablesMustFit) {
  RowDevice device(IsaTier::kGeneric, 1);
  const TestWeight table(device.device(), weight_formats()[0], 10, 8, GATUN_ARITHMETIC_F32, 7);
  Matrix<int32_t> ids(1, 3);
  Matrix<float> y(3, 9);
  gatun_embedding_params params{};
  params.struct_size = sizeof(params);
  params.ids = ids.vector_view();
  params.y = y.view();
  const auto message = [&] {
    return failure_of([&] { embedding_forward(device.stream(), params); });
  };
  EXPECT_EQ(message(), "embedding: table is missing, expected a weight [V, E]");
  params.table = table.get();
  EXPECT_EQ(message(), "embedding: table has shape [10, 8], expected [V, E] with E = 9 from y");
  params.ids.shape[0] = 2;
  EXPECT_EQ(message(), "embedding: ids has shape [2], expected [N] = [3] from y [N, E] = [3, 9]");
}

}  // namespace
}  // namespace gatun::test
