// SPDX-License-Identifier: Apache-2.0
// What is asked of cuBLASLt, against a library of this test's that does what it is asked in double.
#include "kernels/cuda/dense_library.h"

#include <memory>

#include "dense_values.h"
#include "kernels/reference/activation_functions.h"

namespace gatun::cuda::test {
namespace {

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
Calls calls;

double element(const FakeLayout& layout, const void* data, int64_t row, int64_t column) {
  const auto at = static_cast<std::size_t>(column * layout.lead + row);
  switch (layout.type) {
    case kLtF32:
      return double{static_cast<const float*>(data)[at]};
    case kLtBf16:
      return double{from_bf16(static_cast<const uint16_t*>(data)[at])};
    default:
      return double{from_half(static_cast<const uint16_t*>(data)[at])};
  }
}

LtFunctions fake() {
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
const LtFunctions kFake = fake();

struct Case {
  int tokens = 5, columns = 11, rows = 7;
  bool bias = false, residual = false;
  int activation = GATUN_ACTIVATION_NONE;
};

// Everything in memory of the host, which is where the test's library works.
void expect_product(gatun_dtype dtype, const Case& c) {
  const bool f32 = dtype == GATUN_DTYPE_F32;
  const auto x = rounded_to(dtype, normal_values(c.tokens * c.columns, 1)),
             w = rounded_to(dtype, normal_values(c.rows * c.columns, 2)),
             bias = normal_values(c.rows, 3), residual = normal_values(c.tokens * c.rows, 4);
  std::vector<uint16_t> x16, w16;
  if (!f32) {
    x16 = sixteen_bit_rows(dtype, x, c.tokens, c.columns);
    w16 = sixteen_bit_rows(dtype, w, c.rows, c.columns);
  }
  std::vector<float> y(static_cast<std::size_t>(c.tokens * (c.rows + 2)));
  DenseLinearArgs args{};
  args.x = x.data();
  args.x_stride = c.columns;
  args.x16 = x16.data();
  args.x16_stride = (c.columns + 7) / 8 * 8;
  args.tokens = args.x_rows = c.tokens;
  args.weight = {f32 ? static_cast<const void*>(w.data()) : w16.data(),
                 f32 ? c.columns : args.x16_stride,
                 c.rows,
                 c.columns,
                 dtype,
                 0};
  args.bias = c.bias ? bias.data() : nullptr;
  args.residual = c.residual ? residual.data() : nullptr;
  args.residual_stride = c.rows;
  args.y = y.data();
  args.y_stride = c.rows + 2;
  args.activation = c.activation;
  args.scale = 0.5f;
  ASSERT_EQ(dense_library(kFake, args, 0, nullptr, 0, nullptr), 0);
  for (int t = 0; t < c.tokens; ++t) {
    for (int r = 0; r < c.rows; ++r) {
      double sum = 0;
      for (int k = 0; k < c.columns; ++k)
        sum += double{x[static_cast<std::size_t>(t * c.columns + k)]} *
               double{w[static_cast<std::size_t>(r * c.columns + k)]};
      double value = 0.5 * sum + (c.bias ? double{bias[static_cast<std::size_t>(r)]} : 0.0);
      value = reference::activate(c.activation, value);
      if (c.residual) value += double{residual[static_cast<std::size_t>(t * c.rows + r)]};
      EXPECT_NEAR(y[static_cast<std::size_t>(t * (c.rows + 2) + r)], value, 1e-5) << t << ' ' << r;
    }
  }
}

TEST(CudaDenseLibrary, AsksForTheProduct) {
  for (const gatun_dtype dtype : {GATUN_DTYPE_F32, GATUN_DTYPE_F16, GATUN_DTYPE_BF16}) {
    expect_product(dtype, {});
    expect_product(dtype, {.bias = true});
    expect_product(dtype, {.bias = true, .residual = true});
    expect_product(dtype, {.bias = true, .activation = GATUN_ACTIVATION_GELU_TANH});
    expect_product(dtype, {.activation = GATUN_ACTIVATION_GELU_TANH});
  }
  EXPECT_EQ(calls.created, 1);
  EXPECT_EQ(calls.preferences, 0);
}

TEST(CudaDenseLibrary, KeepsWhatItWasToldAboutAShape) {
  alignas(256) static float memory[1024];
  const auto searches = [](int tokens, int64_t workspace_bytes = 0) {
    DenseLinearArgs args{};
    args.weight = {memory, 4, 5, 4, GATUN_DTYPE_F32, 0};
    args.x = memory + 256;
    args.x_stride = 4;
    args.tokens = tokens;
    args.bias = memory + 512;
    args.y = memory + 768;
    args.y_stride = 5;
    args.scale = 1;
    const int before = calls.chosen;
    EXPECT_EQ(dense_library(kFake, args, 0, nullptr, workspace_bytes, nullptr), 0);
    return calls.chosen - before;
  };
  EXPECT_EQ(searches(3), 1);
  EXPECT_EQ(searches(3), 0);
  EXPECT_EQ(searches(4), 1);
  // But not of every shape that there ever was.
  for (int64_t bytes = 1; bytes <= 3000; ++bytes) searches(1, bytes);
  EXPECT_LE(calls.layouts, 4 * 1024);
  EXPECT_LE(calls.described, 1024);
}

TEST(CudaDenseLibrary, TellsHowItsMatricesAreAligned) {
  alignas(256) static float memory[4096];
  const auto ask = [](int w, int x, int c, int y) {
    DenseLinearArgs args{};
    args.weight = {memory + w, 8, 3, 8, GATUN_DTYPE_F32, 0};
    args.x = memory + x;
    args.x_stride = 8;
    args.tokens = 2;
    args.residual = memory + c;
    args.y = memory + y;
    args.residual_stride = args.y_stride = 3;
    args.scale = 1;
    EXPECT_EQ(dense_library(kFake, args, 0, nullptr, 0, nullptr), 0);
    return std::vector<uint32_t>(calls.alignments, calls.alignments + 4);
  };
  EXPECT_EQ(ask(0, 512, 1024, 1536), (std::vector<uint32_t>{256, 256, 256, 256}));
  EXPECT_EQ(ask(4, 514, 1025, 1544), (std::vector<uint32_t>{16, 8, 4, 32}));
}

TEST(CudaDenseLibrary, RefusesWhatItCannotSay) {
  const std::vector<float> values(64);
  std::vector<float> y(64);
  DenseLinearArgs args{};
  args.x = values.data();
  args.x_stride = 9;
  args.tokens = 2;
  args.weight = {values.data(), 9, 3, 9, GATUN_DTYPE_F32, 0};
  args.y = y.data();
  args.y_stride = 3;
  args.scale = 1;
  const auto status = [](const DenseLinearArgs& a) {
    return dense_library(kFake, a, 0, nullptr, 0, nullptr);
  };
  DenseLinearArgs other = args;
  other.gated = 1;
  EXPECT_EQ(status(other), kNotSupported);
  other = args;
  other.softcap = 1;
  EXPECT_EQ(status(other), kNotSupported);
  other = args;
  other.activation = GATUN_ACTIVATION_SILU;
  EXPECT_EQ(status(other), kNotSupported);
  other = args;
  other.activation = GATUN_ACTIVATION_GELU_TANH;
  other.residual = values.data();
  EXPECT_EQ(status(other), kNotSupported);
  other = args;
  other.weight.panels = 1;
  EXPECT_EQ(status(other), kNotSupported);

  const int described = calls.described, layouts = calls.layouts, multiplied = calls.multiplied;
  calls.algorithms = 0;
  EXPECT_EQ(status(args), kNotSupported);
  calls.algorithms = 1;
  EXPECT_EQ(status(args), kNotSupported) << "a shape without an algorithm is asked for once";
  EXPECT_EQ(calls.described, described);
  EXPECT_EQ(calls.layouts, layouts);
  EXPECT_EQ(calls.multiplied, multiplied);

  other = args;
  other.tokens = 1;
  calls.multiply_status = 13;
  EXPECT_EQ(status(other), kLibraryFailed);
  calls.multiply_status = 0;
  EXPECT_EQ(status(other), 0);
  other.tokens = 0;
  EXPECT_EQ(status(other), 0);
}

TEST(CudaDenseLibrary, SaysWhatItFound) {
  const char* reason = nullptr;
  const bool found = lt_functions(&reason) != nullptr;
  ASSERT_NE(reason, nullptr);
  EXPECT_EQ(std::string(reason).find("cuBLASLt"), 0U) << reason;
  EXPECT_EQ(found, std::string(reason).find(':') == std::string::npos) << reason;
}

}  // namespace
}  // namespace gatun::cuda::test
