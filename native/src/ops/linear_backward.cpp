// SPDX-License-Identifier: Apache-2.0
#include "kernels/linear_backward.h"

#include <array>

#include "kernels/cpu/linear_backward.h"
#include "ops/cuda_linear.h"
#include "ops/linear.h"
#include "ops/ops.h"
#include "ops/panel_order.h"

namespace gatun {
namespace {

struct Kernel {
  void (*run)(const LinearBackwardArgs&, const Team&);
  int64_t (*scratch_bytes)(const LinearBackwardArgs&, int members);
};

constexpr std::array<Implementation<Kernel>, 4> kImplementations{{
    {IsaTier::kAmx, {cpu::amx::linear_backward, cpu::amx::linear_backward_scratch_bytes}},
    {IsaTier::kAvx512, {cpu::avx512::linear_backward, cpu::linear_backward_scratch_bytes}},
    {IsaTier::kAvx2, {cpu::avx2::linear_backward, cpu::linear_backward_scratch_bytes}},
    {IsaTier::kGeneric, {reference::linear_backward, reference::linear_backward_scratch_bytes}},
}};

constexpr const char* kWeightNames[] = {"weight[0]", "weight[1]", "weight[2]"};
constexpr const char* kDyNames[] = {"dy[0]", "dy[1]", "dy[2]"};
constexpr const char* kDweightNames[] = {"dweight[0]", "dweight[1]", "dweight[2]"};
constexpr const char* kDbiasNames[] = {"dbias[0]", "dbias[1]", "dbias[2]"};

// x and dx [N, K], or with rows [X, K].
void take_rows(ArgumentCheck& check,
               const gatun_linear_backward_params& p,
               LinearBackwardArgs& args) {
  check.binds(kDyNames[0], p.dy[0], GATUN_DTYPE_F32, 2, "[N, O]");
  args.row_count = args.x_rows = p.dy[0].shape[0];
  if (check.matches_if_given("rows", p.rows, GATUN_DTYPE_I32, "[R]", {args.row_count}))
    args.rows = i32_data(p.rows);
  const bool has_x = is_given(p.x), has_dx = is_given(p.dx);
  if (has_x || has_dx) {
    const gatun_tensor& first = has_x ? p.x : p.dx;
    check.binds(has_x ? "x" : "dx", first, GATUN_DTYPE_F32, 2, "[N, K]");
    args.columns = first.shape[1];
    if (args.rows != nullptr) args.x_rows = first.shape[0];
  }
  if (check.matches_if_given("x", p.x, GATUN_DTYPE_F32, "[N, K]", {args.x_rows, args.columns})) {
    args.x = f32_data(p.x);
    args.x_stride = row_stride(p.x);
  }
  if (check.matches_if_given("dx", p.dx, GATUN_DTYPE_F32, "[N, K]", {args.x_rows, args.columns})) {
    args.dx = f32_data(p.dx);
    args.dx_stride = row_stride(p.dx);
    check.apart("dx", p.dx, "x", p.x);
    if (is_given(p.rows) && p.accumulate == 0) {
      check.fail(
          "accumulate is 0 with rows, expected 1: dx rows that are not in rows keep their values, "
          "so zero dx first");
    }
  }
}

LinearBackwardArgs::Product take_product(ArgumentCheck& check,
                                         const gatun_linear_backward_params& p,
                                         const LinearBackwardArgs& args,
                                         int i,
                                         const Stream& stream) {
  LinearBackwardArgs::Product product;
  if (p.dy[i].rank == 2) product.outputs = p.dy[i].shape[1];
  if (args.dx != nullptr || (p.weight[i] != nullptr && args.columns > 0)) {
    product.weight = &checked_weight(check, kWeightNames[i], p.weight[i], stream, args.columns);
    product.outputs = product.weight->rows;
  }
  check.matches(kDyNames[i], p.dy[i], GATUN_DTYPE_F32, "[N, O]", {args.row_count, product.outputs});
  check.apart("dx", p.dx, kDyNames[i], p.dy[i]);
  product.dy = f32_data(p.dy[i]);
  product.dy_stride = row_stride(p.dy[i]);
  if (is_given(p.dweight[i])) {
    if (args.x == nullptr && !is_given(p.x))
      check.fail("x is missing, expected [N, K] for " + std::string(kDweightNames[i]));
    check.matches(kDweightNames[i], p.dweight[i], GATUN_DTYPE_F32, "[ceil(O / 16) K 16]",
                  {panel_order_count(check, kDweightNames[i], product.outputs, args.columns)});
    check.apart(kDweightNames[i], p.dweight[i], "x", p.x);
    check.apart(kDweightNames[i], p.dweight[i], "dx", p.dx);
    for (int j = 0; j < i; ++j)
      check.apart(kDweightNames[i], p.dweight[i], kDweightNames[j], p.dweight[j]);
    product.dweight = f32_data(p.dweight[i]);
  }
  if (check.matches_if_given(kDbiasNames[i], p.dbias[i], GATUN_DTYPE_F32, "[O]",
                             {product.outputs})) {
    for (int j = 0; j < i; ++j) check.apart(kDbiasNames[i], p.dbias[i], kDbiasNames[j], p.dbias[j]);
    product.dbias = f32_data(p.dbias[i]);
  }
  return product;
}

}  // namespace

LinearBackwardArgs linear_backward_args(Stream& stream, const gatun_linear_backward_params& p) {
  ArgumentCheck check("linear_backward", stream);
  LinearBackwardArgs args;
  args.products = p.outputs == 0 ? 1 : p.outputs;
  check.one_of("outputs", args.products, 1, GATUN_LINEAR_MAX_OUTPUTS);
  check.one_of("accumulate", p.accumulate, 0, 1);
  args.accumulate = p.accumulate != 0;
  args.scale = p.scale == 0 ? 1 : p.scale;
  take_rows(check, p, args);
  for (int i = 0; i < args.products; ++i) args.product[i] = take_product(check, p, args, i, stream);
  args.fault = &stream.fault();
  args.device = &stream.device();
  return args;
}

void linear_backward(Stream& stream, const gatun_linear_backward_params& p) {
  LinearBackwardArgs args = linear_backward_args(stream, p);
  if (stream.cuda() != nullptr) return cuda_linear_backward(stream, args);
  const Kernel kernel = select_implementation(kImplementations, stream.tier());
  args.scratch =
      static_cast<std::byte*>(stream.scratch(kernel.scratch_bytes(args, stream.threads())));
  stream.submit("linear_backward", kernel.run, args);
}

}  // namespace gatun
