// SPDX-License-Identifier: Apache-2.0
#include "ops/cuda_gradients.h"

#include "kernels/cuda/cross_entropy.h"
#include "kernels/cuda/embedding_backward.h"
#include "kernels/cuda/gather_rows_backward.h"
#include "kernels/cuda/pooling_backward.h"
#include "ops/cuda_rows.h"

namespace gatun {

void cuda_cross_entropy(Stream& stream, const CrossEntropyArgs& a) {
  constexpr const char* kName = "cross_entropy";
  CudaStream& cuda = *stream.cuda();
  cuda::CrossEntropyArgs args{};
  args.x = a.x;
  args.labels = a.labels;
  args.cu_seqlens = a.cu_seqlens;
  args.loss = a.loss;
  args.log_sum_exp = a.log_sum_exp;
  args.dx = a.dx;
  args.correct = a.correct;
  args.x_stride = a.x_stride;
  args.dx_stride = a.dx_stride;
  args.rows = cuda_count(kName, "N", a.rows);
  args.columns = cuda_count(kName, "the number of columns", a.columns);
  args.sequences = cuda_count(kName, "B", a.sequences);
  args.smoothing = a.smoothing;
  args.z_loss = a.z_loss;
  args.scale = a.scale;
  args.fault = cuda.fault();
  if (args.cu_seqlens == nullptr) {
    const int64_t partials = args.rows * cuda::cross_entropy_blocks(args);
    args.partials = static_cast<cuda::CrossEntropyPartial*>(
        stream.scratch(partials * static_cast<int64_t>(sizeof(cuda::CrossEntropyPartial))));
  }
  cuda.launch(kName, cuda.backend().cross_entropy, args);
}

void cuda_embedding_backward(CudaStream& stream, const EmbeddingBackwardArgs& a) {
  constexpr const char* kName = "embedding_backward";
  cuda::EmbeddingBackwardArgs args{};
  for (size_t i = 0; i < std::size(a.lookups); ++i) {
    const EmbeddingBackwardArgs::Lookup& lookup = a.lookups[i];
    if (lookup.dtable == nullptr) continue;
    args.lookups[i] = {lookup.ids, lookup.dtable,
                       cuda_count(kName, "the number of rows of a table", lookup.rows),
                       lookup.scale};
  }
  args.dy = a.dy;
  args.dy_stride = a.dy_stride;
  args.tokens = cuda_count(kName, "N", a.rows);
  args.columns = cuda_count(kName, "E", a.columns);
  args.fault = stream.fault();
  stream.launch(kName, stream.backend().embedding_backward, args);
}

void cuda_gather_rows_backward(CudaStream& stream,
                               const char* operation,
                               const GatherRowsBackwardArgs& a) {
  const cuda::GatherRowsBackwardArgs args{.rows = a.rows,
                                          .dy = a.dy,
                                          .dx = a.dx,
                                          .dy_stride = a.dy_stride,
                                          .dx_stride = a.dx_stride,
                                          .dy_rows = cuda_count(operation, "R", a.dy_rows),
                                          .dx_rows = cuda_count(operation, "N", a.dx_rows),
                                          .columns = cuda_count(operation, "E", a.columns),
                                          .fault = stream.fault()};
  stream.launch(operation, stream.backend().gather_rows_backward, args);
}

void cuda_pooling_backward(CudaStream& stream, const PoolingBackwardArgs& a) {
  constexpr const char* kName = "pooling_backward";
  const cuda::PoolingBackwardArgs args{.pooling = cuda_pooling_args(stream, kName, a.pooling),
                                       .dy = a.dy,
                                       .dx = a.dx,
                                       .dy_stride = a.dy_stride,
                                       .dx_stride = a.dx_stride,
                                       .accumulate = a.accumulate ? 1 : 0};
  stream.launch(kName, stream.backend().pooling_backward, args);
}

}  // namespace gatun
