// SPDX-License-Identifier: Apache-2.0
package dev.gatun.bench;

/**
 * Two calls of the library through the Java Native Interface, from {@code bench/native/jni_call.c}.
 * The system property {@code gatun.bench.jni} names the built library.
 */
@SuppressWarnings("restricted") // System.load: the twin is no part of the bindings
final class JniCalls {
  static {
    System.load(BenchSettings.required("gatun.bench.jni", "libgatun_bench_jni.so").toString());
  }

  private JniCalls() {}

  static native int abiVersion();

  static native int rmsNorm(long stream, long params, long error);
}
