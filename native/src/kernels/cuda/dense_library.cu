// SPDX-License-Identifier: Apache-2.0
// A product's description and the algorithm chosen for it are kept for the next of the same shape.
#include <dlfcn.h>

#include <compare>
#include <cstdio>
#include <map>
#include <mutex>
#include <type_traits>
#include <utility>

#include "kernels/cuda/dense_library.h"

namespace gatun::cuda {
namespace {

constexpr std::size_t kOldestVersion = 120000, kNewestVersion = 140000;  // not itself

constexpr std::size_t kMostPlans = 1024;

// What a plan depends on.
struct Shape {
  int32_t device, type;
  uint32_t epilogue;
  int64_t rows, columns, reduction;  // of D = y^T: O, N, K
  int64_t lead_a, lead_b, lead_c, lead_d;
  uint32_t aligned_a, aligned_b, aligned_c, aligned_d, aligned_bias;  // bytes
  int64_t workspace_bytes;

  auto operator<=>(const Shape&) const = default;
};

struct Plan {
  void *product = nullptr, *a = nullptr, *b = nullptr, *c = nullptr, *d = nullptr;
  LtHeuristic chosen{};
  bool usable = false;  // an algorithm was found
};

struct Plans {
  std::map<std::pair<const LtFunctions*, int32_t>, void*> handles;  // by device
  std::map<std::pair<const LtFunctions*, Shape>, Plan> plans;
};

// Behind the lock, made at the first use and never destroyed: streams may still run when the
// program's variables go.
std::mutex lock;
Plans* kept_plans = nullptr;

bool find(void* library, LtFunctions& f) {
  const auto symbol = [library](auto& function, const char* name) {
    function = reinterpret_cast<std::remove_reference_t<decltype(function)>>(dlsym(library, name));
    return function != nullptr;
  };
  return symbol(f.version, "cublasLtGetVersion") && symbol(f.create, "cublasLtCreate") &&
         symbol(f.describe, "cublasLtMatmulDescCreate") &&
         symbol(f.set, "cublasLtMatmulDescSetAttribute") &&
         symbol(f.forget, "cublasLtMatmulDescDestroy") &&
         symbol(f.layout, "cublasLtMatrixLayoutCreate") &&
         symbol(f.forget_layout, "cublasLtMatrixLayoutDestroy") &&
         symbol(f.prefer, "cublasLtMatmulPreferenceCreate") &&
         symbol(f.set_preference, "cublasLtMatmulPreferenceSetAttribute") &&
         symbol(f.forget_preference, "cublasLtMatmulPreferenceDestroy") &&
         symbol(f.choose, "cublasLtMatmulAlgoGetHeuristic") && symbol(f.multiply, "cublasLtMatmul");
}

struct Found {
  LtFunctions functions{};
  bool usable = false;
  char reason[160] = "cuBLASLt: neither libcublasLt.so.13 nor libcublasLt.so.12 can be loaded";
};

const Found* found_library = nullptr;  // behind the lock

Found look_up() {
  Found found;
  for (const char* name : {"libcublasLt.so.13", "libcublasLt.so.12"}) {
    void* library = dlopen(name, RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) continue;
    if (!find(library, found.functions)) {
      std::snprintf(found.reason, sizeof(found.reason), "cuBLASLt: %s lacks a function", name);
      continue;
    }
    const std::size_t version = found.functions.version();
    found.usable = version >= kOldestVersion && version < kNewestVersion;
    std::snprintf(found.reason, sizeof(found.reason), "cuBLASLt %zu.%zu.%zu%s", version / 10000,
                  version / 100 % 100, version % 100,
                  found.usable ? "" : ": expected version 12 or 13");
    if (found.usable) break;
  }
  return found;
}

// The largest power of two up to 256, which the library takes for granted, that divides an address.
uint32_t alignment(const void* data) {
  const auto address = reinterpret_cast<uintptr_t>(data) | 256;
  return static_cast<uint32_t>(address & (~address + 1));
}

void forget(const LtFunctions& f, Plan& plan) {
  for (void* layout : {plan.a, plan.b, plan.c, plan.d}) {
    if (layout != nullptr) f.forget_layout(layout);
  }
  if (plan.product != nullptr) f.forget(plan.product);
  plan = {};
}

// Fills a plan; not usable where the library refuses.
void describe(const LtFunctions& f, void* handle, const Shape& s, const float* bias, Plan& plan) {
  const auto set = [&](int32_t attribute, const auto& value) {
    return f.set(plan.product, attribute, &value, sizeof(value)) == 0;
  };
  void* preference = nullptr;
  const auto limit = static_cast<uint64_t>(s.workspace_bytes);
  const auto prefer = [&](int32_t attribute, const auto& value) {
    return f.set_preference(preference, attribute, &value, sizeof(value)) == 0;
  };
  int32_t count = 0;
  const bool made =
      f.describe(&plan.product, kLtComputeF32, kLtF32) == 0 && set(kLtTransposeA, kLtTranspose) &&
      set(kLtEpilogue, s.epilogue) &&
      ((s.epilogue & kLtAddBias) == 0 || (set(kLtBias, bias) && set(kLtBiasType, kLtF32))) &&
      f.layout(&plan.a, s.type, static_cast<uint64_t>(s.reduction), static_cast<uint64_t>(s.rows),
               s.lead_a) == 0 &&
      f.layout(&plan.b, s.type, static_cast<uint64_t>(s.reduction),
               static_cast<uint64_t>(s.columns), s.lead_b) == 0 &&
      f.layout(&plan.c, kLtF32, static_cast<uint64_t>(s.rows), static_cast<uint64_t>(s.columns),
               s.lead_c) == 0 &&
      f.layout(&plan.d, kLtF32, static_cast<uint64_t>(s.rows), static_cast<uint64_t>(s.columns),
               s.lead_d) == 0 &&
      f.prefer(&preference) == 0 && prefer(kLtMaxWorkspace, limit) &&
      prefer(kLtLeastAlignment, s.aligned_a) && prefer(kLtLeastAlignment + 1, s.aligned_b) &&
      prefer(kLtLeastAlignment + 2, s.aligned_c) && prefer(kLtLeastAlignment + 3, s.aligned_d) &&
      f.choose(handle, plan.product, plan.a, plan.b, plan.c, plan.d, preference, 1, &plan.chosen,
               &count) == 0;
  if (preference != nullptr) f.forget_preference(preference);
  plan.usable = made && count > 0 && plan.chosen.state == 0;
  if (plan.usable) return;
  forget(f, plan);
}

}  // namespace

bool dense_library_takes(const DenseLinearArgs& args) {
  const bool plain = args.activation == GATUN_ACTIVATION_NONE;
  const bool known = plain || args.activation == GATUN_ACTIVATION_GELU_TANH;
  return args.gated == 0 && args.softcap == 0 && args.weight.panels == 0 && args.rows == nullptr &&
         known && (plain || args.residual == nullptr);
}

const LtFunctions* lt_functions(const char** reason) {
  const std::lock_guard<std::mutex> hold(lock);
  if (found_library == nullptr) found_library = new Found(look_up());
  if (reason != nullptr) *reason = found_library->reason;
  return found_library->usable ? &found_library->functions : nullptr;
}

Status dense_library(const LtFunctions& functions,
                     const DenseLinearArgs& args,
                     int32_t device,
                     void* workspace,
                     int64_t workspace_bytes,
                     void* stream) {
  if (!dense_library_takes(args)) return kNotSupported;
  if (args.tokens == 0) return 0;
  const bool f32 = args.weight.dtype == GATUN_DTYPE_F32;
  const float beta = args.residual != nullptr ? 1.0f : 0.0f;
  const float* c = args.residual != nullptr ? args.residual : args.y;
  const void* x = f32 ? static_cast<const void*>(args.x) : static_cast<const void*>(args.x16);
  const uint32_t extras = (args.activation == GATUN_ACTIVATION_NONE ? 0 : kLtGelu) |
                          (args.bias != nullptr ? kLtAddBias : 0);
  const Shape shape{device,
                    f32                                    ? kLtF32
                    : args.weight.dtype == GATUN_DTYPE_F16 ? kLtF16
                                                           : kLtBf16,
                    extras == 0 ? kLtPlain : extras,
                    args.weight.rows,
                    args.tokens,
                    args.weight.columns,
                    args.weight.stride,
                    f32 ? args.x_stride : args.x16_stride,
                    args.residual != nullptr ? args.residual_stride : args.y_stride,
                    args.y_stride,
                    alignment(args.weight.data),
                    alignment(x),
                    alignment(c),
                    alignment(args.y),
                    alignment(args.bias),
                    workspace_bytes};
  const std::lock_guard<std::mutex> hold(lock);
  if (kept_plans == nullptr) kept_plans = new Plans;
  Plans& kept = *kept_plans;
  void*& handle = kept.handles[{&functions, device}];
  if (handle == nullptr && functions.create(&handle) != 0) {
    handle = nullptr;
    return kNotSupported;
  }
  if (kept.plans.size() >= kMostPlans) {  // a batch that grows token by token makes many
    for (auto& [key, plan] : kept.plans) forget(*key.first, plan);
    kept.plans.clear();
  }
  const auto [entry, is_new] = kept.plans.try_emplace({&functions, shape});
  Plan& plan = entry->second;
  if (is_new) describe(functions, handle, shape, args.bias, plan);
  if (!plan.usable) return kNotSupported;
  if (args.bias != nullptr &&
      functions.set(plan.product, kLtBias, &args.bias, sizeof(args.bias)) != 0)
    return kLibraryFailed;
  const int32_t status =
      functions.multiply(handle, plan.product, &args.scale, args.weight.data, plan.a, x, plan.b,
                         &beta, c, plan.c, args.y, plan.d, &plan.chosen.algorithm, workspace,
                         static_cast<std::size_t>(workspace_bytes), stream);
  return status == 0 ? 0 : kLibraryFailed;
}

}  // namespace gatun::cuda
