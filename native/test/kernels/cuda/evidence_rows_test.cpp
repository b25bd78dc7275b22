// SPDX-License-Identifier: Apache-2.0
// Counts of what a step does to rows: norms, look-ups, positions, the cache, probabilities.
#include "evidence.h"
#include "kernels/cuda/activation.h"
#include "kernels/cuda/axpby.h"
#include "kernels/cuda/dequantize.h"
#include "kernels/cuda/dropout.h"
#include "kernels/cuda/embedding.h"
#include "kernels/cuda/gather_rows.h"
#include "kernels/cuda/kv_cache.h"
#include "kernels/cuda/layer_norm.h"
#include "kernels/cuda/pooling.h"
#include "kernels/cuda/quantize.h"
#include "kernels/cuda/relative_bias.h"
#include "kernels/cuda/rms_norm.h"
#include "kernels/cuda/rotary.h"
#include "kernels/cuda/sample.h"
#include "kernels/cuda/softmax.h"
#include "kernels/cuda/top_k.h"

namespace gatun::cuda::test {
namespace {

TEST_F(CudaEvidence, Rows) {
  constexpr int64_t kRows = 4, kColumns = 2048;
  const DeviceArray<float> x(normal_values(kRows * kColumns, 1)),
      weight(normal_values(kColumns, 2)), y(std::size_t{kRows * kColumns});
  RmsNormArgs rms{};
  rms.x = x.data();
  rms.weight = weight.data();
  rms.y = y.data();
  rms.rows = kRows;
  rms.columns = rms.x_stride = rms.y_stride = kColumns;
  count("rms_norm 4", [&] { return rms_norm(rms, nullptr); });
  LayerNormArgs layer{};
  layer.x = x.data();
  layer.weight = layer.bias = weight.data();
  layer.y = y.data();
  layer.rows = kRows;
  layer.columns = layer.x_stride = layer.y_stride = kColumns;
  count("layer_norm 4", [&] { return layer_norm(layer, nullptr); });
  const DeviceArray<int8_t> codes(std::size_t{kRows * kColumns});
  const DeviceArray<float> scales(std::size_t{kRows * kColumns / 32}),
      sums(std::size_t{kRows * kColumns / 16});
  const Int8Rows out{codes.data(), scales.data(), sums.data()};
  count("rms_norm_int8 4", [&] { return rms_norm_int8({rms, out}, nullptr); });
  count("layer_norm_int8 4", [&] { return layer_norm_int8({layer, out}, nullptr); });
  const DeviceArray<SoftmaxPartial> partials(std::size_t{2});
  SoftmaxArgs soft{};
  soft.x = x.data();
  soft.y = y.data();
  soft.rows = 1;
  soft.columns = soft.x_stride = soft.y_stride = kRows * kColumns;
  soft.temperature = 1;
  soft.partials = partials.data();
  count("softmax_finish -", [&] { return softmax(soft, nullptr); });
}

TEST_F(CudaEvidence, Elements) {
  constexpr int64_t kRows = 4, kColumns = 2048, kCount = kRows * kColumns;
  const DeviceArray<float> x(normal_values(kCount, 1)), up(normal_values(kCount, 2)),
      y(normal_values(kCount, 3));
  ActivationArgs act{};
  act.x = x.data();
  act.up = up.data();
  act.y = y.data();
  act.rows = kRows;
  act.columns = act.x_stride = act.up_stride = act.y_stride = kColumns;
  act.activation = GATUN_ACTIVATION_SILU;
  count("activation 4", [&] { return activation(act, nullptr); });
  count("axpby 4", [&] { return axpby({x.data(), y.data(), kCount, 2, 1}, nullptr); });
  DropoutArgs drop{};
  drop.x = x.data();
  drop.y = y.data();
  drop.rows = kRows;
  drop.columns = drop.x_stride = drop.y_stride = kColumns;
  drop.threshold = 1u << 30;
  drop.factor = 2;
  count("dropout 4", [&] { return dropout(drop, nullptr); });
}

TEST_F(CudaEvidence, Formats) {
  constexpr int64_t kCount = 8192;
  const DeviceArray<float> x(normal_values(kCount, 1)), y(std::size_t{kCount});
  const DeviceArray<std::byte> bytes(std::vector<std::byte>(4 * kCount, std::byte{0x35}));
  for (const Format& format : kFormats) {
    if (format.name[3] != 'k')
      count(std::string("quantize ") + format.name,
            [&] { return quantize({x.data(), kCount, format.dtype, bytes.data()}, nullptr); });
    count(std::string("dequantize ") + format.name,
          [&] { return dequantize({bytes.data(), format.dtype, kCount, y.data()}, nullptr); },
          {.passes = 1.7,
           .reason = "four blocks of 34 bytes in 34 banks: the 32 lanes meet in two of them"});
  }
  for (const gatun_dtype dtype : {GATUN_DTYPE_BF16, GATUN_DTYPE_F16}) {
    count("round 4", [&] { return quantize({x.data(), kCount, dtype, bytes.data()}, nullptr); });
    count("widen 4", [&] { return dequantize({bytes.data(), dtype, kCount, y.data()}, nullptr); });
  }
}

TEST_F(CudaEvidence, LookUps) {
  constexpr int kTokens = 8, kColumns = 1024, kVocabulary = 16;
  const DeviceArray<float> rows(normal_values(kVocabulary * kColumns, 1)),
      weight(normal_values(kColumns, 2)), y(std::size_t{kTokens * kColumns});
  const DeviceArray<int32_t> ids(std::vector<int32_t>{3, 1, 15, 0, 7, 7, 2, 9});
  const DeviceArray<DeviceFault> fault(std::vector<DeviceFault>(1));
  EmbeddingArgs args{};
  args.lookups[0] = {ids.data(), {GATUN_DTYPE_F32, rows.data(), {}, kVocabulary, 0, 0}, 0};
  args.norm_weight = args.norm_bias = weight.data();
  args.y = y.data();
  args.y_stride = args.columns = kColumns;
  args.tokens = kTokens;
  args.scale = 1;
  args.eps = 1e-5f;
  args.fault = fault.data();
  count("embedding 4", [&] { return embedding(args, nullptr); });
  count("gather_rows 4", [&] {
    return gather_rows({rows.data(), ids.data(), y.data(), kColumns, kColumns, kVocabulary, kTokens,
                        kColumns, fault.data()},
                       nullptr);
  });
  const DeviceArray<int32_t> ends(std::vector<int32_t>{0, 7, kVocabulary});
  PoolingArgs pool{};
  pool.x = rows.data();
  pool.cu_seqlens = ends.data();
  pool.y = y.data();
  pool.x_stride = pool.y_stride = pool.columns = kColumns;
  pool.tokens = kVocabulary;
  pool.sequences = 2;
  pool.mode = GATUN_POOLING_MEAN;
  pool.normalize = 1;
  pool.fault = fault.data();
  count("pooling 4", [&] { return pooling(pool, nullptr); });
}

TEST_F(CudaEvidence, Positions) {
  constexpr int kTokens = 16, kHeads = 4, kKvHeads = 2, kHeadSize = 128, kPageTokens = 16;
  const DeviceArray<float> q(normal_values(kTokens * kHeads * kHeadSize, 1)),
      k(normal_values(kTokens * kKvHeads * kHeadSize, 2)),
      v(normal_values(kTokens * kKvHeads * kHeadSize, 3)),
      frequencies(normal_values(kHeadSize / 2, 4));
  std::vector<int32_t> numbers(kTokens);
  for (int i = 0; i < kTokens; ++i) numbers[static_cast<std::size_t>(i)] = i;
  const DeviceArray<int32_t> positions(numbers), slots(numbers);
  const DeviceArray<DeviceFault> fault(std::vector<DeviceFault>(1));
  for (const gatun_dtype dtype : {GATUN_DTYPE_BF16, GATUN_DTYPE_Q8_0}) {
    KvPages cache{nullptr, 2, kPageTokens, kKvHeads, kHeadSize, dtype};
    const DeviceArray<std::byte> memory(
        std::vector<std::byte>(static_cast<std::size_t>(2 * kv_page_bytes(cache))));
    cache.data = memory.data();
    RotaryArgs args{};
    args.q = q.data();
    args.k = k.data();
    args.v = v.data();
    args.q_stride = kHeads * kHeadSize;
    args.k_stride = args.v_stride = kKvHeads * kHeadSize;
    args.positions = positions.data();
    args.inv_freq = frequencies.data();
    args.inv_freq_stride = args.half_rotated = kHeadSize / 2;
    args.cache = cache;
    args.slots = slots.data();
    args.tokens = kTokens;
    args.heads = kHeads;
    args.kv_heads = kKvHeads;
    args.head_size = kHeadSize;
    args.frequency_count = 1;
    args.attention_factor = 1;
    args.fault = fault.data();
    count("rotary -", [&] { return rotary(args, nullptr); });
    const DeviceArray<int32_t> from(std::vector<int32_t>{0}), to(std::vector<int32_t>{1});
    count("kv_copy -",
          [&] { return kv_copy({cache, from.data(), to.data(), 1, fault.data()}, nullptr); });
  }
  const DeviceArray<float> table(normal_values(32 * 8, 5)), bias(std::size_t{8 * 257});
  count(
      "relative_bias -",
      [&] { return relative_bias({{table.data(), 8, 32, 1, 128}, 8, 128, bias.data()}, nullptr); },
      {.sectors = 1.8,
       .reason = "rows of 2 L + 1 biases start anywhere in a sector and come from a table of "
                 "buckets: kilobytes, once for all layers"});
}

TEST_F(CudaEvidence, Choices) {
  constexpr int kVocabulary = 8192;
  const DeviceArray<float> scores(normal_values(kVocabulary, 1));
  const DeviceArray<int32_t> tokens(std::size_t{1}), history(std::vector<int32_t>{5, 6, 7, 5}),
      counts(std::vector<int32_t>(kVocabulary, 0));
  const DeviceArray<uint64_t> candidates(std::size_t{kVocabulary});
  SampleRow row{0, 0, 0.9, 0, 1, 0, 1.1f, 0.8f, 40, 1, 0, 0, 4, 0};
  const DeviceArray<SampleRow> rows(std::vector<SampleRow>{row});
  count("sample -", [&] {
    return sample({scores.data(), rows.data(), history.data(), tokens.data(), kVocabulary, 1,
                   kVocabulary, counts.data(), candidates.data()},
                  nullptr);
  });
  constexpr int kCount = 8;
  const DeviceArray<float> values(std::size_t{kCount}), log_sum_exp(std::size_t{1});
  const DeviceArray<int32_t> indices(std::size_t{kCount});
  const DeviceArray<uint64_t> best(std::size_t{kCount * 2});
  const DeviceArray<SoftmaxPartial> partials(std::size_t{2});
  count("top_k_candidates -",
        [&] {
          return top_k(
              {scores.data(), values.data(), indices.data(), log_sum_exp.data(), kVocabulary,
               kCount, kCount, 1, kVocabulary, kCount, best.data(), partials.data()},
              nullptr);
        },
        {.sectors = 1.5,
         .reason = "each lane of the merging warp walks a list of its own: k ranks of every 4,096 "
                   "columns"});
}

}  // namespace
}  // namespace gatun::cuda::test
