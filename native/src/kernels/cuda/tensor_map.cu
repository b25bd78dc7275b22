// SPDX-License-Identifier: Apache-2.0
#include "kernels/cuda/sm90.h"
#include "kernels/cuda/tensor_map.h"

#if defined(__CUDACC__)
#include <cuda.h>
#endif

namespace gatun::cuda {

#if defined(__CUDACC__)

// The driver encodes tensor maps, and is not linked: its function is asked for.
Status make_tensor_map(const TensorBox& box, TensorMap* map) {
  static_assert(sizeof(TensorMap) == sizeof(CUtensorMap));
  using Encode = decltype(&cuTensorMapEncodeTiled);
  static Encode encode = nullptr;
  if (encode == nullptr) {
    void* function = nullptr;
    cudaDriverEntryPointQueryResult found{};
    const cudaError_t status = cudaGetDriverEntryPointByVersion("cuTensorMapEncodeTiled", &function,
                                                                12000, cudaEnableDefault, &found);
    if (status != cudaSuccess) return status;
    if (found != cudaDriverEntryPointSuccess || function == nullptr) return kNoTensorMaps;
    encode = reinterpret_cast<Encode>(function);
  }
  CUtensorMapSwizzle swizzle = CU_TENSOR_MAP_SWIZZLE_NONE;
  if (box.swizzle == Swizzle::k32) swizzle = CU_TENSOR_MAP_SWIZZLE_32B;
  if (box.swizzle == Swizzle::k64) swizzle = CU_TENSOR_MAP_SWIZZLE_64B;
  if (box.swizzle == Swizzle::k128) swizzle = CU_TENSOR_MAP_SWIZZLE_128B;
  static_assert(sizeof(cuuint64_t) == sizeof(uint64_t) && sizeof(cuuint32_t) == sizeof(uint32_t));
  const cuuint32_t steps[4] = {1, 1, 1, 1};
  const CUresult result =
      encode(reinterpret_cast<CUtensorMap*>(map), CU_TENSOR_MAP_DATA_TYPE_BFLOAT16,
             static_cast<cuuint32_t>(box.rank), const_cast<uint16_t*>(box.data),
             reinterpret_cast<const cuuint64_t*>(box.sizes),
             reinterpret_cast<const cuuint64_t*>(box.strides), box.box, steps,
             CU_TENSOR_MAP_INTERLEAVE_NONE, swizzle, CU_TENSOR_MAP_L2_PROMOTION_L2_256B,
             CU_TENSOR_MAP_FLOAT_OOB_FILL_NONE);
  return result == CUDA_SUCCESS ? 0 : kInvalidConfiguration;
}

bool device_is_sm90() {
  int device = 0, major = 0, minor = 0;
  return cudaGetDevice(&device) == cudaSuccess &&
         cudaDeviceGetAttribute(&major, cudaDevAttrComputeCapabilityMajor, device) == cudaSuccess &&
         cudaDeviceGetAttribute(&minor, cudaDevAttrComputeCapabilityMinor, device) == cudaSuccess &&
         major == 9 && minor == 0;
}

#else

Status make_tensor_map(const TensorBox& box, TensorMap* map) {
  return simt::encode_tensor_map(reinterpret_cast<simt::TensorMap*>(map), box.data,
                                 static_cast<int>(sizeof(uint16_t)), box.rank, box.sizes,
                                 box.strides, box.box, static_cast<int>(box.swizzle))
             ? 0
             : kInvalidConfiguration;
}

bool device_is_sm90() {
  return simt::device_capability() == 90;
}

#endif

}  // namespace gatun::cuda
