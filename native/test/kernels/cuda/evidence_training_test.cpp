// SPDX-License-Identifier: Apache-2.0
// Counts of what training adds, products and attention aside.
#include "evidence.h"
#include "kernels/cuda/activation.h"
#include "kernels/cuda/adamw.h"
#include "kernels/cuda/cross_entropy.h"
#include "kernels/cuda/elementwise_loss.h"
#include "kernels/cuda/embedding_backward.h"
#include "kernels/cuda/gather_rows_backward.h"
#include "kernels/cuda/norm_backward.h"
#include "kernels/cuda/pooling_backward.h"
#include "kernels/cuda/sum.h"
#include "kernels/cuda/weight_layout.h"
#include "kernels/cuda/weight_refresh.h"

namespace gatun::cuda::test {
namespace {

TEST_F(CudaEvidence, Gradients) {
  constexpr int kRows = 8, kColumns = 1024, kCount = kRows * kColumns;
  const DeviceArray<float> x(normal_values(kCount, 1)), dy(normal_values(kCount, 2)),
      dx(normal_values(kCount, 3)), weight(normal_values(kColumns, 4)),
      dweight(normal_values(kColumns, 5)), dbias(normal_values(kColumns, 6));
  ActivationBackwardArgs act{};
  act.x = x.data();
  act.dy = dy.data();
  act.dx = dx.data();
  act.rows = kRows;
  act.columns = act.x_stride = act.dy_stride = act.dx_stride = kColumns;
  act.activation = GATUN_ACTIVATION_SILU;
  count("activation_backward 4", [&] { return activation_backward(act, nullptr); });
  NormBackwardArgs norm{};
  norm.x = x.data();
  norm.weight = weight.data();
  norm.dy = dy.data();
  norm.dx = dx.data();
  norm.dweight = dweight.data();
  norm.dbias = dbias.data();
  norm.rows = kRows;
  norm.columns = norm.x_stride = norm.dy_stride = norm.dx_stride = kColumns;
  norm.eps = 1e-5f;
  const DeviceArray<std::byte> scratch(static_cast<std::size_t>(norm_backward_scratch_bytes(norm)));
  norm.scratch = scratch.data();
  count("layer_norm_backward 4", [&] { return layer_norm_backward(norm, nullptr); });
  norm.dbias = nullptr;
  count("rms_norm_backward 4", [&] { return rms_norm_backward(norm, nullptr); });
}

TEST_F(CudaEvidence, RowGradients) {
  constexpr int kRows = 8, kColumns = 1024, kCount = kRows * kColumns, kPanel = 16;
  const DeviceArray<float> x(normal_values(kCount, 1)), dy(normal_values(kCount, 2)),
      dx(normal_values(kCount, 3));
  const DeviceArray<int32_t> rows(std::vector<int32_t>{0, 1, 2, 3, 4, 5, 6, 7});
  const DeviceArray<DeviceFault> fault(std::vector<DeviceFault>(1));
  count("gather_rows_backward 4", [&] {
    return gather_rows_backward({rows.data(), dy.data(), dx.data(), kColumns, kColumns, kRows,
                                 kRows, kColumns, fault.data()},
                                nullptr);
  });
  const DeviceArray<float> table(normal_values(kPanel * kColumns, 4));
  EmbeddingBackwardArgs embed{};
  embed.lookups[0] = {rows.data(), table.data(), kPanel, 1};
  embed.dy = dy.data();
  embed.dy_stride = embed.columns = kColumns;
  embed.tokens = kRows;
  embed.fault = fault.data();
  count("embedding_backward 4", [&] { return embedding_backward(embed, nullptr); },
        {.sectors = 6,
         .reason = "the columns of a row of a trainable table lie 64 bytes apart in its panels, a "
                   "sector for each, which neighbouring rows may share"});
  const DeviceArray<int32_t> ends(std::vector<int32_t>{0, 3, kRows});
  PoolingBackwardArgs pool{};
  pool.pooling = {x.data(), ends.data(),        nullptr, kColumns,    0, kRows, 2,
                  kColumns, GATUN_POOLING_MEAN, 1,       fault.data()};
  pool.dy = dy.data();
  pool.dx = dx.data();
  pool.dy_stride = pool.dx_stride = kColumns;
  count("pooling_backward 4", [&] { return pooling_backward(pool, nullptr); });
}

TEST_F(CudaEvidence, Losses) {
  constexpr int kRows = 4, kColumns = 8192, kCount = kRows * kColumns;
  const DeviceArray<float> x(normal_values(kCount, 1)), dx(normal_values(kCount, 2)),
      loss(std::size_t{kCount});
  const DeviceArray<int32_t> labels(std::vector<int32_t>{5, 4097, 1, 8191});
  const DeviceArray<DeviceFault> fault(std::vector<DeviceFault>(1));
  const DeviceArray<CrossEntropyPartial> partials(std::size_t{2 * kRows});
  CrossEntropyArgs cross{};
  cross.x = x.data();
  cross.labels = labels.data();
  cross.loss = loss.data();
  cross.dx = dx.data();
  cross.rows = kRows;
  cross.x_stride = cross.dx_stride = cross.columns = kColumns;
  cross.scale = 1;
  cross.partials = partials.data();
  cross.fault = fault.data();
  count("cross_entropy_finish -", [&] { return cross_entropy(cross, nullptr); });
  // Where an answer begins and ends in each of two texts.
  constexpr int kTokens = 2048;
  const DeviceArray<int32_t> ends(std::vector<int32_t>{0, 1000, kTokens}),
      places(std::vector<int32_t>{5, 9, 700, 720});
  CrossEntropyArgs spans = cross;
  spans.labels = places.data();
  spans.cu_seqlens = ends.data();
  spans.rows = kTokens;
  spans.columns = spans.sequences = 2;
  spans.x_stride = spans.dx_stride = 2;
  count(
      "cross_entropy_spans -", [&] { return cross_entropy(spans, nullptr); },
      {.sectors = 2.1, .reason = "a block takes one of the two columns of its sequence's scores"});
  ElementwiseLossArgs each{};
  each.x = x.data();
  each.target = dx.data();
  each.loss = loss.data();
  each.rows = kRows;
  each.columns = each.x_stride = each.target_stride = each.loss_stride = kColumns;
  each.kind = GATUN_LOSS_BCE;
  count("elementwise_loss 4", [&] { return elementwise_loss(each, nullptr); });
}

TEST_F(CudaEvidence, Updates) {
  constexpr int kRows = 16, kColumns = 1024, kCount = kRows * kColumns;
  const DeviceArray<float> parameter(normal_values(kCount, 1)), gradient(normal_values(kCount, 2)),
      m(normal_values(kCount, 3)), v(std::vector<float>(kCount, 1)), rows(std::size_t{kCount});
  AdamwArgs adam{};
  adam.parameter = parameter.data();
  adam.gradient = gradient.data();
  adam.m = m.data();
  adam.v = v.data();
  adam.count = kCount;
  adam.decay = adam.correction = adam.gradient_scale = 1;
  count("adamw 4", [&] { return adamw(adam, nullptr); });
  const DeviceArray<double> total(std::vector<double>{0}), partial(std::size_t{1});
  count("sum_chunk 4", [&] {
    return sum({gradient.data(), total.data(), partial.data(), kCount, true, false}, nullptr);
  });
  const DeviceArray<uint16_t> rounded(std::size_t{kCount});
  count("weight_refresh -", [&] {
    return weight_refresh({parameter.data(), rounded.data(), kColumns, kRows, kColumns}, nullptr);
  });
  for (const bool to_rows : {true, false}) {
    count("weight_layout -", [&] {
      return weight_layout({parameter.data(), rows.data(), kColumns, kRows, kColumns, to_rows},
                           nullptr);
    });
  }
}

}  // namespace
}  // namespace gatun::cuda::test
