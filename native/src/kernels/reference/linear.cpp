// SPDX-License-Identifier: Apache-2.0
// The oracle of linear steps: each weight row widened to f32 as its format defines it, sums and
// epilogue in double.
#include "kernels/linear.h"

#include <cmath>

#include "kernels/reference/activation_functions.h"

namespace gatun::reference {
namespace {

// sum_k x[k] w[k]; a null x is a row of zeros.
double dot(const float* x, const float* w, int64_t columns) {
  double sum = 0;
  for (int64_t k = 0; x != nullptr && k < columns; ++k) sum += double{x[k]} * double{w[k]};
  return sum;
}

void unpack(const cpu::PackedWeight& weight, int64_t o, float* values) {
  weight.format->unpack_row(weight.panel(o / cpu::kPanelRows),
                            static_cast<int>(o % cpu::kPanelRows), weight.columns, values);
}

}  // namespace

// Two widened weight rows per member.
int64_t linear_scratch_bytes(const LinearArgs& args, int members) {
  return members * 2 * args.columns * 4;
}

void linear(const LinearArgs& args, const Team& team) {
  for (int i = 0; team.index() == 0 && i < args.outputs; ++i) args.device->count_weight_pass();
  float* w = reinterpret_cast<float*>(args.scratch) + team.index() * 2 * args.columns;  // [K]
  float* w_up = w + args.columns;                                                       // [K]
  for (int i = 0; i < (args.gated ? 1 : args.outputs); ++i) {
    const LinearOutput& output = args.output[i];
    const LinearOutput& up = args.output[1];
    const Team::Range mine = team.share(output.weight->rows);
    for (int64_t o = mine.begin; o < mine.end; ++o) {
      unpack(*output.weight, o, w);
      if (args.gated) unpack(*up.weight, o, w_up);
      for (int64_t n = 0; n < args.row_count; ++n) {
        const int64_t row = args.rows != nullptr ? args.rows[n] : n;
        const bool valid = row >= 0 && row < args.x_rows;
        if (!valid && row != -1)
          args.fault->report("linear: rows", n, row, args.x_rows, Fault::Range::kIndexOrNone);
        const float* x = valid ? args.x + row * args.x_stride : nullptr;
        double value = double{args.scale} * dot(x, w, args.columns);
        if (output.bias != nullptr) value += double{output.bias[o]};
        value = activate(args.activation, value);
        if (args.gated)
          value *= dot(x, w_up, args.columns) + (up.bias != nullptr ? double{up.bias[o]} : 0.0);
        if (args.residual != nullptr) value += double{args.residual[n * args.residual_stride + o]};
        if (args.softcap != 0)
          value = std::tanh(value / double{args.softcap}) * double{args.softcap};
        output.y[n * output.y_stride + o] = static_cast<float>(value);
      }
    }
  }
}

}  // namespace gatun::reference
