// SPDX-License-Identifier: Apache-2.0
// The whole C ABI of Gatun.
#ifndef GATUN_GATUN_H
#define GATUN_GATUN_H

#include "gatun/device.h"
#include "gatun/export.h"
#include "gatun/ops.h"
#include "gatun/status.h"
#include "gatun/stream.h"
#include "gatun/tensor.h"
#include "gatun/train.h"
#include "gatun/version.h"
#include "gatun/weight.h"

#endif
