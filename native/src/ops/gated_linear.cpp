// SPDX-License-Identifier: Apache-2.0
#include "ops/linear.h"
#include "ops/ops.h"

namespace gatun {

void gated_linear_forward(Stream& stream, const gatun_gated_linear_params& params) {
  ArgumentCheck check("gated_linear", stream);
  LinearArgs args;
  args.outputs = 2;
  args.gated = true;
  check.one_of("activation", params.activation, GATUN_ACTIVATION_NONE, GATUN_ACTIVATION_SIGMOID);
  args.activation = params.activation;

  check.binds("x", params.x, GATUN_DTYPE_F32, 2, "[N, K]");
  args.x = f32_data(params.x);
  args.x_stride = row_stride(params.x);
  args.x_rows = params.x.shape[0];
  args.columns = params.x.shape[1];
  args.row_count = args.x_rows;

  const cpu::PackedWeight& gate = checked_weight(check, "gate", params.gate, stream, args.columns);
  const cpu::PackedWeight& up = checked_weight(check, "up", params.up, stream, args.columns);
  if (up.rows != gate.rows) {
    check.fail("up has shape " + shape_text({up.rows, up.columns}) +
               ", expected [F, K] with F = " + std::to_string(gate.rows) + " from gate");
  }
  check.matches("y", params.y, GATUN_DTYPE_F32, "[N, F]", {args.row_count, gate.rows});
  check.apart("y", params.y, "x", params.x);
  args.output[0] = {&gate, optional_bias(check, "gate_bias", params.gate_bias, gate.rows),
                    f32_data(params.y), row_stride(params.y)};
  args.output[1] = {&up, optional_bias(check, "up_bias", params.up_bias, up.rows), nullptr, 0};
  submit_linear(stream, "gated_linear", args);
}

}  // namespace gatun
