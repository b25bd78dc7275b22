// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/matmul_format.h"

namespace gatun::cpu {

const MatmulFormat* find_matmul_format(gatun_dtype dtype, int32_t arithmetic, IsaTier tier) {
  for (const MatmulFormatList& list : {dense_formats(), quantised_formats()}) {
    for (std::size_t i = 0; i < list.count; ++i) {
      const MatmulFormat& format = list.formats[i];
      if (format.dtype == dtype && format.arithmetic == arithmetic && format.tier <= tier) return &format;
    }
  }
  return nullptr;
}

}  // namespace gatun::cpu
