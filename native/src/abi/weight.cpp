// SPDX-License-Identifier: Apache-2.0
#include "abi/translate.h"
#include "ops/ops.h"
#include "runtime/device.h"

using gatun::abi::check_not_null;
using gatun::abi::check_struct;
using gatun::abi::translate;

gatun_status gatun_weight_create(gatun_device* device,
                                 gatun_weight_params* params,
                                 gatun_error* error) {
  return translate(error, [&] {
    check_not_null("weight_create", "device", device);
    check_struct("weight_create", "params", params);
    params->weight = nullptr;
    params->weight = gatun::weight_create(*reinterpret_cast<gatun::Device*>(device), *params);
  });
}

gatun_status gatun_weight_query(const gatun_weight* weight,
                                gatun_weight_info* info,
                                gatun_error* error) {
  return translate(error, [&] {
    check_not_null("weight_query", "weight", weight);
    check_struct("weight_query", "info", info);
    gatun::weight_query(*weight, *info);
  });
}

gatun_status gatun_weight_read(const gatun_weight* weight,
                               const gatun_weight_rows* rows,
                               gatun_error* error) {
  return translate(error, [&] {
    check_not_null("weight_read", "weight", weight);
    check_struct("weight_read", "rows", rows);
    gatun::weight_read(*weight, *rows);
  });
}

gatun_status gatun_weight_destroy(gatun_weight* weight, void*, gatun_error* error) {
  return translate(error, [&] {
    if (weight != nullptr) gatun::weight_destroy(weight);
  });
}
