// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tensor;

import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Storage formats of tensors: plain numbers and the block-quantised formats of GGUF.
 *
 * <p>A format stores {@link #blockElements()} consecutive elements of a row in {@link
 * #blockBytes()} bytes; plain numbers are blocks of one element. The native code of a format is its
 * ggml type id; formats that ggml does not have (those of safetensors) are numbered from 100. That
 * a format is listed means that its size is known, not that a kernel can compute with it.
 *
 * <p>Immutable and safe for any thread.
 */
public enum DType {
  F32(0, 1, 4, "F32"),
  F16(1, 1, 2, "F16"),
  Q4_0(2, 32, 18),
  Q4_1(3, 32, 20),
  Q5_0(6, 32, 22),
  Q5_1(7, 32, 24),
  Q8_0(8, 32, 34),
  /** Exists in memory only: the activations' side of ggml's dot products. */
  Q8_1(9, 32, 36),
  Q2_K(10, 256, 84),
  Q3_K(11, 256, 110),
  Q4_K(12, 256, 144),
  Q5_K(13, 256, 176),
  Q6_K(14, 256, 210),
  /** Exists in memory only: the activations' side of ggml's dot products. */
  Q8_K(15, 256, 292),
  IQ2_XXS(16, 256, 66),
  IQ2_XS(17, 256, 74),
  IQ3_XXS(18, 256, 98),
  IQ1_S(19, 256, 50),
  IQ4_NL(20, 32, 18),
  IQ3_S(21, 256, 110),
  IQ2_S(22, 256, 82),
  IQ4_XS(23, 256, 136),
  I8(24, 1, 1, "I8"),
  I16(25, 1, 2, "I16"),
  I32(26, 1, 4, "I32"),
  I64(27, 1, 8, "I64"),
  F64(28, 1, 8, "F64"),
  IQ1_M(29, 256, 56),
  BF16(30, 1, 2, "BF16"),
  TQ1_0(34, 256, 54),
  TQ2_0(35, 256, 66),
  MXFP4(39, 32, 17),
  NVFP4(40, 64, 36),
  Q1_0(41, 128, 18),

  U8(100, 1, 1, "U8"),
  BOOL(101, 1, 1, "BOOL"),
  U16(102, 1, 2, "U16"),
  U32(103, 1, 4, "U32"),
  U64(104, 1, 8, "U64"),
  F8_E4M3(105, 1, 1, "F8_E4M3"),
  F8_E5M2(106, 1, 1, "F8_E5M2"),
  F8_E8M0(107, 1, 1, "F8_E8M0"),
  F8_E4M3FNUZ(108, 1, 1, "F8_E4M3FNUZ"),
  F8_E5M2FNUZ(109, 1, 1, "F8_E5M2FNUZ"),
  /** Two elements in a byte. */
  F4(110, 2, 1, "F4"),
  /** Four elements in three bytes. */
  F6_E2M3(111, 4, 3, "F6_E2M3"),
  /** Four elements in three bytes. */
  F6_E3M2(112, 4, 3, "F6_E3M2"),
  C64(113, 1, 8, "C64");

  private static final Map<Integer, DType> BY_CODE;
  private static final Map<String, DType> BY_SAFETENSORS_NAME;

  static {
    Map<Integer, DType> byCode = new HashMap<>();
    Map<String, DType> byName = new HashMap<>();
    for (DType type : values()) {
      byCode.put(type.code, type);
      if (type.safetensorsName != null) {
        byName.put(type.safetensorsName, type);
      }
    }
    BY_CODE = Collections.unmodifiableMap(byCode);
    BY_SAFETENSORS_NAME = Collections.unmodifiableMap(byName);
  }

  private final int code;
  private final int blockElements;
  private final int blockBytes;
  private final String safetensorsName;

  DType(int code, int blockElements, int blockBytes) {
    this(code, blockElements, blockBytes, null);
  }

  DType(int code, int blockElements, int blockBytes, String safetensorsName) {
    this.code = code;
    this.blockElements = blockElements;
    this.blockBytes = blockBytes;
    this.safetensorsName = safetensorsName;
  }

  /** The number of this format in the C ABI: the ggml type id, or 100 and above. */
  public int code() {
    return code;
  }

  /** Elements in one block; 1 for plain numbers. */
  public int blockElements() {
    return blockElements;
  }

  /** Bytes of one block. */
  public int blockBytes() {
    return blockBytes;
  }

  /** Whether elements are stored in blocks of more than one, so that they have no own address. */
  public boolean isBlocked() {
    return blockElements > 1;
  }

  /** The name in safetensors files; empty for the block formats of GGUF. */
  public Optional<String> safetensorsName() {
    return Optional.ofNullable(safetensorsName);
  }

  /**
   * The bytes that {@code elements} elements take.
   *
   * @param elements zero or a positive multiple of {@link #blockElements()}
   * @throws IllegalArgumentException if {@code elements} is negative or ends inside a block
   * @throws ArithmeticException if the size exceeds a {@code long}
   */
  public long byteSize(long elements) {
    if (elements < 0 || elements % blockElements != 0) {
      throw new IllegalArgumentException(
          "DType.byteSize: elements: expected a non-negative multiple of the block of "
              + blockElements
              + " of "
              + this
              + ", got "
              + elements);
    }
    return Math.multiplyExact(elements / blockElements, (long) blockBytes);
  }

  /**
   * The format with a native code.
   *
   * @throws IllegalArgumentException if no format has that code
   */
  public static DType fromCode(int code) {
    return find(code)
        .orElseThrow(() ->
            new IllegalArgumentException(
                "DType.fromCode: expected one of "
                    + Arrays.stream(values()).map(t -> t + "=" + t.code).toList()
                    + ", got "
                    + code));
  }

  /** The format with a native code, or empty if the code is unknown. */
  public static Optional<DType> find(int code) {
    return Optional.ofNullable(BY_CODE.get(code));
  }

  /** The format with a safetensors name, or empty if the name is unknown. */
  public static Optional<DType> findSafetensors(String name) {
    return Optional.ofNullable(BY_SAFETENSORS_NAME.get(name));
  }
}
