// SPDX-License-Identifier: Apache-2.0
#include "kernels/low_rank.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "ops/check.h"
#include "ops/cuda.h"
#include "ops/ops.h"
#include "ops/panel_order.h"

namespace gatun {
namespace {

constexpr std::array<Implementation<void (*)(const LowRankArgs&, const Team&)>, 3> kForward{{
    {IsaTier::kAvx512, cpu::avx512::low_rank},
    {IsaTier::kAvx2, cpu::avx2::low_rank},
    {IsaTier::kGeneric, reference::low_rank},
}};

std::string indexed(const char* name, int32_t i) {
  return std::string(name) + "[" + std::to_string(i) + "]";
}

}  // namespace

void low_rank_forward(Stream& stream, const gatun_low_rank_params& p) {
  ArgumentCheck check("low_rank", stream);
  check.binds("x", p.x, GATUN_DTYPE_F32, 2, "[N, K]");
  const int64_t tokens = p.x.shape[0], columns = p.x.shape[1];
  int64_t rows = tokens;
  if (is_given(p.rows)) {
    rows = p.rows.shape[0];
    check.matches("rows", p.rows, GATUN_DTYPE_I32, "[R]", {rows});
  }
  check.one_of("adapters", p.adapters, 0, GATUN_LOW_RANK_MOST);
  if (p.first_slot < 0)
    check.fail("first_slot is " + std::to_string(p.first_slot) + ", expected at least 0");
  if (p.y.rank != 2) check.fail("y has rank " + std::to_string(p.y.rank) + ", expected [R, O]");
  const int64_t outputs = p.y.shape[1];
  check.matches("y", p.y, GATUN_DTYPE_F32, "[R, O]", {rows, outputs});
  check.matches_if_given("slots", p.slots, GATUN_DTYPE_I32, "[N]", {tokens});
  check.apart("y", p.y, "x", p.x);
  check.apart("y", p.y, "slots", p.slots);
  check.apart("y", p.y, "rows", p.rows);
  LowRankArgs args{.x = f32_data(p.x),
                   .slots = is_given(p.slots) ? i32_data(p.slots) : nullptr,
                   .tokens = is_given(p.rows) ? i32_data(p.rows) : nullptr,
                   .inner = nullptr,
                   .y = f32_data(p.y),
                   .x_stride = row_stride(p.x),
                   .y_stride = row_stride(p.y),
                   .inner_stride = 0,
                   .rows = rows,
                   .x_rows = tokens,
                   .columns = columns,
                   .outputs = outputs,
                   .first_slot = p.first_slot,
                   .adapters = p.adapters,
                   .adapter = {}};
  int64_t most = 0;
  for (int32_t i = 0; i < p.adapters; ++i) {
    const int64_t rank = p.rank[i];
    if (rank == 0) continue;
    if (rank < 0) check.fail(indexed("rank", i) + " is " + std::to_string(rank));
    const std::string a = indexed("a", i), b = indexed("b", i);
    check.matches(a.c_str(), p.a[i], GATUN_DTYPE_F32, "[ceil(r / 16) K 16]",
                  {panel_order_count(check, a.c_str(), rank, columns)});
    check.matches(b.c_str(), p.b[i], GATUN_DTYPE_F32, "[ceil(O / 16) r 16]",
                  {panel_order_count(check, b.c_str(), outputs, rank)});
    check.apart("y", p.y, a.c_str(), p.a[i]);
    check.apart("y", p.y, b.c_str(), p.b[i]);
    if (!std::isfinite(p.scale[i])) check.fail(indexed("scale", i) + " is not finite");
    args.adapter[i] = {f32_data(p.a[i]), f32_data(p.b[i]), rank, p.scale[i]};
    most = std::max(most, rank);
  }
  if (most == 0) return;
  args.inner_stride = (most + kLowRankPanel - 1) / kLowRankPanel * kLowRankPanel;
  int64_t bytes = 0;
  if (__builtin_mul_overflow(args.inner_stride * int64_t{sizeof(float)}, rows, &bytes))
    check.fail("x has too many rows");
  args.inner = static_cast<float*>(stream.scratch(bytes));
  if (submit_cuda(stream, "low_rank", &cuda::Backend::low_rank, args)) return;
  stream.submit("low_rank", select_implementation(kForward, stream.tier()), args);
}

}  // namespace gatun
