// SPDX-License-Identifier: Apache-2.0
#include "kernels/norm_backward.h"

#include <cmath>

namespace gatun::reference {
namespace {

// x' of a row is (x - mean) * inverse.
struct RowStatistics {
  double mean;
  double inverse;
};

template <bool kCentred>
RowStatistics statistics(const NormBackwardArgs& args, int64_t n) {
  const float* x = args.x + n * args.x_stride;
  const auto count = static_cast<double>(args.columns);
  double mean = 0, squares = 0;
  for (int64_t e = 0; kCentred && e < args.columns; ++e) mean += double{x[e]};
  mean /= count;
  for (int64_t e = 0; e < args.columns; ++e) squares += (x[e] - mean) * (x[e] - mean);
  return {mean, 1 / std::sqrt(squares / count + double{args.eps})};
}

template <bool kCentred>
void backward_row(const NormBackwardArgs& args, int64_t n, const RowStatistics& row) {
  const float* x = args.x + n * args.x_stride;
  const float* dy = args.dy + n * args.dy_stride;
  float* dx = args.dx + n * args.dx_stride;
  const auto count = static_cast<double>(args.columns);
  const auto g = [&](int64_t e) {
    return double{dy[e]} * (double{args.weight_offset} + double{args.weight[e]});
  };
  const auto normal = [&](int64_t e) { return (x[e] - row.mean) * row.inverse; };
  double mean = 0, product = 0;
  for (int64_t e = 0; e < args.columns; ++e) {
    if (kCentred) mean += g(e) / count;
    product += g(e) * normal(e) / count;
  }
  for (int64_t e = 0; e < args.columns; ++e) {
    const double value = row.inverse * (g(e) - mean - normal(e) * product);
    dx[e] = static_cast<float>(value + (args.accumulate ? double{dx[e]} : 0.0));
  }
}

template <bool kCentred>
void norm_backward(const NormBackwardArgs& args, const Team& team) {
  auto* rows = reinterpret_cast<RowStatistics*>(args.scratch);  // [N]
  const Team::Range mine = team.share(args.rows);
  for (int64_t n = mine.begin; n < mine.end; ++n) rows[n] = statistics<kCentred>(args, n);
  team.barrier();
  const Team::Range columns = team.share(args.columns);
  for (int64_t e = columns.begin; e < columns.end; ++e) {
    double dweight = 0, dbias = 0;
    for (int64_t n = 0; n < args.rows; ++n) {
      const double dy{args.dy[n * args.dy_stride + e]};
      dweight += dy * (args.x[n * args.x_stride + e] - rows[n].mean) * rows[n].inverse;
      dbias += dy;
    }
    if (args.dweight != nullptr)
      args.dweight[e] = static_cast<float>(double{args.dweight[e]} + dweight);
    if (args.dbias != nullptr) args.dbias[e] = static_cast<float>(double{args.dbias[e]} + dbias);
  }
  team.barrier();
  for (int64_t n = mine.begin; args.dx != nullptr && n < mine.end; ++n)
    backward_row<kCentred>(args, n, rows[n]);
}

}  // namespace

int64_t norm_backward_scratch_bytes(const NormBackwardArgs& args, int) {
  return args.rows * static_cast<int64_t>(sizeof(RowStatistics));
}

void layer_norm_backward(const NormBackwardArgs& args, const Team& team) {
  norm_backward<true>(args, team);
}

void rms_norm_backward(const NormBackwardArgs& args, const Team& team) {
  norm_backward<false>(args, team);
}

}  // namespace gatun::reference
