// SPDX-License-Identifier: Apache-2.0

import java.util.ArrayList;
import java.util.List;

/** Writes the class of one struct: its layout, and a getter and a setter per field. */
final class StructWriter {
  private final StringBuilder out = new StringBuilder();
  private final Abi.Struct struct;

  private StructWriter(Abi.Struct struct) {
    this.struct = struct;
  }

  static String write(Abi.Struct struct) {
    return new StructWriter(struct).write();
  }

  private String write() {
    out.append(
        """
        // SPDX-License-Identifier: Apache-2.0
        // Generated from native/include by ci/bindings; do not edit.
        package dev.gatun.bindings.generated;

        import java.lang.foreign.*;
        import java.util.Objects;
        import java.util.function.Consumer;

        /**
         * {@snippet lang=c :
         * struct %1$s {
        """
            .formatted(struct.name()));
    struct.fields().forEach(field -> out.append(" *     " + field.declaration() + ";\n"));
    out.append(
        """
         * }
         * }
         */
        @SuppressWarnings("doclint:missing")
        public class %1$s {
          %1$s() {}

        """
            .formatted(struct.name()));
    for (Abi.Field field : struct.fields()) {
      out.append(
          "  private static final %s %s$LAYOUT = %s;\n"
              .formatted(javaLayout(field.type()), field.name(), layout(field.type())));
    }
    out.append("\n  private static final GroupLayout $LAYOUT = MemoryLayout.structLayout(\n");
    List<String> members = new ArrayList<>();
    long end = 0;
    for (Abi.Field field : struct.fields()) {
      padding(members, field.offset() - end);
      members.add("%1$s$LAYOUT.withName(\"%1$s\")".formatted(field.name()));
      end = field.offset() + field.type().size();
    }
    padding(members, struct.size() - end);
    out.append("      ").append(String.join(",\n      ", members));
    out.append("\n  ).withName(\"%s\");\n".formatted(struct.name()));
    out.append(
        """

          public static final GroupLayout layout() {
            return $LAYOUT;
          }
        """);
    struct.fields().forEach(this::field);
    tail();
    return out.append("}\n").toString();
  }

  private static void padding(List<String> members, long bytes) {
    if (bytes > 0) members.add("MemoryLayout.paddingLayout(" + bytes + ")");
  }

  private static String javaLayout(Abi.Type type) {
    return switch (type) {
      case Abi.Type.Scalar s ->
          s.javaLayout().equals("AddressLayout")
              ? "AddressLayout"
              : "ValueLayout." + s.javaLayout();
      case Abi.Type.Nested n -> "GroupLayout";
      case Abi.Type.Array a -> "SequenceLayout";
    };
  }

  private static String layout(Abi.Type type) {
    return switch (type) {
      case Abi.Type.Scalar s -> "GatunLibrary." + s.layout();
      case Abi.Type.Nested n -> n.struct().name() + ".layout()";
      case Abi.Type.Array a ->
          "MemoryLayout.sequenceLayout(" + a.length() + ", " + layout(a.element()) + ")";
    };
  }

  private void field(Abi.Field field) {
    out.append(
        """

          // %4$s

          public static final %2$s %1$s$layout() {
            return %1$s$LAYOUT;
          }

          private static final long %1$s$OFFSET = %3$d;

          public static final long %1$s$offset() {
            return %1$s$OFFSET;
          }

        """
            .formatted(
                field.name(), javaLayout(field.type()), field.offset(), field.declaration()));
    switch (field.type()) {
      case Abi.Type.Scalar scalar -> scalar(field.name(), scalar);
      case Abi.Type.Nested nested -> slice(field.name());
      case Abi.Type.Array array -> {
        slice(field.name());
        elements(field.name(), array);
      }
    }
  }

  private void scalar(String name, Abi.Type.Scalar type) {
    out.append(
        """
          public static %2$s %1$s(MemorySegment struct) {
            return struct.get(%1$s$LAYOUT, %1$s$OFFSET);
          }

          public static void %1$s(MemorySegment struct, %2$s fieldValue) {
            struct.set(%1$s$LAYOUT, %1$s$OFFSET, fieldValue);
          }
        """
            .formatted(name, type.javaType()));
  }

  private void slice(String name) {
    out.append(
        """
          public static MemorySegment %1$s(MemorySegment struct) {
            return struct.asSlice(%1$s$OFFSET, %1$s$LAYOUT.byteSize());
          }

          public static void %1$s(MemorySegment struct, MemorySegment fieldValue) {
            MemorySegment.copy(fieldValue, 0L, struct, %1$s$OFFSET, %1$s$LAYOUT.byteSize());
          }
        """
            .formatted(name));
  }

  private void elements(String name, Abi.Type.Array array) {
    out.append(
        """

          private static final long[] %1$s$DIMS = {%2$d};

          public static long[] %1$s$dimensions() {
            return %1$s$DIMS.clone();
          }

        """
            .formatted(name, array.length()));
    String offset =
        "%s$OFFSET + Objects.checkIndex(index0, %dL) * %d"
            .formatted(name, array.length(), array.element().size());
    switch (array.element()) {
      case Abi.Type.Scalar scalar ->
          out.append(
              """
                public static %2$s %1$s(MemorySegment struct, long index0) {
                  return struct.get(%3$s, %4$s);
                }

                public static void %1$s(MemorySegment struct, long index0, %2$s fieldValue) {
                  struct.set(%3$s, %4$s, fieldValue);
                }
              """
                  .formatted(name, scalar.javaType(), layout(scalar), offset));
      case Abi.Type.Nested nested ->
          out.append(
              """
                public static MemorySegment %1$s(MemorySegment struct, long index0) {
                  return struct.asSlice(%2$s, %3$d);
                }

                public static void %1$s(MemorySegment struct, long index0, MemorySegment fieldValue) {
                  MemorySegment.copy(fieldValue, 0L, struct, %2$s, %3$d);
                }
              """
                  .formatted(name, offset, nested.size()));
      case Abi.Type.Array inner ->
          throw new IllegalArgumentException(
              struct.name() + "." + name + ": arrays of arrays are not generated");
    }
  }

  private void tail() {
    out.append(
        """

          /** Obtains a slice of {@code array} which selects the array element at {@code index}. */
          public static MemorySegment asSlice(MemorySegment array, long index) {
            return array.asSlice(layout().byteSize() * index);
          }

          /** The size (in bytes) of this struct. */
          public static long sizeof() {
            return layout().byteSize();
          }

          /** Allocates a segment of size {@code layout().byteSize()} using {@code allocator}. */
          public static MemorySegment allocate(SegmentAllocator allocator) {
            return allocator.allocate(layout());
          }

          /** Allocates an array of size {@code elementCount} using {@code allocator}. */
          public static MemorySegment allocateArray(long elementCount, SegmentAllocator allocator) {
            return allocator.allocate(MemoryLayout.sequenceLayout(elementCount, layout()));
          }

          /** Reinterprets {@code addr} using target {@code arena} and {@code cleanup} action (if any). */
          public static MemorySegment reinterpret(
              MemorySegment addr, Arena arena, Consumer<MemorySegment> cleanup) {
            return reinterpret(addr, 1, arena, cleanup);
          }

          /** As above, for {@code elementCount} structs. */
          public static MemorySegment reinterpret(
              MemorySegment addr, long elementCount, Arena arena, Consumer<MemorySegment> cleanup) {
            return addr.reinterpret(layout().byteSize() * elementCount, arena, cleanup);
          }
        """);
  }
}
