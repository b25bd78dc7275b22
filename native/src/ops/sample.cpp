// SPDX-License-Identifier: Apache-2.0
#include "kernels/sample.h"

#include <cmath>
#include <string>

#include "ops/check.h"
#include "ops/cuda_sample.h"
#include "ops/ops.h"
#include "runtime/error.h"

namespace gatun {
namespace {

constexpr const char* kName = "sample";

void check_row(const ArgumentCheck& check, const gatun_sample_params& p, int64_t n) {
  const gatun_sample_row& row = p.rows[n];
  const std::string name = "rows[" + std::to_string(n) + "].";
  const auto fail = [&](const char* field, double value, const char* expected) {
    check.fail(name + field + " is " + std::to_string(value) + ", expected " + expected);
  };
  const bool has_temperature = row.temperature > 0 && std::isfinite(row.temperature);
  const bool has_repetition = row.repetition > 0 && std::isfinite(row.repetition);
  if (!has_temperature) fail("temperature", double{row.temperature}, "a number above 0");
  if (!has_repetition) fail("repetition", double{row.repetition}, "a number above 0");
  if (!std::isfinite(row.frequency)) fail("frequency", row.frequency, "a number");
  if (!std::isfinite(row.presence)) fail("presence", row.presence, "a number");
  if (!(row.top_p > 0)) fail("top_p", row.top_p, "more than 0, 1 for all");
  if (!(row.min_p >= 0 && row.min_p <= 1)) fail("min_p", row.min_p, "0 to 1");
  if (row.top_k < 0)
    check.fail(name + "top_k is " + std::to_string(row.top_k) + ", expected 0 (all) or more");
  const int64_t length = p.history != nullptr ? p.history_length : 0;
  if (row.first < 0 || row.first > row.answer || row.answer > row.last || row.last > length) {
    check.fail(
        name + "first, answer, last are " + std::to_string(row.first) + ", " +
        std::to_string(row.answer) + ", " + std::to_string(row.last) +
        ", expected 0 <= first <= answer <= last <= history_length = " + std::to_string(length));
  }
}

}  // namespace

void sample_forward(Stream& stream, const gatun_sample_params& p) {
  ArgumentCheck check(kName, stream);
  check.binds("scores", p.scores, GATUN_DTYPE_F32, 2, "[N, V]");
  const int64_t rows = p.scores.shape[0], columns = p.scores.shape[1];
  check.fits_i32("V", columns);
  check.matches("tokens", p.tokens, GATUN_DTYPE_I32, "[N]", {rows});
  check.apart("tokens", p.tokens, "scores", p.scores);
  if (columns < 1) check.fail("scores has no columns, expected [N, V] with V >= 1");
  if (p.row_count != rows || (p.rows == nullptr && rows > 0)) {
    check.fail("rows has " + std::to_string(p.rows != nullptr ? p.row_count : 0) +
               " entries, expected N = " + std::to_string(rows) + " from scores [N, V]");
  }
  for (int64_t n = 0; n < rows; ++n) check_row(check, p, n);
  if (stream.recording()) {
    throw Error(GATUN_STATUS_INVALID_ARGUMENT,
                "sample: the stream is recording; the rows are those of one call, so call it "
                "behind each replay");
  }
  if (stream.cuda() != nullptr) return cuda_sample(stream, p);
  const int64_t place_bytes = stream.threads() * columns * static_cast<int64_t>(sizeof(int32_t));
  const SampleArgs args{.scores = f32_data(p.scores),
                        .rows = p.rows,
                        .history = p.history,
                        .tokens = i32_data(p.tokens),
                        .scores_stride = row_stride(p.scores),
                        .row_count = rows,
                        .columns = columns,
                        .places = static_cast<int32_t*>(stream.scratch(place_bytes))};
  stream.submit(kName, reference::sample, args);
}

}  // namespace gatun
