// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tensor;

/**
 * How products with weights are computed; chosen when a model is loaded.
 *
 * <table>
 * <caption>Types in each arithmetic</caption>
 * <tr><th></th><th>F32</th><th>FAST</th></tr>
 * <tr><td>residual stream, norms, softmax, logits</td><td>f32</td><td>f32</td></tr>
 * <tr><td>activations entering a product</td><td>f32</td><td>8 bits per 32 values; bf16 with AMX tiles</td></tr>
 * <tr><td>weights in memory</td><td>as stored</td><td>block formats as stored; others in 8 bits per value, bf16 with AMX tiles</td></tr>
 * <tr><td>key/value cache</td><td>f32</td><td>bf16</td></tr>
 * </table>
 */
public enum Arithmetic {
  /** Activations stay f32; the reference to compare with. */
  F32(0, DType.F32),
  /** Reduced activations for speed; the default. */
  FAST(1, DType.BF16);

  private final int code;
  private final DType cacheType;

  Arithmetic(int code, DType cacheType) {
    this.code = code;
    this.cacheType = cacheType;
  }

  /** The native code, {@code GATUN_ARITHMETIC_*}. */
  public int code() {
    return code;
  }

  /** Element type of keys and values in a cache. */
  public DType cacheType() {
    return cacheType;
  }
}
