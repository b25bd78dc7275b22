// SPDX-License-Identifier: Apache-2.0
#include "runtime/device.h"

#include "abi/translate.h"
#include "runtime/cuda_library.h"

using gatun::Device;
using gatun::abi::check_not_null;
using gatun::abi::check_struct;
using gatun::abi::translate;

gatun_status gatun_device_open(const gatun_device_options* options,
                               gatun_device** device,
                               gatun_error* error) {
  return translate(error, [&] {
    check_struct("device_open", "options", options);
    check_not_null("device_open", "device", device);
    *device = nullptr;
    *device = reinterpret_cast<gatun_device*>(new Device(*options));
  });
}

gatun_status gatun_device_query(gatun_device* device, gatun_device_info* info, gatun_error* error) {
  return translate(error, [&] {
    check_not_null("device_query", "device", device);
    check_struct("device_query", "info", info);
    reinterpret_cast<const Device*>(device)->query(*info);
  });
}

gatun_status gatun_device_close(gatun_device* device, void*, gatun_error* error) {
  return translate(error, [&] {
    if (device == nullptr) return;
    auto* opened = reinterpret_cast<Device*>(device);
    opened->check_closable();
    delete opened;
  });
}

gatun_status gatun_backend_query(void*, gatun_backend_info* info, gatun_error* error) {
  return translate(error, [&] {
    check_struct("backend_query", "info", info);
    gatun::query_backend(*info);
  });
}

gatun_status gatun_gpu_query(void*, gatun_gpu_info* info, gatun_error* error) {
  return translate(error, [&] {
    check_struct("gpu_query", "info", info);
    gatun::query_gpu(*info);
  });
}

gatun_status gatun_buffer_allocate(gatun_device* device, gatun_buffer* buffer, gatun_error* error) {
  return translate(error, [&] {
    check_not_null("buffer_allocate", "device", device);
    check_struct("buffer_allocate", "buffer", buffer);
    buffer->data = nullptr;
    buffer->data =
        reinterpret_cast<Device*>(device)->allocate_buffer(buffer->byte_length, buffer->kind);
  });
}

gatun_status gatun_buffer_free(gatun_device* device, gatun_buffer* buffer, gatun_error* error) {
  return translate(error, [&] {
    check_not_null("buffer_free", "device", device);
    check_struct("buffer_free", "buffer", buffer);
    if (buffer->data == nullptr) return;
    reinterpret_cast<Device*>(device)->free_buffer(buffer->data, buffer->byte_length);
    buffer->data = nullptr;
  });
}
