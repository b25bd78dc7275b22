// SPDX-License-Identifier: Apache-2.0
// The fake as a library of NVIDIA's name, with the functions that the backend looks up and one that
// tells a test how many products it was asked for.
#include "cublaslt/fake_cublaslt.h"

#define GATUN_FAKE extern "C" __attribute__((visibility("default")))

namespace {
const gatun::cuda::LtFunctions kFake = gatun::cuda::test::fake();
}

GATUN_FAKE int64_t gatun_fake_products() {
  return gatun::cuda::test::calls.multiplied;
}

GATUN_FAKE std::size_t cublasLtGetVersion() {
  return kFake.version();
}
GATUN_FAKE int32_t cublasLtCreate(void** handle) {
  return kFake.create(handle);
}
GATUN_FAKE int32_t cublasLtMatmulDescCreate(void** product,
                                            int32_t compute_type,
                                            int32_t scale_type) {
  return kFake.describe(product, compute_type, scale_type);
}
GATUN_FAKE int32_t cublasLtMatmulDescSetAttribute(void* product,
                                                  int32_t attribute,
                                                  const void* value,
                                                  std::size_t bytes) {
  return kFake.set(product, attribute, value, bytes);
}
GATUN_FAKE int32_t cublasLtMatmulDescDestroy(void* product) {
  return kFake.forget(product);
}
GATUN_FAKE int32_t cublasLtMatrixLayoutCreate(
    void** layout, int32_t type, uint64_t rows, uint64_t columns, int64_t leading_dimension) {
  return kFake.layout(layout, type, rows, columns, leading_dimension);
}
GATUN_FAKE int32_t cublasLtMatrixLayoutDestroy(void* layout) {
  return kFake.forget_layout(layout);
}
GATUN_FAKE int32_t cublasLtMatmulPreferenceCreate(void** preference) {
  return kFake.prefer(preference);
}
GATUN_FAKE int32_t cublasLtMatmulPreferenceSetAttribute(void* preference,
                                                        int32_t attribute,
                                                        const void* value,
                                                        std::size_t bytes) {
  return kFake.set_preference(preference, attribute, value, bytes);
}
GATUN_FAKE int32_t cublasLtMatmulPreferenceDestroy(void* preference) {
  return kFake.forget_preference(preference);
}
GATUN_FAKE int32_t cublasLtMatmulAlgoGetHeuristic(void* handle,
                                                  void* product,
                                                  void* a,
                                                  void* b,
                                                  void* c,
                                                  void* d,
                                                  void* preference,
                                                  int32_t wanted,
                                                  gatun::cuda::LtHeuristic* found,
                                                  int32_t* count) {
  return kFake.choose(handle, product, a, b, c, d, preference, wanted, found, count);
}
GATUN_FAKE int32_t cublasLtMatmul(void* handle,
                                  void* product,
                                  const void* alpha,
                                  const void* a,
                                  void* a_layout,
                                  const void* b,
                                  void* b_layout,
                                  const void* beta,
                                  const void* c,
                                  void* c_layout,
                                  void* d,
                                  void* d_layout,
                                  const gatun::cuda::LtAlgorithm* algorithm,
                                  void* workspace,
                                  std::size_t workspace_bytes,
                                  void* stream) {
  return kFake.multiply(handle, product, alpha, a, a_layout, b, b_layout, beta, c, c_layout, d,
                        d_layout, algorithm, workspace, workspace_bytes, stream);
}
