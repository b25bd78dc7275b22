// SPDX-License-Identifier: Apache-2.0
// A cuBLASLt that does on the host, in double, what it is asked, and counts what that was.
#pragma once

#include <bit>
#include <cmath>
#include <cstring>

#include "kernels/cuda/dense_library.h"
#include "kernels/reference/activation_functions.h"

namespace gatun::cuda::test {

inline double half(uint16_t bits) {  // of finite numbers
  const int exponent = bits >> 10 & 31, mantissa = bits & 1023;
  const double magnitude =
      exponent == 0 ? std::ldexp(mantissa, -24) : std::ldexp(mantissa + 1024, exponent - 25);
  return (bits & 0x8000) != 0 ? -magnitude : magnitude;
}

struct FakeProduct {
  int32_t compute_type = 0, transpose_a = 0, bias_type = -1;
  uint32_t epilogue = 0;
  const float* bias = nullptr;
};
struct FakeLayout {
  int32_t type;
  uint64_t rows, columns;
  int64_t lead;
};

struct Calls {
  int created = 0, described = 0, layouts = 0, chosen = 0, multiplied = 0, preferences = 0;
  int32_t algorithms = 1;  // that a search finds
  int32_t multiply_status = 0;
  uint32_t alignments[4] = {};  // that the search was told
};
inline Calls calls;

inline double element(const FakeLayout& layout, const void* data, int64_t row, int64_t column) {
  const auto at = static_cast<std::size_t>(column * layout.lead + row);
  switch (layout.type) {
    case kLtF32:
      return double{static_cast<const float*>(data)[at]};
    case kLtBf16:
      return double{std::bit_cast<float>(uint32_t{static_cast<const uint16_t*>(data)[at]} << 16)};
    default:
      return half(static_cast<const uint16_t*>(data)[at]);
  }
}

inline LtFunctions fake() {
  LtFunctions f{};
  f.version = [] { return std::size_t{130401}; };
  f.create = [](void** handle) -> int32_t {
    *handle = &calls;
    return ++calls.created, 0;
  };
  f.describe = [](void** product, int32_t compute_type, int32_t) -> int32_t {
    auto* made = new FakeProduct;
    made->compute_type = compute_type;
    *product = made;
    return ++calls.described, 0;
  };
  f.set = [](void* product, int32_t attribute, const void* value, std::size_t bytes) -> int32_t {
    auto& p = *static_cast<FakeProduct*>(product);
    void* target = attribute == kLtTransposeA ? static_cast<void*>(&p.transpose_a)
                   : attribute == kLtEpilogue ? static_cast<void*>(&p.epilogue)
                   : attribute == kLtBias     ? static_cast<void*>(&p.bias)
                                              : static_cast<void*>(&p.bias_type);
    std::memcpy(target, value, bytes);
    return 0;
  };
  f.forget = [](void* product) -> int32_t {
    delete static_cast<FakeProduct*>(product);
    return --calls.described, 0;
  };
  f.layout = [](void** layout, int32_t type, uint64_t rows, uint64_t columns,
                int64_t lead) -> int32_t {
    *layout = new FakeLayout{type, rows, columns, lead};
    return ++calls.layouts, 0;
  };
  f.forget_layout = [](void* layout) -> int32_t {
    delete static_cast<FakeLayout*>(layout);
    return --calls.layouts, 0;
  };
  f.prefer = [](void** preference) -> int32_t {
    *preference = &calls.preferences;
    return ++calls.preferences, 0;
  };
  f.set_preference = [](void*, int32_t attribute, const void* value, std::size_t bytes) -> int32_t {
    if (attribute == kLtMaxWorkspace) return bytes == 8 ? 0 : 7;
    if (attribute < kLtLeastAlignment || attribute > kLtLeastAlignment + 3 || bytes != 4) return 7;
    std::memcpy(&calls.alignments[attribute - kLtLeastAlignment], value, bytes);
    return 0;
  };
  f.forget_preference = [](void*) -> int32_t { return --calls.preferences, 0; };
  f.choose = [](void*, void*, void*, void*, void*, void*, void*, int32_t, LtHeuristic* found,
                int32_t* count) -> int32_t {
    found->algorithm.data[0] = 42;
    *count = calls.algorithms;
    return ++calls.chosen, 0;
  };
  f.multiply = [](void*, void* product, const void* alpha, const void* a, void* a_layout,
                  const void* b, void* b_layout, const void* beta, const void* c, void* c_layout,
                  void* d, void* d_layout, const LtAlgorithm* algorithm, void*, std::size_t,
                  void*) -> int32_t {
    ++calls.multiplied;
    if (calls.multiply_status != 0) return calls.multiply_status;
    const auto& p = *static_cast<FakeProduct*>(product);
    const auto &la = *static_cast<FakeLayout*>(a_layout), &lb = *static_cast<FakeLayout*>(b_layout),
               &lc = *static_cast<FakeLayout*>(c_layout), &ld = *static_cast<FakeLayout*>(d_layout);
    if (p.compute_type != kLtComputeF32 || p.transpose_a != kLtTranspose ||
        algorithm->data[0] != 42 || la.rows != lb.rows || la.columns != ld.rows ||
        lb.columns != ld.columns || lc.rows != ld.rows || lc.columns != ld.columns)
      return 7;
    for (int64_t row = 0; row < static_cast<int64_t>(ld.rows); ++row) {
      for (int64_t column = 0; column < static_cast<int64_t>(ld.columns); ++column) {
        double sum = 0;
        for (int64_t k = 0; k < static_cast<int64_t>(la.rows); ++k)
          sum += element(la, a, k, row) * element(lb, b, k, column);
        sum *= double{*static_cast<const float*>(alpha)};
        if (*static_cast<const float*>(beta) != 0)
          sum += double{*static_cast<const float*>(beta)} * element(lc, c, row, column);
        if ((p.epilogue & kLtAddBias) != 0) sum += double{p.bias[row]};
        if ((p.epilogue & kLtGelu) != 0) sum = reference::activate(GATUN_ACTIVATION_GELU_TANH, sum);
        static_cast<float*>(d)[column * ld.lead + row] = static_cast<float>(sum);
      }
    }
    return 0;
  };
  return f;
}

}  // namespace gatun::cuda::test
