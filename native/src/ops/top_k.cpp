// SPDX-License-Identifier: Apache-2.0
#include "kernels/top_k.h"

#include <algorithm>
#include <array>

#include "ops/check.h"
#include "ops/cuda_rows.h"
#include "ops/ops.h"

namespace gatun {
namespace {

constexpr std::array<Implementation<void (*)(const TopKArgs&, const Team&)>, 3> kImplementations = {
    {
        {IsaTier::kAvx512, cpu::avx512::top_k},
        {IsaTier::kAvx2, cpu::avx2::top_k},
        {IsaTier::kGeneric, reference::top_k},
    }};

}  // namespace

void top_k_forward(Stream& stream, const gatun_top_k_params& p) {
  ArgumentCheck check("top_k", stream);
  check.binds("x", p.x, GATUN_DTYPE_F32, 2, "[N, V]");
  const int64_t rows = p.x.shape[0], columns = p.x.shape[1];
  check.fits_i32("V", columns);
  check.binds("indices", p.indices, GATUN_DTYPE_I32, 2, "[N, k]");
  const int64_t k = p.indices.shape[1];
  check.matches("indices", p.indices, GATUN_DTYPE_I32, "[N, k]", {rows, k});
  if (k < 1 || k > columns) {
    check.fail("indices has shape " + shape_text(p.indices) +
               ", expected [N, k] with 1 <= k <= V = " + std::to_string(columns));
  }
  check.matches_if_given("values", p.values, GATUN_DTYPE_F32, "[N, k]", {rows, k});
  check.matches_if_given("log_sum_exp", p.log_sum_exp, GATUN_DTYPE_F32, "[N]", {rows});
  check.apart("indices", p.indices, "x", p.x);
  check.apart("values", p.values, "x", p.x);
  check.apart("values", p.values, "indices", p.indices);
  check.apart("log_sum_exp", p.log_sum_exp, "x", p.x);
  check.apart("log_sum_exp", p.log_sum_exp, "indices", p.indices);
  check.apart("log_sum_exp", p.log_sum_exp, "values", p.values);

  if (stream.cuda() != nullptr) return cuda_top_k(stream, p);
  const int64_t blocks = (columns + kSoftmaxBlock - 1) / kSoftmaxBlock;
  const int64_t chunks = k == 1                     ? 0
                         : rows >= stream.threads() ? 1
                                                    : std::min<int64_t>(stream.threads(), columns);
  const int64_t partial_bytes = rows * blocks * static_cast<int64_t>(sizeof(SoftmaxPartial));
  const int64_t length_bytes = rows * chunks * static_cast<int64_t>(sizeof(int64_t));
  const int64_t entry_bytes =
      rows * chunks * top_k_capacity(k) * static_cast<int64_t>(sizeof(TopKEntry));
  auto* scratch =
      static_cast<std::byte*>(stream.scratch(partial_bytes + 2 * length_bytes + entry_bytes));
  const TopKArgs args{
      .x = f32_data(p.x),
      .values = f32_data(p.values),
      .indices = i32_data(p.indices),
      .log_sum_exp = f32_data(p.log_sum_exp),
      .x_stride = row_stride(p.x),
      .values_stride = row_stride(p.values),
      .indices_stride = row_stride(p.indices),
      .rows = rows,
      .columns = columns,
      .k = k,
      .partials = reinterpret_cast<SoftmaxPartial*>(scratch),
      .chunks = chunks,
      .entries = reinterpret_cast<TopKEntry*>(scratch + partial_bytes + 2 * length_bytes),
      .lengths = reinterpret_cast<int64_t*>(scratch + partial_bytes),
      .taken = reinterpret_cast<int64_t*>(scratch + partial_bytes + length_bytes)};
  stream.submit("top_k", select_implementation(kImplementations, stream.tier()), args);
}

}  // namespace gatun
