// SPDX-License-Identifier: Apache-2.0
#include "ops/storage_format.h"

namespace gatun {

StorageFormat storage_format(gatun_dtype dtype) {
  switch (dtype) {
    case GATUN_DTYPE_F32:
      return {1, 4};
    case GATUN_DTYPE_F16:
    case GATUN_DTYPE_BF16:
      return {1, 2};
    case GATUN_DTYPE_Q4_0:
      return {32, 18};
    case GATUN_DTYPE_Q4_1:
      return {32, 20};
    case GATUN_DTYPE_Q5_0:
      return {32, 22};
    case GATUN_DTYPE_Q5_1:
      return {32, 24};
    case GATUN_DTYPE_Q8_0:
      return {32, 34};
    case GATUN_DTYPE_Q4_K:
      return {256, 144};
    case GATUN_DTYPE_Q5_K:
      return {256, 176};
    case GATUN_DTYPE_Q6_K:
      return {256, 210};
    default:
      return {};
  }
}

}  // namespace gatun
