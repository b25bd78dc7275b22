// SPDX-License-Identifier: Apache-2.0
#include "ops/linear.h"

#include <array>

#include "ops/cuda_linear.h"
#include "ops/ops.h"

namespace gatun {
namespace {

struct LinearKernel {
  void (*run)(const LinearArgs&, const Team&);
  int64_t (*scratch_bytes)(const LinearArgs&, int members);
};

constexpr std::array<Implementation<LinearKernel>, 3> kImplementations{{
    {IsaTier::kAvx512, {cpu::avx512::linear, cpu::linear_scratch_bytes}},
    {IsaTier::kAvx2, {cpu::avx2::linear, cpu::linear_scratch_bytes}},
    {IsaTier::kGeneric, {reference::linear, reference::linear_scratch_bytes}},
}};

constexpr const char* kWeightNames[] = {"weight[0]", "weight[1]", "weight[2]"};
constexpr const char* kBiasNames[] = {"bias[0]", "bias[1]", "bias[2]"};
constexpr const char* kOutputNames[] = {"y[0]", "y[1]", "y[2]"};

}  // namespace

const cpu::PackedWeight& checked_weight(const ArgumentCheck& check,
                                        const char* name,
                                        const gatun_weight* weight,
                                        const Stream& stream,
                                        int64_t columns) {
  if (weight == nullptr) check.fail(std::string(name) + " is NULL, expected a weight [O, K]");
  if (&weight->device != &stream.device()) {
    check.fail(std::string(name) + " belongs to another device than the stream");
  }
  const cpu::PackedWeight& packed = weight->packed;
  if (packed.columns != columns) {
    check.fail(std::string(name) + " has shape " + shape_text({packed.rows, packed.columns}) +
               ", expected [O, K] with K = " + std::to_string(columns) + " from x [N, K]");
  }
  return packed;
}

const float* optional_bias(ArgumentCheck& check,
                           const char* name,
                           const gatun_tensor& bias,
                           int64_t length) {
  return check.matches_if_given(name, bias, GATUN_DTYPE_F32, "[O]", {length}) ? f32_data(bias)
                                                                              : nullptr;
}

void submit_linear(Stream& stream, const char* operation, LinearArgs args) {
  if (args.row_count == 0) return;
  if (stream.cuda() != nullptr) return cuda_linear(stream, operation, args);
  const LinearKernel kernel = select_implementation(kImplementations, stream.tier());
  args.device = &stream.device();
  args.fault = &stream.fault();
  args.scratch =
      static_cast<std::byte*>(stream.scratch(kernel.scratch_bytes(args, stream.threads())));
  stream.submit(operation, kernel.run, args);
}

void linear_forward(Stream& stream, const gatun_linear_params& params) {
  ArgumentCheck check("linear", stream);
  LinearArgs args;
  args.outputs = params.outputs == 0 ? 1 : params.outputs;
  check.one_of("outputs", args.outputs, 1, GATUN_LINEAR_MAX_OUTPUTS);
  check.one_of("activation", params.activation, GATUN_ACTIVATION_NONE, GATUN_ACTIVATION_SIGMOID);
  check.not_negative("softcap", params.softcap);
  args.activation = params.activation;
  args.scale = params.scale == 0 ? 1 : params.scale;
  args.softcap = params.softcap;

  check.binds("x", params.x, GATUN_DTYPE_F32, 2, "[N, K]");
  args.x = f32_data(params.x);
  args.x_stride = row_stride(params.x);
  args.x_rows = params.x.shape[0];
  args.columns = params.x.shape[1];
  args.row_count = args.x_rows;
  if (is_given(params.rows)) {
    args.row_count = params.rows.shape[0];
    check.matches("rows", params.rows, GATUN_DTYPE_I32, "[N]", {args.row_count});
    args.rows = i32_data(params.rows);
  }

  for (int i = 0; i < args.outputs; ++i) {
    const cpu::PackedWeight& weight =
        checked_weight(check, kWeightNames[i], params.weight[i], stream, args.columns);
    check.matches(kOutputNames[i], params.y[i], GATUN_DTYPE_F32, "[N, O]",
                  {args.row_count, weight.rows});
    check.apart(kOutputNames[i], params.y[i], "x", params.x);
    for (int j = 0; j < i; ++j)
      check.apart(kOutputNames[i], params.y[i], kOutputNames[j], params.y[j]);
    args.output[i] = {&weight, optional_bias(check, kBiasNames[i], params.bias[i], weight.rows),
                      f32_data(params.y[i]), row_stride(params.y[i])};
  }
  if (is_given(params.residual)) {
    if (args.outputs != 1)
      check.fail("residual is given for several outputs, expected outputs = 1");
    check.matches("residual", params.residual, GATUN_DTYPE_F32, "[N, O]",
                  {args.row_count, args.output[0].weight->rows});
    check.apart_or_same("y[0]", params.y[0], "residual", params.residual);
    args.residual = f32_data(params.residual);
    args.residual_stride = row_stride(params.residual);
  }
  submit_linear(stream, "linear", args);
}

}  // namespace gatun
