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
 * @param trainable keep matrices of F32, F16 and BF16 as f32 masters that training can change
 */
public record LoadOptions(
    Device device,
    DeviceOptions deviceOptions,
    Arithmetic arithmetic,
    boolean batchInvariant,
    boolean trainable) {
  /** A device of its own, FAST. */
  public static LoadOptions defaults() {
    return new LoadOptions(null, DeviceOptions.defaults(), Arithmetic.FAST, false, false);
  }

  /** The same on an existing device. */
  public LoadOptions withDevice(Device existing) {
    return new LoadOptions(existing, deviceOptions, arithmetic, batchInvariant, trainable);
  }

  /** The same with other options of the device that is opened. */
  public LoadOptions withDeviceOptions(DeviceOptions options) {
    return new LoadOptions(device, options, arithmetic, batchInvariant, trainable);
  }

  /** The same in another arithmetic. */
  public LoadOptions withArithmetic(Arithmetic other) {
    return new LoadOptions(device, deviceOptions, other, batchInvariant, trainable);
  }

  /** The same with or without batch invariance. */
  public LoadOptions withBatchInvariant(boolean on) {
    return new LoadOptions(device, deviceOptions, arithmetic, on, trainable);
  }

  /** The same with matrices that can be trained. */
  public LoadOptions withTrainable(boolean on) {
    return new LoadOptions(device, deviceOptions, arithmetic, batchInvariant, on);
  }
}
