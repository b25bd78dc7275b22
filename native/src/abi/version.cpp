// SPDX-License-Identifier: Apache-2.0
#include "gatun/version.h"

int32_t gatun_abi_version(void) {
  return GATUN_ABI_VERSION;
}
