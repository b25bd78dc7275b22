// SPDX-License-Identifier: Apache-2.0
// Generated from native/include by ci/bindings; do not edit.
package dev.gatun.bindings.generated;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.stream.Collectors;

/** Layouts of the C types on this platform. */
@SuppressWarnings("doclint:missing")
public class GatunLibrary$shared {
  GatunLibrary$shared() {}

  public static final ValueLayout.OfByte C_CHAR = (ValueLayout.OfByte) canonical("char");
  public static final ValueLayout.OfInt C_INT = (ValueLayout.OfInt) canonical("int");
  public static final ValueLayout.OfLong C_LONG = (ValueLayout.OfLong) canonical("long");
  public static final ValueLayout.OfFloat C_FLOAT = (ValueLayout.OfFloat) canonical("float");
  public static final ValueLayout.OfDouble C_DOUBLE =
      (ValueLayout.OfDouble) canonical("double");
  public static final AddressLayout C_POINTER =
      ((AddressLayout) canonical("void*"))
          .withTargetLayout(
              MemoryLayout.sequenceLayout(Long.MAX_VALUE, ValueLayout.JAVA_BYTE));

  static final boolean TRACE_DOWNCALLS = Boolean.getBoolean("jextract.trace.downcalls");

  private static MemoryLayout canonical(String type) {
    return Linker.nativeLinker().canonicalLayouts().get(type);
  }

  static void traceDowncall(String name, Object... args) {
    String traceArgs =
        Arrays.stream(args).map(Object::toString).collect(Collectors.joining(", "));
    System.err.printf("%s(%s)\n", name, traceArgs);
  }
}
