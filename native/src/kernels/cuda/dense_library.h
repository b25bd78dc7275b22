// SPDX-License-Identifier: Apache-2.0
// Products of dense_f32 and dense_half by cuBLASLt, where a machine has it: the library is looked
// up at run time, and nothing here needs it or its header to build.
//
// Its sums have an order that depends on the sizes and on the library, so a row's bits depend on
// the batch. Where that is not wanted, or dense_library refuses, the own kernels answer.
#pragma once

#include <cstdint>

#include "kernels/cuda/linear_dense.h"

namespace gatun::cuda {

inline constexpr Status kNotSupported = 801;   // cudaErrorNotSupported
inline constexpr Status kLibraryFailed = 999;  // cudaErrorUnknown

// The part of cuBLASLt that is used, as cublasLt.h of CUDA 12 and 13 declares it; enumerations are
// int32_t, opaque handles void*.
struct LtAlgorithm {
  uint64_t data[8];
};
struct LtHeuristic {
  LtAlgorithm algorithm;
  std::size_t workspace_bytes;
  int32_t state;
  float waves;
  int32_t reserved[4];
};
struct LtFunctions {
  std::size_t (*version)();
  int32_t (*create)(void** handle);
  int32_t (*describe)(void** product, int32_t compute_type, int32_t scale_type);
  int32_t (*set)(void* product, int32_t attribute, const void* value, std::size_t bytes);
  int32_t (*forget)(void* product);
  int32_t (*layout)(
      void** layout, int32_t type, uint64_t rows, uint64_t columns, int64_t leading_dimension);
  int32_t (*forget_layout)(void* layout);
  int32_t (*prefer)(void** preference);
  int32_t (*set_preference)(void* preference,
                            int32_t attribute,
                            const void* value,
                            std::size_t bytes);
  int32_t (*forget_preference)(void* preference);
  int32_t (*choose)(void* handle,
                    void* product,
                    void* a,
                    void* b,
                    void* c,
                    void* d,
                    void* preference,
                    int32_t wanted,
                    LtHeuristic* found,
                    int32_t* count);
  int32_t (*multiply)(void* handle,
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
                      const LtAlgorithm* algorithm,
                      void* workspace,
                      std::size_t workspace_bytes,
                      void* stream);
};
// Numbers of its enumerations.
inline constexpr int32_t kLtF32 = 0, kLtF16 = 2, kLtBf16 = 14;  // cudaDataType_t
inline constexpr int32_t kLtComputeF32 = 68;                    // cublasComputeType_t
inline constexpr int32_t kLtTranspose = 1;                      // cublasOperation_t
inline constexpr int32_t kLtTransposeA = 3, kLtEpilogue = 7, kLtBias = 8, kLtBiasType = 26;
inline constexpr int32_t kLtMaxWorkspace = 1;
inline constexpr int32_t kLtLeastAlignment = 5;                        // of A, then of B, C, D
inline constexpr uint32_t kLtPlain = 1, kLtAddBias = 4, kLtGelu = 32;  // cublasLtEpilogue_t

// What the machine's cuBLASLt gives, or null; looked up once. `reason` gets one line: the library
// and its version, or why there is none.
const LtFunctions* lt_functions(const char** reason);

// Whether it can say the product: not if it is gated or soft-capped, of rows that are chosen, of
// panels, with activations other than none and GELU_TANH, or with a residual behind an activation.
bool dense_library_takes(const DenseLinearArgs& args);

// The product by `functions`: kNotSupported where it cannot say it or has no algorithm,
// kLibraryFailed where the library fails. Launches on `stream`, which is the only user of the
// workspace; of the device that the thread uses, whose number is `device`.
Status dense_library(const LtFunctions& functions,
                     const DenseLinearArgs& args,
                     int32_t device,
                     void* workspace,
                     int64_t workspace_bytes,
                     void* stream);

}  // namespace gatun::cuda
