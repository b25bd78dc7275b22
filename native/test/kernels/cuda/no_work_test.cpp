// SPDX-License-Identifier: Apache-2.0
// Arguments without an element, or with too many: nothing that a device would be asked for.
#include "harness.h"
#include "kernels/cuda/attention.h"
#include "kernels/cuda/axpby.h"
#include "kernels/cuda/column_sums.h"
#include "kernels/cuda/embedding.h"
#include "kernels/cuda/embedding_backward.h"
#include "kernels/cuda/gather_rows.h"
#include "kernels/cuda/gather_rows_backward.h"
#include "kernels/cuda/layer_norm.h"
#include "kernels/cuda/norm_backward.h"
#include "kernels/cuda/pooling.h"
#include "kernels/cuda/pooling_backward.h"
#include "kernels/cuda/rms_norm.h"
#include "kernels/cuda/softmax.h"

#if !defined(__CUDACC__)  // what only the emulated device counts
namespace gatun::cuda::test {
namespace {

template <typename Args>
Args rows_without_columns() {
  Args args{};
  args.rows = 3;
  return args;
}

TEST(CudaNoWork, LaunchesNothing) {
  simt::Machine& machine = simt::Machine::instance();
  const int64_t before = machine.launches();
  EXPECT_EQ(layer_norm(rows_without_columns<LayerNormArgs>(), nullptr), 0);
  EXPECT_EQ(layer_norm_int8({rows_without_columns<LayerNormArgs>(), {}}, nullptr), 0);
  EXPECT_EQ(rms_norm(rows_without_columns<RmsNormArgs>(), nullptr), 0);
  EXPECT_EQ(rms_norm_int8({rows_without_columns<RmsNormArgs>(), {}}, nullptr), 0);
  EXPECT_EQ(layer_norm_backward(rows_without_columns<NormBackwardArgs>(), nullptr), 0);
  EXPECT_EQ(rms_norm_backward(rows_without_columns<NormBackwardArgs>(), nullptr), 0);
  EXPECT_EQ(softmax(rows_without_columns<SoftmaxArgs>(), nullptr), 0);
  ColumnSumsArgs sums{};
  sums.columns = 3;
  EXPECT_EQ(column_sums(sums, nullptr), 0);
  EmbeddingArgs tokens{};
  tokens.tokens = 3;
  EXPECT_EQ(embedding(tokens, nullptr), 0);
  EmbeddingBackwardArgs gradients{};
  gradients.tokens = 3;
  EXPECT_EQ(embedding_backward(gradients, nullptr), 0);
  GatherRowsArgs rows{};
  rows.y_rows = rows.x_rows = 3;
  EXPECT_EQ(gather_rows(rows, nullptr), 0);
  GatherRowsBackwardArgs back{};
  back.dy_rows = back.dx_rows = 3;
  EXPECT_EQ(gather_rows_backward(back, nullptr), 0);
  PoolingBackwardArgs pools{};
  pools.pooling.tokens = pools.pooling.sequences = 3;
  EXPECT_EQ(pooling(pools.pooling, nullptr), 0);
  EXPECT_EQ(pooling_backward(pools, nullptr), 0);
  AttentionArgs attention{};
  attention.heads = attention.kv_heads = 3;
  attention.head_size = 32;
  EXPECT_EQ(attention_f32(attention, 0, nullptr), 0);
  EXPECT_EQ(machine.launches(), before);
}

// Longer rows than units have numbers.
TEST(CudaNoWork, RefusesWhatHasNoNumbers) {
  constexpr int64_t kMost = 1 << 30;
  simt::Machine& machine = simt::Machine::instance();
  const int64_t before = machine.launches();
  AxpbyArgs vectors{};
  vectors.count = 4 * kMost + 4;
  EXPECT_EQ(axpby(vectors, nullptr), kInvalidConfiguration);
  LayerNormArgs rows{};
  rows.rows = 1;
  rows.columns = kMost + 32;
  EXPECT_EQ(layer_norm(rows, nullptr), kInvalidConfiguration);
  EXPECT_EQ(layer_norm_int8({rows, {}}, nullptr), kInvalidConfiguration);
  RmsNormArgs rms{};
  rms.rows = 1;
  rms.columns = kMost + 32;
  EXPECT_EQ(rms_norm(rms, nullptr), kInvalidConfiguration);
  EXPECT_EQ(rms_norm_int8({rms, {}}, nullptr), kInvalidConfiguration);
  EXPECT_EQ(machine.launches(), before);
}

}  // namespace
}  // namespace gatun::cuda::test
#endif
