// SPDX-License-Identifier: Apache-2.0

import java.util.List;
import java.util.Map;

/** What the headers declare, in the order of the file names and then of the files. */
record Abi(
    Map<String, Long> constants,
    Map<String, Type.Scalar> aliases,
    List<Struct> structs,
    List<Function> functions) {

  /** A type of the ABI on a 64-bit platform. */
  sealed interface Type {
    long size();

    long alignment();

    /** Numbers, and pointers of every kind: {@code letter} is its code in a signature. */
    record Scalar(String layout, String javaLayout, String javaType, long size, char letter)
        implements Type {
      @Override
      public long alignment() {
        return size;
      }
    }

    /** A struct by value inside another. */
    record Nested(Struct struct) implements Type {
      @Override
      public long size() {
        return struct.size();
      }

      @Override
      public long alignment() {
        return struct.alignment();
      }
    }

    /** A fixed array. */
    record Array(Type element, long length) implements Type {
      @Override
      public long size() {
        return element.size() * length;
      }

      @Override
      public long alignment() {
        return element.alignment();
      }
    }
  }

  static final Type.Scalar POINTER =
      new Type.Scalar("C_POINTER", "AddressLayout", "MemorySegment", 8, 'p');

  /** A field; {@code declaration} is its C text. */
  record Field(String name, Type type, long offset, String declaration) {}

  record Struct(String name, List<Field> fields, long size, long alignment) {}

  record Parameter(String name, Type.Scalar type, String declaration) {}

  /** A function; {@code result} is null for {@code void}. */
  record Function(
      String name, Type.Scalar result, String resultDeclaration, List<Parameter> parameters) {

    String declaration() {
      String list =
          parameters.isEmpty()
              ? "void"
              : String.join(", ", parameters.stream().map(Parameter::declaration).toList());
      return resultDeclaration + " " + name + "(" + list + ")";
    }

    /** One letter per type, the result first. */
    String signature() {
      var letters = new StringBuilder().append(result == null ? 'v' : result.letter());
      parameters.forEach(parameter -> letters.append(parameter.type().letter()));
      return letters.toString();
    }
  }
}
