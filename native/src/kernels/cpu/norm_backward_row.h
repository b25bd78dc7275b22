// SPDX-License-Identifier: Apache-2.0
// Backward of the norms over a vector type S. Rows are cut into chunks, as many as their number
// alone says; a chunk sums its own part of dweight and dbias, and the parts are added in order.
#pragma once

#include <algorithm>
#include <cmath>

#include "kernels/cpu/row_loops.h"
#include "kernels/norm_backward.h"

namespace gatun::cpu {
namespace {

template <typename S, bool kCentred>
class NormBackward {
 public:
  explicit NormBackward(const NormBackwardArgs& args)
      : a_(args), count_(static_cast<float>(args.columns)) {}

  void run(const Team& team) {
    const NormBackwardChunks chunks(a_);
    const Team::Range mine = team.share(chunks.count);
    for (int64_t c = mine.begin; c < mine.end; ++c) {
      float* dweight = a_.dweight == nullptr ? nullptr : chunks.dweight(a_, c);
      float* dbias = a_.dbias == nullptr ? nullptr : chunks.dbias(a_, c);
      if (dweight != nullptr) std::fill_n(dweight, a_.columns, 0.0f);
      if (dbias != nullptr) std::fill_n(dbias, a_.columns, 0.0f);
      const int64_t last = std::min((c + 1) * chunks.rows, a_.rows);
      for (int64_t n = c * chunks.rows; n < last; ++n) backward_row(n, dweight, dbias);
    }
    if (a_.dweight == nullptr && a_.dbias == nullptr) return;
    team.barrier();
    const Team::Range columns = team.share(a_.columns, kWidth);
    if (a_.dweight != nullptr)
      add_chunks(chunks, columns, a_.dweight, [&](int64_t c) { return chunks.dweight(a_, c); });
    if (a_.dbias != nullptr)
      add_chunks(chunks, columns, a_.dbias, [&](int64_t c) { return chunks.dbias(a_, c); });
  }

 private:
  using F32 = typename S::F32;
  static constexpr int64_t kWidth = S::kWidth;

  void backward_row(int64_t n, float* dweight, float* dbias) const {
    const int64_t columns = a_.columns;
    const float* x = a_.x + n * a_.x_stride;
    const float* dy = a_.dy + n * a_.dy_stride;
    F32 mean = S::zero();
    if constexpr (kCentred) {
      mean = S::set(
          sum_vectors<S>(columns, [&](int64_t e, auto lanes) { return S::load(x + e, lanes); }) /
          count_);
    }
    const float squares = sum_vectors<S>(columns, [&](int64_t e, auto lanes) {
      const F32 d = S::keep(S::sub(S::load(x + e, lanes), mean), lanes);
      return S::mul(d, d);
    });
    const F32 inverse = S::set(1.0f / std::sqrt(squares / count_ + a_.eps));
    const F32 offset = S::set(a_.weight_offset);
    const auto normal = [&](int64_t e, auto lanes) {
      return S::mul(S::sub(S::load(x + e, lanes), mean), inverse);
    };
    const auto g = [&](int64_t e, auto lanes) {
      return S::mul(S::load(dy + e, lanes), S::add(S::load(a_.weight + e, lanes), offset));
    };
    F32 mean_of_g = S::zero(), mean_of_product = S::zero();
    if (a_.dx != nullptr) {
      if constexpr (kCentred)
        mean_of_g = S::set(
            sum_vectors<S>(columns,
                           [&](int64_t e, auto lanes) { return S::keep(g(e, lanes), lanes); }) /
            count_);
      mean_of_product =
          S::set(sum_vectors<S>(columns,
                                [&](int64_t e, auto lanes) {
                                  return S::keep(S::mul(g(e, lanes), normal(e, lanes)), lanes);
                                }) /
                 count_);
    }
    float* dx = a_.dx == nullptr ? nullptr : a_.dx + n * a_.dx_stride;
    for_each_vector<S>(columns, [&](int64_t e, auto lanes) {
      const F32 slope = S::load(dy + e, lanes), normalised = normal(e, lanes);
      if (dweight != nullptr)
        S::store(dweight + e, S::fma(slope, normalised, S::load(dweight + e, lanes)), lanes);
      if (dbias != nullptr) S::store(dbias + e, S::add(S::load(dbias + e, lanes), slope), lanes);
      if (dx == nullptr) return;
      F32 value = S::sub(g(e, lanes), mean_of_g);
      value = S::mul(S::fnma(normalised, mean_of_product, value), inverse);
      if (a_.accumulate) value = S::add(S::load(dx + e, lanes), value);
      S::store(dx + e, value, lanes);
    });
  }

  // total += the parts of all chunks, for a range of columns.
  template <typename Part>
  void add_chunks(const NormBackwardChunks& chunks,
                  Team::Range columns,
                  float* total,
                  Part part) const {
    for_each_vector<S>(columns.end - columns.begin, [&](int64_t i, auto lanes) {
      const int64_t e = columns.begin + i;
      F32 sum = S::zero();
      for (int64_t c = 0; c < chunks.count; ++c) sum = S::add(sum, S::load(part(c) + e, lanes));
      S::store(total + e, S::add(S::load(total + e, lanes), sum), lanes);
    });
  }

  const NormBackwardArgs& a_;
  const float count_;
};

template <typename S>
void layer_norm_backward_rows(const NormBackwardArgs& args, const Team& team) {
  NormBackward<S, true>(args).run(team);
}

template <typename S>
void rms_norm_backward_rows(const NormBackwardArgs& args, const Team& team) {
  NormBackward<S, false>(args).run(team);
}

}  // namespace
}  // namespace gatun::cpu
