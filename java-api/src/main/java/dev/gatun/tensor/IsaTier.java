// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tensor;

/** Instruction set tiers of the CPU backend, in ascending order; codes are {@code GATUN_ISA_*}. */
public enum IsaTier {
  /** The best tier of the machine, or the one that the environment variable GATUN_ISA names. */
  AUTO,
  /** Scalar reference kernels. */
  GENERIC,
  /** AVX2, FMA and F16C. */
  AVX2,
  /** AVX-512 F, BW, DQ, VL, VBMI and VNNI. */
  AVX512,
  /** The same with bf16 dot products. */
  AVX512_BF16,
  /** The same with AMX tiles for bf16 and int8. */
  AMX;

  /** The tier with a native code. */
  public static IsaTier ofCode(int code) {
    return values()[code];
  }

  /** The native code. */
  public int code() {
    return ordinal();
  }
}
