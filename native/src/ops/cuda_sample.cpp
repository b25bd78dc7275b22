// SPDX-License-Identifier: Apache-2.0
#include "ops/cuda_sample.h"

#include <cstring>

#include "kernels/cuda/sample.h"
#include "ops/check.h"
#include "ops/cuda_rows.h"
#include "runtime/cuda_stream.h"

namespace gatun {

// Rows and history are handed over in memory that the device reads where it is.
void cuda_sample(Stream& stream, const gatun_sample_params& p) {
  constexpr const char* kName = "sample";
  CudaStream& cuda = *stream.cuda();
  cuda::SampleArgs args{};
  args.scores = f32_data(p.scores);
  args.tokens = i32_data(p.tokens);
  args.scores_stride = row_stride(p.scores);
  args.row_count = cuda_count(kName, "N", p.scores.shape[0]);
  args.columns = cuda_count(kName, "V", p.scores.shape[1]);
  const int64_t values = int64_t{args.row_count} * args.columns;
  const int64_t candidate_bytes = values * static_cast<int64_t>(sizeof(uint64_t));
  const bool has_history = p.history != nullptr && p.history_length > 0;
  const int64_t count_bytes = has_history ? values * static_cast<int64_t>(sizeof(int32_t)) : 0;
  auto* scratch = static_cast<std::byte*>(stream.scratch(candidate_bytes + count_bytes));
  if (args.row_count == 0 || cuda.planning()) return;
  args.candidates = reinterpret_cast<uint64_t*>(scratch);
  const int64_t row_bytes = args.row_count * static_cast<int64_t>(sizeof(gatun_sample_row));
  const int64_t history_bytes =
      has_history ? p.history_length * static_cast<int64_t>(sizeof(int32_t)) : 0;
  std::byte* staged = cuda.stage(row_bytes + history_bytes, kName);
  std::memcpy(staged, p.rows, static_cast<size_t>(row_bytes));
  args.rows = reinterpret_cast<const cuda::SampleRow*>(staged);
  if (has_history) {
    std::memcpy(staged + row_bytes, p.history, static_cast<size_t>(history_bytes));
    args.history = reinterpret_cast<const int32_t*>(staged + row_bytes);
    args.counts = reinterpret_cast<int32_t*>(scratch + candidate_bytes);
    cuda.clear(args.counts, count_bytes, kName);
  }
  cuda.launch(kName, cuda.backend().sample, args);
}

}  // namespace gatun
