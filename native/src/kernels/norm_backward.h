// SPDX-License-Identifier: Apache-2.0
// Backward of layer_norm and rms_norm. With g = dy * (offset + weight):
//   layer_norm  r = 1 / sqrt(var + eps), x' = (x - mean) r:  dx = r (g - mean(g) - x' mean(g x'))
//   rms_norm    r = 1 / sqrt(mean(x^2) + eps), x' = x r:     dx = r (g - x' mean(g x'))
//   dweight += sum_n dy x', dbias += sum_n dy
//
// Rows are split over the team for dx; the sums over rows are split over columns, or made of parts
// whose number depends on N alone. dx may be x or dy: an element of it is written when everything
// that needs the old one is done.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "runtime/team.h"

namespace gatun {

struct NormBackwardArgs {
  const float* x;                          // [N, E]
  const float* weight;                     // [E]
  const float* dy;                         // [N, E]
  float* dx;                               // optional [N, E]
  float* dweight;                          // optional [E]
  float* dbias;                            // optional [E]
  int64_t x_stride, dy_stride, dx_stride;  // of rows
  int64_t rows;                            // N
  int64_t columns;                         // E
  float eps;
  float weight_offset;
  bool accumulate;     // of dx
  std::byte* scratch;  // as many bytes as the implementation asks for, 64-byte aligned
};

namespace reference {
int64_t norm_backward_scratch_bytes(const NormBackwardArgs& args, int members);
void layer_norm_backward(const NormBackwardArgs& args, const Team& team);
void rms_norm_backward(const NormBackwardArgs& args, const Team& team);
}  // namespace reference

namespace cpu {

namespace {

// Rows in chunks, each with its own part of dweight and dbias in scratch memory.
struct NormBackwardChunks {
  static constexpr int64_t kLeastRows = 16;  // their gradients cost more than adding one more part
  static constexpr int64_t kMost = 64;

  int64_t rows;   // of a chunk
  int64_t count;  // of chunks

  explicit NormBackwardChunks(const NormBackwardArgs& args)
      : rows(std::max(kLeastRows, (args.rows + kMost - 1) / kMost)),
        count((args.rows + rows - 1) / rows) {}

  float* dweight(const NormBackwardArgs& args, int64_t chunk) const {
    return reinterpret_cast<float*>(args.scratch) + 2 * chunk * args.columns;
  }
  float* dbias(const NormBackwardArgs& args, int64_t chunk) const {
    return dweight(args, chunk) + args.columns;
  }
};

inline int64_t norm_backward_scratch_bytes(const NormBackwardArgs& args, int) {
  return NormBackwardChunks(args).count * 2 * args.columns * 4;
}

}  // namespace

namespace avx2 {
void layer_norm_backward(const NormBackwardArgs& args, const Team& team);
void rms_norm_backward(const NormBackwardArgs& args, const Team& team);
}  // namespace avx2
namespace avx512 {
void layer_norm_backward(const NormBackwardArgs& args, const Team& team);
void rms_norm_backward(const NormBackwardArgs& args, const Team& team);
}  // namespace avx512
}  // namespace cpu

}  // namespace gatun
