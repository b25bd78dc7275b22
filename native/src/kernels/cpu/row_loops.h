// SPDX-License-Identifier: Apache-2.0
// Loops over the elements of a row in vectors of a type S (simd_avx2.h, simd_avx512.h): whole
// vectors, then the lanes that are left. The body gets the index of its first element and its lanes
// (S::All or S::Mask), and must touch memory only through them.
#pragma once

#include <cstdint>

namespace gatun::cpu {
namespace {

template <typename S, typename Body>
inline void for_each_vector(int64_t count, Body body) {
  int64_t i = 0;
  for (; i + S::kWidth <= count; i += S::kWidth) body(i, typename S::All{});
  if (i < count) body(i, S::first(count - i));
}

// Sum of term(i, lanes), whose lanes outside `lanes` must be zero. Four chains hide the latency of
// an addition; the order is fixed by `count` alone.
template <typename S, typename Term>
inline float sum_vectors(int64_t count, Term term) {
  constexpr int64_t kWidth = S::kWidth;
  const typename S::All all{};
  typename S::F32 a = S::zero(), b = S::zero(), c = S::zero(), d = S::zero();
  int64_t i = 0;
  for (; i + 4 * kWidth <= count; i += 4 * kWidth) {
    a = S::add(a, term(i, all));
    b = S::add(b, term(i + kWidth, all));
    c = S::add(c, term(i + 2 * kWidth, all));
    d = S::add(d, term(i + 3 * kWidth, all));
  }
  for (; i + kWidth <= count; i += kWidth) a = S::add(a, term(i, all));
  if (i < count) b = S::add(b, term(i, S::first(count - i)));
  return S::sum(S::add(S::add(a, b), S::add(c, d)));
}

}  // namespace
}  // namespace gatun::cpu
