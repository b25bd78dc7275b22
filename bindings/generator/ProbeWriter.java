// SPDX-License-Identifier: Apache-2.0

/**
 * Writes the list from which the library's layout probe is compiled, and the text that the probe is
 * expected to answer. The sizes in the probe are the C++ compiler's own, those in the text ours.
 */
final class ProbeWriter {
  private ProbeWriter() {}

  static String probe(Abi abi) {
    var out = new StringBuilder();
    out.append("// SPDX-License-Identifier: Apache-2.0\n");
    out.append("// Generated from native/include by ci/bindings; do not edit.\n");
    out.append("// The includer defines CONSTANT, STRUCT, FIELD and FUNCTION.\n");
    out.append("// clang-format off\n");
    abi.constants().keySet().forEach(name -> out.append("CONSTANT(").append(name).append(")\n"));
    for (Abi.Struct struct : abi.structs()) {
      out.append("STRUCT(").append(struct.name()).append(")\n");
      for (Abi.Field field : struct.fields()) {
        out.append("FIELD(%s, %s)\n".formatted(struct.name(), field.name()));
      }
    }
    for (Abi.Function function : abi.functions()) {
      String types =
          String.join(
              ", ",
              function.parameters().stream()
                  .map(p -> p.declaration().replaceAll(" ?\\w+$", "").strip())
                  .toList());
      out.append(
          "FUNCTION(%s, %s (*)(%s))\n"
              .formatted(function.name(), function.resultDeclaration(), types));
    }
    return out.append("// clang-format on\n").toString();
  }

  static String expected(Abi abi) {
    var out = new StringBuilder();
    abi.constants().forEach((name, value) -> out.append("constant %s %d\n".formatted(name, value)));
    for (Abi.Struct struct : abi.structs()) {
      out.append("struct %s %d %d\n".formatted(struct.name(), struct.size(), struct.alignment()));
      for (Abi.Field field : struct.fields()) {
        out.append(
            "field %s %s %d %d\n"
                .formatted(struct.name(), field.name(), field.offset(), field.type().size()));
      }
    }
    for (Abi.Function function : abi.functions()) {
      out.append("function %s %s\n".formatted(function.name(), function.signature()));
    }
    return out.toString();
  }
}
