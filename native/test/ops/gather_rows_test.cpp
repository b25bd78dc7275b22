// SPDX-License-Identifier: Apache-2.0
#include "support/row_cases.h"

namespace gatun::test {
namespace {

class GatherRowsTest : public RowOperationTest {};

TEST_P(GatherRowsTest, CopiesRowsAndWritesZerosForMinusOne) {
  for (const int64_t columns : kWidths) {
    Matrix<float> x(6, columns, columns + 3);
    x.fill(1);
    const int32_t picks[] = {5, 0, -1, 5, 2, 3, -1};
    Matrix<int32_t> rows(1, 7);
    for (int64_t i = 0; i < 7; ++i) rows.at(0, i) = picks[i];
    gatun_gather_rows_params params{};
    params.struct_size = sizeof(params);
    params.x = x.view();
    params.rows = rows.vector_view();
    const auto got = same_for_all_threads([&](Stream& stream) {
      Matrix<float> y(7, columns, columns + 1);
      y.set_all(9);
      params.y = y.view();
      gather_rows_forward(stream, params);
      return y.values();
    });
    for (int64_t i = 0; i < 7; ++i) {
      for (int64_t e = 0; e < columns; ++e) {
        EXPECT_EQ(got[static_cast<size_t>(i * columns + e)], picks[i] < 0 ? 0 : x.at(picks[i], e));
      }
    }
  }
}

GATUN_FOR_EVERY_TIER(GatherRowsTest);

TEST(GatherRowsArgumentTest, RowsOutsideTheMatrixAreReported) {
  RowDevice device(IsaTier::kGeneric, 2);
  Matrix<float> x(4, 8), y(2, 8);
  Matrix<int32_t> rows(1, 2);
  rows.at(0, 0) = 0;
  gatun_gather_rows_params params{};
  params.struct_size = sizeof(params);
  params.x = x.view();
  params.rows = rows.vector_view();
  params.y = y.view();
  for (const int32_t row : {4, -2, INT32_MAX, INT32_MIN}) {
    rows.at(0, 1) = row;
    EXPECT_EQ(failure_of([&] { gather_rows_forward(device.stream(), params); }),
              "gather_rows: rows[1] = " + std::to_string(row) + ", expected -1 or 0 <= value < 4");
  }
  params.y.shape[0] = 1;
  EXPECT_EQ(failure_of([&] { gather_rows_forward(device.stream(), params); }),
            "gather_rows: y has shape [1, 8], expected [R, E] = [2, 8] from x [N, E] = [4, 8] and "
            "rows [R] = [2]");
}

}  // namespace
}  // namespace gatun::test
