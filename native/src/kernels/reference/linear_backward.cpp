// SPDX-License-Identifier: Apache-2.0
// The oracle of gradients of products: weights widened to f32 as their format defines them, sums in
// double.
#include "kernels/linear_backward.h"

#include <algorithm>

namespace gatun::reference {
namespace {

// dx [X, K], columns split over the team. `sums` [N, K] double, `w` [K] of this member.
void backward_x(const LinearBackwardArgs& args, const Team& team, double* sums, float* w) {
  const int64_t columns = args.columns;
  const auto [begin, end] = team.share(columns);
  for (int64_t n = 0; n < args.row_count; ++n)
    std::fill(sums + n * columns + begin, sums + n * columns + end, 0.0);
  for (int i = 0; i < args.products; ++i) {
    const LinearBackwardArgs::Product& product = args.product[i];
    const cpu::PackedWeight& weight = *product.weight;
    for (int64_t o = 0; o < product.outputs; ++o) {
      weight.format->unpack_row(weight.panel(o / cpu::kPanelRows),
                                static_cast<int>(o % cpu::kPanelRows), columns, w);
      for (int64_t n = 0; n < args.row_count; ++n) {
        const double dz = double{args.scale} * double{product.dy[n * product.dy_stride + o]};
        for (int64_t k = begin; k < end; ++k) sums[n * columns + k] += dz * double{w[k]};
      }
    }
  }
  for (int64_t n = 0; n < args.row_count; ++n) {
    const int64_t row = args.row_of(n);
    for (int64_t k = begin; row >= 0 && k < end; ++k) {
      float& dx = args.dx[row * args.dx_stride + k];
      dx = static_cast<float>((args.accumulate ? double{dx} : 0.0) + sums[n * columns + k]);
    }
  }
}

// dweight [ceil(O / 16)][K][16] and dbias [O], outputs split over the team.
void backward_parameters(const LinearBackwardArgs& args,
                         const LinearBackwardArgs::Product& product,
                         const Team& team) {
  const auto [begin, end] = team.share(product.outputs);
  for (int64_t o = begin; o < end; ++o) {
    for (int64_t k = 0; product.dweight != nullptr && k < args.columns; ++k) {
      double sum = 0;
      for (int64_t n = 0; n < args.row_count; ++n) {
        const int64_t row = args.row_of(n);
        if (row < 0) continue;
        sum +=
            double{product.dy[n * product.dy_stride + o]} * double{args.x[row * args.x_stride + k]};
      }
      float& dweight = product.dweight[(o / cpu::kPanelRows * args.columns + k) * cpu::kPanelRows +
                                       o % cpu::kPanelRows];
      dweight = static_cast<float>(double{dweight} + double{args.scale} * sum);
    }
    if (product.dbias == nullptr) continue;
    double sum = 0;
    for (int64_t n = 0; n < args.row_count; ++n)
      sum += double{product.dy[n * product.dy_stride + o]};
    product.dbias[o] = static_cast<float>(double{product.dbias[o]} + sum);
  }
}

}  // namespace

int64_t linear_backward_scratch_bytes(const LinearBackwardArgs& args, int members) {
  if (args.dx == nullptr) return 0;
  return args.row_count * args.columns * 8 + members * args.columns * 4;
}

void linear_backward(const LinearBackwardArgs& args, const Team& team) {
  if (team.index() == 0) check_rows(args);
  if (args.dx != nullptr) {
    for (int i = 0; team.index() == 0 && i < args.products; ++i) args.device->count_weight_pass();
    auto* sums = reinterpret_cast<double*>(args.scratch);
    auto* w = reinterpret_cast<float*>(sums + args.row_count * args.columns);
    backward_x(args, team, sums, w + team.index() * args.columns);
  }
  for (int i = 0; i < args.products; ++i) backward_parameters(args, args.product[i], team);
}

}  // namespace gatun::reference
