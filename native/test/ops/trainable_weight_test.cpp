// SPDX-License-Identifier: Apache-2.0
// Weights with master values: their memory, what products read of them, and panel order.
#include "support/gradient_cases.h"
#include "support/linear_cases.h"

namespace gatun::test {
namespace {

class TrainableWeightTest : public RowOperationTest {};

float to_bf16(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, 4);
  bits = (bits + 0x7fffU + ((bits >> 16) & 1U)) & 0xffff0000U;
  std::memcpy(&value, &bits, 4);
  return value;
}

gatun_weight_info info_of(const gatun_weight* weight) {
  gatun_weight_info info{};
  info.struct_size = sizeof(info);
  weight_query(*weight, info);
  return info;
}

void refresh(Stream& stream, const TestWeight& weight) {
  gatun_weight_refresh_params params{};
  params.struct_size = sizeof(params);
  params.weight = const_cast<gatun_weight*>(weight.get());
  weight_refresh_forward(stream, params);
}

TEST_P(TrainableWeightTest, MasterHoldsThePanelsOfAnySource) {
  RowDevice device(GetParam(), 2);
  for (const int format : {0, 1, 2}) {
    for (const int32_t arithmetic : {GATUN_ARITHMETIC_F32, GATUN_ARITHMETIC_FAST}) {
      for (const int64_t rows : {1, 16, 17}) {
        for (const int64_t columns : {1, 33, 64}) {
          const WeightFormat& f = weight_formats()[static_cast<size_t>(format)];
          const TestWeight frozen(device.device(), f, rows, columns, GATUN_ARITHMETIC_F32, 3);
          const TestWeight weight(device.device(), f, rows, columns, arithmetic, 3,
                                  GATUN_WEIGHT_TRAINABLE);
          const gatun_weight_info info = info_of(weight.get());
          ASSERT_EQ(panel_count(rows, columns), info.master_count);
          EXPECT_EQ(f.dtype, info.dtype);
          EXPECT_EQ(0u, reinterpret_cast<uintptr_t>(info.master) % 64);
          EXPECT_EQ(frozen.values(), weight.values()) << "read back from the master";
          for (int64_t row = 0; row < (rows + 15) / 16 * 16; ++row) {
            for (int64_t k = 0; k < columns; ++k) {
              const float expected =
                  row < rows ? frozen.values()[static_cast<size_t>(row * columns + k)] : 0.0f;
              ASSERT_EQ(expected, info.master[panel_index(row, k, columns)]);
            }
          }
          EXPECT_EQ(nullptr, info_of(frozen.get()).master);
          EXPECT_EQ(0, info_of(frozen.get()).master_count);
        }
      }
    }
  }
}

// In F32 a product reads the master at once, in FAST the bf16 panels of the last refresh.
TEST_P(TrainableWeightTest, ProductsSeeAChangedMasterAfterARefresh) {
  constexpr int64_t kRows = 35, kColumns = 65;  // an odd column, a cut panel
  for (const int32_t arithmetic : {GATUN_ARITHMETIC_F32, GATUN_ARITHMETIC_FAST}) {
    for (const int threads : {1, 2}) {
      RowDevice device(GetParam(), threads);
      const TestWeight weight(device.device(), weight_formats()[0], kRows, kColumns, arithmetic, 4,
                              GATUN_WEIGHT_TRAINABLE);
      const bool fast = arithmetic == GATUN_ARITHMETIC_FAST;
      // Unit vectors make each weight an output.
      std::vector<float> x(kColumns * kColumns, 0.0f), y(kColumns * kRows);
      for (int64_t k = 0; k < kColumns; ++k) x[static_cast<size_t>(k * kColumns + k)] = 1;
      const auto expect_product = [&](const std::vector<float>& values) {
        gatun_linear_params params{};
        params.struct_size = sizeof(params);
        params.x = matrix_view(x, kColumns, kColumns);
        params.weight[0] = weight.get();
        params.y[0] = matrix_view(y, kColumns, kRows);
        linear_forward(device.stream(), params);
        for (int64_t k = 0; k < kColumns; ++k) {
          for (int64_t o = 0; o < kRows; ++o) {
            const float value = values[static_cast<size_t>(o * kColumns + k)];
            ASSERT_EQ(fast ? to_bf16(value) : value, y[static_cast<size_t>(k * kRows + o)])
                << o << ", " << k;
          }
        }
      };
      expect_product(weight.values());
      std::vector<float> changed = weight.values();
      const gatun_weight_info info = info_of(weight.get());
      for (int64_t o = 0; o < kRows; ++o) {
        for (int64_t k = 0; k < kColumns; ++k) {
          float& value = changed[static_cast<size_t>(o * kColumns + k)];
          value = value * 1.37f + 0.001f;
          info.master[panel_index(o, k, kColumns)] = value;
        }
      }
      if (fast) expect_product(weight.values());
      refresh(device.stream(), weight);
      expect_product(changed);
    }
  }
}

TEST_P(TrainableWeightTest, LayoutConvertsBothWays) {
  for (const int64_t rows : {0, 1, 15, 16, 17, 40}) {
    for (const int64_t columns : {1, 63, 64, 65, 130}) {
      Matrix<float> matrix(rows, columns, columns + 2);
      matrix.fill(1);
      const auto panels = same_for_all_threads([&](Stream& stream) {
        Matrix<float> out(1, panel_count(rows, columns));
        out.set_all(7);
        gatun_weight_layout_params params{};
        params.struct_size = sizeof(params);
        params.panels = out.vector_view();
        params.rows = matrix.view();
        weight_layout_forward(stream, params);
        Matrix<float> back(rows, columns, columns + 1);
        params.rows = back.view();
        params.to_rows = 1;
        weight_layout_forward(stream, params);
        EXPECT_EQ(back.values(), matrix.values());
        return out.values();
      });
      for (int64_t row = 0; row < (rows + 15) / 16 * 16; ++row) {
        for (int64_t k = 0; k < columns; ++k)
          ASSERT_EQ(row < rows ? matrix.at(row, k) : 0, panels[panel_index(row, k, columns)]);
      }
    }
  }
}

GATUN_FOR_EVERY_TIER(TrainableWeightTest);

TEST(TrainableWeightArgumentTest, NamesWhatIsWrong) {
  RowDevice device(IsaTier::kGeneric, 1);
  EXPECT_EQ(failure_of(
                [&] {
                  TestWeight(device.device(), weight_formats()[3], 16, 32, GATUN_ARITHMETIC_F32, 1,
                             GATUN_WEIGHT_TRAINABLE);
                },
                GATUN_STATUS_UNSUPPORTED),
            "weight_create: a trainable weight has dtype 2, expected F32, F16 or BF16; keep this "
            "one frozen");
  const TestWeight frozen(device.device(), weight_formats()[0], 16, 32, GATUN_ARITHMETIC_F32, 1);
  EXPECT_EQ(failure_of([&] { refresh(device.stream(), frozen); }),
            "weight_refresh: weight is frozen, expected one created with GATUN_WEIGHT_TRAINABLE");
  gatun_weight_refresh_params params{};
  params.struct_size = sizeof(params);
  EXPECT_EQ(failure_of([&] { weight_refresh_forward(device.stream(), params); }),
            "weight_refresh: weight is NULL, expected a trainable weight");
}

}  // namespace
}  // namespace gatun::test
