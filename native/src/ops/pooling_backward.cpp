// SPDX-License-Identifier: Apache-2.0
#include "kernels/pooling_backward.h"

#include <array>

#include "ops/check.h"
#include "ops/cuda_gradients.h"
#include "ops/ops.h"

namespace gatun {
namespace {

struct Kernel {
  void (*run)(const PoolingBackwardArgs&, const Team&);
  int64_t (*scratch_bytes)(const PoolingBackwardArgs&, int members);
};

constexpr std::array<Implementation<Kernel>, 3> kImplementations{{
    {IsaTier::kAvx512, {cpu::avx512::pooling_backward, cpu::pooling_backward_scratch_bytes}},
    {IsaTier::kAvx2, {cpu::avx2::pooling_backward, cpu::pooling_backward_scratch_bytes}},
    {IsaTier::kGeneric, {reference::pooling_backward, reference::pooling_backward_scratch_bytes}},
}};

}  // namespace

void pooling_backward(Stream& stream, const gatun_pooling_backward_params& p) {
  ArgumentCheck check("pooling_backward", stream);
  check.binds("dx", p.dx, GATUN_DTYPE_F32, 2, "[N, E]");
  check.binds("cu_seqlens", p.cu_seqlens, GATUN_DTYPE_I32, 1, "[B + 1]");
  const int64_t tokens = p.dx.shape[0], columns = p.dx.shape[1];
  const int64_t sequences = p.cu_seqlens.shape[0] - 1;
  if (sequences < 0)
    check.fail("cu_seqlens has shape [0], expected [B + 1] with at least one element");
  check.one_of("mode", p.mode, GATUN_POOLING_MEAN, GATUN_POOLING_MAX);
  check.one_of("accumulate", p.accumulate, 0, 1);
  const bool has_x = check.matches_if_given("x", p.x, GATUN_DTYPE_F32, "[N, E]", {tokens, columns});
  if (!has_x && (p.mode == GATUN_POOLING_MAX || p.normalize != 0))
    check.fail("x is missing, expected [N, E] for the maximum or normalize");
  check.matches("dy", p.dy, GATUN_DTYPE_F32, "[B, E]", {sequences, columns});
  check.apart("dx", p.dx, "x", p.x);
  check.apart("dx", p.dx, "dy", p.dy);
  check.apart("dx", p.dx, "cu_seqlens", p.cu_seqlens);
  PoolingBackwardArgs args{.pooling = {.x = f32_data(p.x),
                                       .cu_seqlens = i32_data(p.cu_seqlens),
                                       .y = nullptr,
                                       .x_stride = row_stride(p.x),
                                       .y_stride = 0,
                                       .tokens = tokens,
                                       .sequences = sequences,
                                       .columns = columns,
                                       .mode = p.mode,
                                       .normalize = p.normalize,
                                       .fault = &stream.fault()},
                           .dy = f32_data(p.dy),
                           .dx = f32_data(p.dx),
                           .dy_stride = row_stride(p.dy),
                           .dx_stride = row_stride(p.dx),
                           .accumulate = p.accumulate != 0,
                           .scratch = nullptr};
  if (stream.cuda() != nullptr) return cuda_pooling_backward(*stream.cuda(), args);
  const Kernel kernel = select_implementation(kImplementations, stream.tier());
  args.scratch = static_cast<float*>(stream.scratch(kernel.scratch_bytes(args, stream.threads())));
  stream.submit("pooling_backward", kernel.run, args);
}

}  // namespace gatun
