// SPDX-License-Identifier: Apache-2.0
// What is asked of cuBLASLt, against a library of the tests' that does what it is asked in double.
#include "kernels/cuda/dense_library.h"

#include <dlfcn.h>

#include "cublaslt/fake_cublaslt.h"
#include "dense_values.h"

namespace gatun::cuda::test {
namespace {

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

#if defined(GATUN_FAKE_CUBLASLT)
// A library that is loaded already is found under its name, wherever it came from.
TEST(CudaDenseLibrary, LooksTheLibraryUp) {
  ASSERT_NE(dlopen(GATUN_FAKE_CUBLASLT, RTLD_NOW | RTLD_LOCAL), nullptr) << dlerror();
  const char* reason = nullptr;
  const LtFunctions* found = lt_functions(&reason);
  ASSERT_NE(found, nullptr) << reason;
  EXPECT_STREQ(reason, "cuBLASLt 13.4.1");
  void* handle = nullptr;
  EXPECT_EQ(found->create(&handle), 0);
  EXPECT_NE(handle, nullptr);
}
#endif

TEST(CudaDenseLibrary, SaysWhatItFound) {
  const char* reason = nullptr;
  const bool found = lt_functions(&reason) != nullptr;
  ASSERT_NE(reason, nullptr);
  EXPECT_EQ(std::string(reason).find("cuBLASLt"), 0U) << reason;
  EXPECT_EQ(found, std::string(reason).find(':') == std::string::npos) << reason;
}

}  // namespace
}  // namespace gatun::cuda::test
