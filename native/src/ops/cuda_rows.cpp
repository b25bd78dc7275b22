// SPDX-License-Identifier: Apache-2.0
#include "ops/cuda_rows.h"

#include <string>

#include "kernels/cpu/packed_weight.h"
#include "kernels/cuda/embedding.h"
#include "kernels/cuda/gather_rows.h"
#include "kernels/cuda/pooling.h"
#include "kernels/cuda/top_k.h"
#include "ops/check.h"
#include "ops/cuda_weight.h"
#include "runtime/error.h"

namespace gatun {

int32_t cuda_count(const char* operation, const char* what, int64_t count) {
  if (count > INT32_MAX) {
    throw Error(GATUN_STATUS_UNSUPPORTED, std::string(operation) + ": " + what + " is " +
                                              std::to_string(count) + ", expected at most " +
                                              std::to_string(INT32_MAX) + " on a GPU");
  }
  return static_cast<int32_t>(count);
}

void cuda_embedding(CudaStream& stream, const EmbeddingArgs& a) {
  constexpr const char* kName = "embedding";
  cuda::EmbeddingArgs args{};
  for (size_t i = 0; i < std::size(a.lookups); ++i) {
    if (a.lookups[i].table == nullptr) continue;
    args.lookups[i] = {.ids = a.lookups[i].ids,
                       .table = cuda_table(stream.backend(), *a.lookups[i].table),
                       .offset = static_cast<int32_t>(a.lookups[i].offset)};
  }
  args.norm_weight = a.norm_weight;
  args.norm_bias = a.norm_bias;
  args.y = a.y;
  args.y_stride = a.y_stride;
  args.tokens = cuda_count(kName, "N", a.rows);
  args.columns = cuda_count(kName, "E", a.columns);
  args.scale = a.scale;
  args.eps = a.eps;
  args.fault = stream.fault();
  stream.launch(kName, stream.backend().embedding, args);
}

void cuda_gather_rows(CudaStream& stream, const GatherRowsArgs& a) {
  constexpr const char* kName = "gather_rows";
  const cuda::GatherRowsArgs args{.x = a.x,
                                  .rows = a.rows,
                                  .y = a.y,
                                  .x_stride = a.x_stride,
                                  .y_stride = a.y_stride,
                                  .x_rows = cuda_count(kName, "N", a.x_rows),
                                  .y_rows = cuda_count(kName, "R", a.y_rows),
                                  .columns = cuda_count(kName, "E", a.columns),
                                  .fault = stream.fault()};
  stream.launch(kName, stream.backend().gather_rows, args);
}

cuda::PoolingArgs cuda_pooling_args(CudaStream& stream,
                                    const char* operation,
                                    const PoolingArgs& a) {
  return {.x = a.x,
          .cu_seqlens = a.cu_seqlens,
          .y = a.y,
          .x_stride = a.x_stride,
          .y_stride = a.y_stride,
          .tokens = cuda_count(operation, "N", a.tokens),
          .sequences = cuda_count(operation, "B", a.sequences),
          .columns = cuda_count(operation, "E", a.columns),
          .mode = a.mode,
          .normalize = a.normalize,
          .fault = stream.fault()};
}

void cuda_pooling(CudaStream& stream, const PoolingArgs& a) {
  constexpr const char* kName = "pooling";
  stream.launch(kName, stream.backend().pooling, cuda_pooling_args(stream, kName, a));
}

void cuda_top_k(Stream& stream, const gatun_top_k_params& p) {
  constexpr const char* kName = "top_k";
  cuda::TopKArgs args{};
  args.x = f32_data(p.x);
  args.values = f32_data(p.values);
  args.indices = i32_data(p.indices);
  args.log_sum_exp = f32_data(p.log_sum_exp);
  args.x_stride = row_stride(p.x);
  args.values_stride = row_stride(p.values);
  args.indices_stride = row_stride(p.indices);
  args.rows = cuda_count(kName, "N", p.x.shape[0]);
  args.columns = cuda_count(kName, "V", p.x.shape[1]);
  args.k = cuda_count(kName, "k", p.indices.shape[1]);
  const int64_t blocks = args.rows * cuda::top_k_blocks(args);
  const int64_t candidate_bytes = blocks * args.k * static_cast<int64_t>(sizeof(uint64_t));
  const int64_t partial_bytes = blocks * static_cast<int64_t>(sizeof(SoftmaxPartial));
  auto* scratch = static_cast<std::byte*>(stream.scratch(candidate_bytes + partial_bytes));
  args.candidates = reinterpret_cast<uint64_t*>(scratch);
  args.partials = reinterpret_cast<SoftmaxPartial*>(scratch + candidate_bytes);
  stream.cuda()->launch(kName, stream.cuda()->backend().top_k, args);
}

}  // namespace gatun
