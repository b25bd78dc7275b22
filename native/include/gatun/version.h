// SPDX-License-Identifier: Apache-2.0
// Version of the binary interface, and a probe that lets a binding prove that it agrees with the
// library.
#ifndef GATUN_VERSION_H
#define GATUN_VERSION_H

#include <stdint.h>

#include "gatun/export.h"

// Raised whenever a struct or a function changes in a way that an older binding would not survive.
#define GATUN_ABI_VERSION 1

// GATUN_ABI_VERSION of the library that was loaded.
GATUN_API int32_t gatun_abi_version(void);

// Static text owned by the library, one record per line, fields separated by one space:
//   struct NAME SIZE ALIGNMENT
//   field STRUCT NAME OFFSET SIZE
//   function NAME SIGNATURE
//   constant NAME VALUE
// A signature has one letter per type, result first: i int32, l int64, f float, d double, p
// pointer, v void.
GATUN_API const char* gatun_abi_layout(void);

#endif
