// SPDX-License-Identifier: Apache-2.0

import java.util.ArrayList;
import java.util.List;

/** Writes the Java classes in the shape that jextract gives them. */
final class JavaWriter {
  private static final String HEADER =
      """
      // SPDX-License-Identifier: Apache-2.0
      // Generated from native/include by ci/bindings; do not edit.
      package dev.gatun.bindings.generated;

      """;

  private JavaWriter() {}

  /** The class of functions and constants. */
  static String library(Abi abi) {
    var out = new StringBuilder(HEADER);
    out.append(
        """
        import java.lang.foreign.FunctionDescriptor;
        import java.lang.foreign.Linker;
        import java.lang.foreign.MemorySegment;
        import java.lang.foreign.SymbolLookup;
        import java.lang.foreign.ValueLayout.OfInt;
        import java.lang.invoke.MethodHandle;

        /** Functions and constants of the C ABI. The library must have been loaded before. */
        public class GatunLibrary extends GatunLibrary$shared {
          GatunLibrary() {}

          static final SymbolLookup SYMBOL_LOOKUP =
              SymbolLookup.loaderLookup().or(Linker.nativeLinker().defaultLookup());
        """);
    abi.aliases()
        .forEach((name, type) ->
            out.append(
                """

                  /** {@snippet lang=c : typedef %1$s %2$s } */
                  public static final %3$s %2$s = %4$s;
                """
                    .formatted("int32_t", name, type.javaLayout(), type.layout())));
    abi.constants()
        .forEach((name, value) ->
            out.append(
                """
                  private static final int %1$s = (int) %2$dL;

                  /**
                   * {@snippet lang=c : #define %1$s %2$d }
                   *
                   * @return %2$d
                   */
                  public static int %1$s() {
                    return %1$s;
                  }

                """
                    .formatted(name, value)));
    abi.functions().forEach(function -> out.append(function(function)));
    return out.append("}\n").toString();
  }

  private static String function(Abi.Function function) {
    List<String> layouts = new ArrayList<>();
    if (function.result() != null) layouts.add("GatunLibrary." + function.result().layout());
    function.parameters().forEach(p -> layouts.add("GatunLibrary." + p.type().layout()));
    String factory = function.result() == null ? "ofVoid" : "of";
    String result = function.result() == null ? "void" : function.result().javaType();
    String back = function.result() == null ? "" : "return (" + result + ") ";
    List<String> parameters =
        function.parameters().stream().map(p -> p.type().javaType() + " " + p.name()).toList();
    List<String> names = function.parameters().stream().map(Abi.Parameter::name).toList();
    String trace =
        "if (TRACE_DOWNCALLS) {\n        traceDowncall(\"%s\"%s);\n      }"
            .formatted(function.name(), names.isEmpty() ? "" : ", " + String.join(", ", names));
    return """
      private static class %1$s {
        public static final FunctionDescriptor DESC =
            FunctionDescriptor.%2$s(%3$s);

        public static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("%1$s");

        public static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
      }

      /**
       * Function descriptor for {@snippet lang=c : %4$s }
       *
       * @return the descriptor
       */
      public static FunctionDescriptor %1$s$descriptor() {
        return %1$s.DESC;
      }

      /**
       * Downcall method handle for {@snippet lang=c : %4$s }
       *
       * @return the handle
       */
      public static MethodHandle %1$s$handle() {
        return %1$s.HANDLE;
      }

      /**
       * Address for {@snippet lang=c : %4$s }
       *
       * @return the address
       */
      public static MemorySegment %1$s$address() {
        return %1$s.ADDR;
      }

      /** {@snippet lang=c : %4$s } */
      @SuppressWarnings("doclint:missing")
      public static %5$s %1$s(%6$s) {
        MethodHandle mh$ = %1$s.HANDLE;
        try {
          %7$s
          %8$smh$.invokeExact(%9$s);
        } catch (Error | RuntimeException ex) {
          throw ex;
        } catch (Throwable ex$) {
          throw new AssertionError("should not reach here", ex$);
        }
      }

    """
        .formatted(
            function.name(),
            factory,
            String.join(", ", layouts),
            function.declaration(),
            result,
            String.join(", ", parameters),
            trace.replace("\n", "\n  "),
            back,
            String.join(", ", names));
  }

  /** The class of layouts that the others share. */
  static String shared() {
    return HEADER
        + """
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
            System.err.printf("%s(%s)\\n", name, traceArgs);
          }
        }
        """;
  }

  /** The answer that the layout probe must give, as a constant. */
  static String layout(String expected) {
    var out = new StringBuilder(HEADER);
    out.append(
        """
        /** What {@code gatun_abi_layout} answers in a library that fits these bindings. */
        public final class GatunLayout {
          private GatunLayout() {}

          /** One record per line, as version.h describes them. */
          public static final String TEXT =
              \"""
        """);
    expected.lines().forEach(line -> out.append("      ").append(line).append('\n'));
    return out.append("      \"\"\";\n}\n").toString();
  }

  /** The options file with which jextract binds our declarations and none of the system's. */
  static String includes(Abi abi) {
    List<String> lines = new ArrayList<>();
    abi.constants().keySet().forEach(name -> lines.add("--include-constant " + name));
    abi.functions().forEach(function -> lines.add("--include-function " + function.name()));
    abi.structs().forEach(struct -> lines.add("--include-struct " + struct.name()));
    abi.aliases().keySet().forEach(name -> lines.add("--include-typedef " + name));
    return String.join("\n", lines) + "\n";
  }
}
