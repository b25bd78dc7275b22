// SPDX-License-Identifier: Apache-2.0
package dev.gatun.nn;

import dev.gatun.tensor.Arithmetic;
import dev.gatun.tensor.Device;
import dev.gatun.tensor.DeviceOptions;

/**
 * How a model is loaded.
 *
 * @param device where to, or null to open the CPU with {@code deviceOptions}; a device that is
 *     given stays the caller's
 * @param deviceOptions used when {@code device} is null
 * @param arithmetic of products, and with it the element type of caches
 * @param batchInvariant FAST gives the same bits for any batch and chunking also where that costs
 *     speed (AMX)
 */
public record LoadOptions(
    Device device, DeviceOptions deviceOptions, Arithmetic arithmetic, boolean batchInvariant) {
  /** A device of its own, FAST. */
  public static LoadOptions defaults() {
    return new LoadOptions(null, DeviceOptions.defaults(), Arithmetic.FAST, false);
  }

  /** The same on an existing device. */
  public LoadOptions withDevice(Device existing) {
    return new LoadOptions(existing, deviceOptions, arithmetic, batchInvariant);
  }

  /** The same with other options of the device that is opened. */
  public LoadOptions withDeviceOptions(DeviceOptions options) {
    return new LoadOptions(device, options, arithmetic, batchInvariant);
  }

  /** The same in another arithmetic. */
  public LoadOptions withArithmetic(Arithmetic other) {
    return new LoadOptions(device, deviceOptions, other, batchInvariant);
  }

  /** The same with or without batch invariance. */
  public LoadOptions withBatchInvariant(boolean on) {
    return new LoadOptions(device, deviceOptions, arithmetic, on);
  }
}
