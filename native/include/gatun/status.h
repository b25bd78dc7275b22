// SPDX-License-Identifier: Apache-2.0
// Status codes and the caller-owned error buffer.
//
// Every function that can fail returns a gatun_status and, when it is not GATUN_STATUS_OK, writes
// one sentence into the gatun_error that the caller passed (NULL is allowed: the text is then
// lost). Nothing is kept per thread, so a caller that changes its carrier thread between two calls
// loses nothing.
#ifndef GATUN_STATUS_H
#define GATUN_STATUS_H

#include <stdint.h>

typedef int32_t gatun_status;

#define GATUN_STATUS_OK 0
#define GATUN_STATUS_INVALID_ARGUMENT 1
#define GATUN_STATUS_UNSUPPORTED 2
#define GATUN_STATUS_OUT_OF_MEMORY 3
// A kernel or a copy failed on the device. After a fault that the driver calls sticky the device is
// unusable, and every later call on it fails with this status.
#define GATUN_STATUS_DEVICE 4
#define GATUN_STATUS_INTERNAL 5
// A GPU was asked for, and this machine has none that the library can use: no driver, no backend
// library, no such device.
#define GATUN_STATUS_UNAVAILABLE 6
// The driver does not support the toolkit that the backend was built with.
#define GATUN_STATUS_DRIVER_TOO_OLD 7
// The GPU is older than the oldest that the kernels are built for.
#define GATUN_STATUS_DEVICE_TOO_OLD 8

#define GATUN_ERROR_MESSAGE_BYTES 1016

// Owned by the caller, written only by a failing call; `message` is NUL-terminated UTF-8.
typedef struct gatun_error {
  int32_t status;
  int32_t reserved;
  char message[GATUN_ERROR_MESSAGE_BYTES];
} gatun_error;

#endif
