// SPDX-License-Identifier: Apache-2.0
// Gradients of row look-ups: of three tables in panel order, and of gathered rows.
#include "support/gradient_cases.h"

namespace gatun::test {
namespace {

class EmbeddingBackwardTest : public RowOperationTest {};

struct Table {
  std::vector<int32_t> ids;
  int64_t rows;
  double scale;
};

TEST_P(EmbeddingBackwardTest, AddsTokensInOrder) {
  for (const int64_t columns : kWidths) {
    if (columns == 0) continue;
    // Repeated rows, one without, and the last row of a cut panel.
    std::vector<Table> tables{
        {{5, 0, 36, 5, -1, 5}, 37, 0.5}, {{0, 1, 2, 0, 1, 2}, 3, 1}, {{1, 1, 0, -1, 1, 0}, 2, 1}};
    Matrix<float> dy(6, columns, columns + 3);
    dy.fill(1);
    const auto got = same_for_all_threads([&](Stream& stream) {
      std::vector<std::unique_ptr<Matrix<float>>> gradients;
      for (const Table& t : tables) {
        gradients.push_back(std::make_unique<Matrix<float>>(1, panel_count(t.rows, columns)));
        for (int64_t row = 0; row < t.rows; ++row) {
          for (int64_t e = 0; e < columns; ++e)
            gradients.back()->at(0, static_cast<int64_t>(panel_index(row, e, columns))) = 0.5f;
        }
      }
      gatun_embedding_backward_params params{};
      params.struct_size = sizeof(params);
      params.ids = i32_vector(tables[0].ids);
      params.positions = i32_vector(tables[1].ids);
      params.types = i32_vector(tables[2].ids);
      params.dy = dy.view();
      params.dtable = gradients[0]->vector_view();
      params.dposition_table = gradients[1]->vector_view();
      params.dtype_table = gradients[2]->vector_view();
      params.table_rows = tables[0].rows;
      params.position_rows = tables[1].rows;
      params.type_rows = tables[2].rows;
      params.scale = 0.5f;
      embedding_backward(stream, params);
      std::vector<float> all;
      for (const auto& gradient : gradients) {
        for (const float value : gradient->values()) all.push_back(value);
      }
      return all;
    });
    size_t base = 0;
    for (const Table& t : tables) {
      std::vector<double> expected(static_cast<size_t>(panel_count(t.rows, columns)), 0.0);
      for (int64_t row = 0; row < t.rows; ++row) {
        for (int64_t e = 0; e < columns; ++e) {
          double sum = 0.5;
          for (int64_t n = 0; n < 6; ++n) {
            if (t.ids[static_cast<size_t>(n)] == row) sum += t.scale * double{dy.at(n, e)};
          }
          expected[panel_index(row, e, columns)] = sum;
        }
      }
      for (size_t i = 0; i < expected.size(); ++i)
        ASSERT_NEAR(got[base + i], expected[i], 1e-6) << columns << " columns, at " << i;
      base += expected.size();
    }
  }
}

TEST_P(EmbeddingBackwardTest, GatheredRowsAddInOrder) {
  for (const int64_t columns : kWidths) {
    std::vector<int32_t> rows{3, 0, -1, 3, 5, 3};
    Matrix<float> dy(6, columns, columns + 3);
    dy.fill(1);
    gatun_gather_rows_backward_params params{};
    params.struct_size = sizeof(params);
    params.rows = i32_vector(rows);
    params.dy = dy.view();
    const auto got = same_for_all_threads([&](Stream& stream) {
      Matrix<float> dx(6, columns, columns + 1);
      dx.set_all(0.5f);
      params.dx = dx.view();
      gather_rows_backward(stream, params);
      return dx.values();
    });
    for (int64_t n = 0; n < 6; ++n) {
      for (int64_t e = 0; e < columns; ++e) {
        float sum = 0.5f;
        for (size_t r = 0; r < 6; ++r) {
          if (rows[r] == n) sum += dy.at(static_cast<int64_t>(r), e);
        }
        ASSERT_EQ(got[static_cast<size_t>(n * columns + e)], sum) << n << ", " << e;
      }
    }
  }
}

GATUN_FOR_EVERY_TIER(EmbeddingBackwardTest);

TEST(EmbeddingBackwardArgumentTest, NamesWhatIsWrong) {
  for (const IsaTier tier : {IsaTier::kGeneric, machine_isa_tier()}) {
    RowDevice device(tier, 2);
    std::vector<int32_t> ids{0, 1, 37};
    Matrix<float> dy(3, 8), dtable(1, panel_count(37, 8)), dx(4, 8);
    gatun_embedding_backward_params params{};
    params.struct_size = sizeof(params);
    params.ids = i32_vector(ids);
    params.dy = dy.view();
    params.dtable = dtable.vector_view();
    EXPECT_EQ(failure_of([&] { embedding_backward(device.stream(), params); }),
              "embedding_backward: table_rows is 0, expected the rows of dtable");
    params.table_rows = 37;
    EXPECT_EQ(failure_of([&] { embedding_backward(device.stream(), params); }),
              "embedding_backward: ids[2] = 37, expected -1 or 0 <= value < 37");
    params.table_rows = 64;
    EXPECT_EQ(failure_of([&] { embedding_backward(device.stream(), params); }),
              "embedding_backward: dtable has shape [384], expected [ceil(rows / 16) E 16] = [512] "
              "from dy [N, E] = [3, 8]");
    gatun_gather_rows_backward_params gather{};
    gather.struct_size = sizeof(gather);
    ids[2] = 4;
    gather.rows = i32_vector(ids);
    gather.dy = dy.view();
    gather.dx = dx.view();
    EXPECT_EQ(failure_of([&] { gather_rows_backward(device.stream(), gather); }),
              "gather_rows_backward: rows[2] = 4, expected -1 or 0 <= value < 4");
  }
}

}  // namespace
}  // namespace gatun::test
