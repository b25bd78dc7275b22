// SPDX-License-Identifier: Apache-2.0
// A block takes a row: once for the largest value, once, from the first-level cache, for the codes.
#include "kernels/cuda/linear_int8.h"
#include "kernels/cuda/reduce.h"
#include "kernels/cuda/row_access.h"
#include "kernels/cuda/tile_finish.h"

namespace gatun::cuda {
namespace {

constexpr int kThreads = 256;

struct LargestOrNan {
  __device__ float operator()(float a, float b) const { return a != a || a > b ? a : b; }
};

__global__ void __launch_bounds__(kThreads) int8_rows_kernel(Int8RowsArgs args, bool wide) {
  const int token = static_cast<int>(blockIdx.x);
  int row = args.rows == nullptr ? token : args.rows[token];
  if (row < -1 || row >= args.x_rows) {
    if (threadIdx.x == 0)
      report_fault(args.fault, FaultSource::kLinearRows, token, row, args.x_rows);
    row = -1;
  }
  const float* x = args.x + (row < 0 ? 0 : row) * args.x_stride;
  const int columns = row < 0 ? 0 : args.columns, words = static_cast<int>(args.code_stride / 4);
  float largest = 0;
  for (int i = static_cast<int>(threadIdx.x); 4 * i < columns; i += kThreads) {
    const Float4 v = load_some(x + 4 * i, min(4, columns - 4 * i), wide);
#pragma unroll
    for (int j = 0; j < 4; ++j) largest = LargestOrNan{}(fabsf(v.v[j]), largest);
  }
  float scale = block_reduce(largest, 0, LargestOrNan{}) / 127.0f;
  if (!(scale <= 3.4e38f)) scale = nanf("");
  for (int i = static_cast<int>(threadIdx.x); i < words; i += kThreads) {
    const Float4 v = load_some(x + 4 * i, max(0, min(4, columns - 4 * i)), wide);
    uint32_t codes = 0;
#pragma unroll
    for (int j = 0; j < 4; ++j) {
      // The largest quotient is above 127 where the scale is rounded among the smallest numbers.
      const float code_value = fminf(fmaxf(rintf(v.v[j] / scale), -127.0f), 127.0f);
      const int code = scale > 0 ? static_cast<int>(code_value) : 0;
      codes |= (static_cast<uint32_t>(code) & 255u) << (8 * j);
    }
    reinterpret_cast<uint32_t*>(args.codes + token * args.code_stride)[i] = codes;
  }
  if (threadIdx.x == 0) args.scales[token] = scale;
}

}  // namespace

Status int8_rows(const Int8RowsArgs& args, Stream stream) {
  return launch("int8_rows", int8_rows_kernel, {args.tokens}, kThreads, 0, stream, args,
                four_wide(args.x, args.x_stride));
}

}  // namespace gatun::cuda
