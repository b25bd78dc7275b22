// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tensor;

import dev.gatun.bindings.NativeException;
import dev.gatun.bindings.NativeLibraryException;
import dev.gatun.bindings.NativeOutOfMemoryException;
import dev.gatun.bindings.generated.GatunLibrary;

/** What a failure of the native library means to a user of devices. */
final class DeviceFailures {
  private DeviceFailures() {}

  /** The exception to throw instead. */
  static RuntimeException of(NativeException failure) {
    if (failure instanceof NativeOutOfMemoryException) {
      return new OutOfDeviceMemoryException(failure.getMessage());
    }
    if (failure instanceof NativeLibraryException) {
      return new DeviceUnavailableException(failure.getMessage(), failure);
    }
    int status = failure.status();
    if (status == GatunLibrary.GATUN_STATUS_UNAVAILABLE()) {
      return new DeviceUnavailableException(failure.getMessage(), failure);
    }
    if (status == GatunLibrary.GATUN_STATUS_DRIVER_TOO_OLD()) {
      return new DriverTooOldException(failure.getMessage(), failure);
    }
    if (status == GatunLibrary.GATUN_STATUS_DEVICE_TOO_OLD()) {
      return new DeviceTooOldException(failure.getMessage(), failure);
    }
    if (status == GatunLibrary.GATUN_STATUS_DEVICE()) {
      return new DeviceFaultException(failure.getMessage(), failure);
    }
    return failure;
  }
}
