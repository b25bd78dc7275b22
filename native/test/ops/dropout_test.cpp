// SPDX-License-Identifier: Apache-2.0
// Dropout on every tier against the generator's definition, element by element.
#include "kernels/philox.h"
#include "support/row_cases.h"

namespace gatun::test {
namespace {

constexpr int64_t kSeed = 0x123456789abcdef;

bool kept(int64_t element, int64_t sequence, float probability) {
  const auto i = static_cast<uint64_t>(element);
  const auto words = philox(i / 4, static_cast<uint64_t>(sequence), static_cast<uint64_t>(kSeed));
  return static_cast<double>(words[i % 4]) >= std::floor(double{probability} * 4294967296.0);
}

class DropoutTest : public RowOperationTest {};

TEST_P(DropoutTest, KeepsWhatTheGeneratorSays) {
  std::vector<int64_t> widths(std::begin(kWidths), std::end(kWidths));
  widths.insert(widths.end(), {4095, 4096, 4099, 9001});
  for (const int64_t columns : widths) {
    for (const float probability : {0.0f, 0.1f, 0.5f, 0.999f}) {
      for (const bool residual : {false, true}) {
        for (const bool accumulate : {false, true}) {
          if ((residual || accumulate) && probability != 0.1f) continue;
          const int64_t sequence = -(int64_t{1} << 40) + columns;
          Matrix<float> x(3, columns, columns + 3), r(3, columns);
          x.fill(1);
          r.fill(2);
          gatun_dropout_params params{};
          params.struct_size = sizeof(params);
          params.x = x.view();
          if (residual) params.residual = r.view();
          params.seed = kSeed;
          params.sequence = sequence;
          params.probability = probability;
          params.accumulate = accumulate ? 1 : 0;
          const auto got = same_for_all_threads([&](Stream& stream) {
            Matrix<float> y(3, columns, columns + 1);
            y.set_all(0.5f);
            params.y = y.view();
            dropout_forward(stream, params);
            return y.values();
          });
          const auto factor = static_cast<float>(1 / (1 - double{probability}));
          for (int64_t n = 0; n < 3; ++n) {
            for (int64_t e = 0; e < columns; ++e) {
              const int64_t i = n * columns + e;
              float expected = kept(i, sequence, probability) ? x.at(n, e) * factor : 0.0f;
              if (residual) expected += r.at(n, e);
              if (accumulate) expected = 0.5f + expected;
              ASSERT_EQ(got[static_cast<size_t>(i)], expected) << columns << " at " << i;
            }
          }
        }
      }
    }
  }
}

TEST_P(DropoutTest, KeepsTheShareThatItShould) {
  RowDevice device(GetParam(), 2);
  Matrix<float> x(64, 1024);
  x.set_all(1);
  for (const float probability : {0.1f, 0.5f}) {
    Matrix<float> y(64, 1024);
    gatun_dropout_params params{};
    params.struct_size = sizeof(params);
    params.x = x.view();
    params.y = y.view();
    params.seed = 1;
    params.probability = probability;
    dropout_forward(device.stream(), params);
    double sum = 0;
    for (const float value : y.values()) sum += double{value} / 65536;
    EXPECT_NEAR(sum, 1, 5 * std::sqrt(double{probability} / 65536 / (1 - double{probability})));
  }
}

TEST_P(DropoutTest, InPlaceAndDroppedNan) {
  RowDevice device(GetParam(), 2);
  Matrix<float> x(3, 77), y(3, 77);
  x.fill(1);
  gatun_dropout_params params{};
  params.struct_size = sizeof(params);
  params.x = x.view();
  params.residual = x.view();
  params.y = y.view();
  params.seed = kSeed;
  params.probability = 0.3f;
  dropout_forward(device.stream(), params);
  params.y = x.view();
  dropout_forward(device.stream(), params);
  EXPECT_TRUE(same_bytes(x.values(), y.values()));
  x.set_all(kNaN);
  params.residual = {};
  params.y = y.view();
  dropout_forward(device.stream(), params);
  for (int64_t i = 0; i < 231; ++i)
    EXPECT_EQ(std::isnan(y.at(i / 77, i % 77)), kept(i, 0, 0.3f)) << "what is dropped is zero";
}

GATUN_FOR_EVERY_TIER(DropoutTest);

TEST(DropoutArgumentTest, NamesWhatIsWrong) {
  RowDevice device(IsaTier::kGeneric, 1);
  Matrix<float> x(2, 8), y(2, 8);
  gatun_dropout_params params{};
  params.struct_size = sizeof(params);
  params.x = x.view();
  params.y = y.view();
  for (const float probability : {-0.1f, 1.0f, kNaN}) {
    params.probability = probability;
    EXPECT_EQ(failure_of([&] { dropout_forward(device.stream(), params); }),
              "dropout: probability is " + std::to_string(probability) +
                  ", expected at least 0 and less than 1");
  }
}

}  // namespace
}  // namespace gatun::test
