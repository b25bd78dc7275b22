// SPDX-License-Identifier: Apache-2.0

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the headers of the C ABI. They are regular by the project's rules: integer constants,
 * aliases of {@code int32_t}, opaque and plain structs of fixed-width types, and functions marked
 * GATUN_API. Whatever else appears is an error that names it, so nothing is left out silently.
 */
final class HeaderParser {
  private static final Pattern DEFINE =
      Pattern.compile("#define\\s+(GATUN_\\w+)\\s+\\(?(-?\\d+|0x[0-9a-fA-F]+)\\)?");
  private static final Pattern OPAQUE = Pattern.compile("typedef struct (\\w+) (\\w+)");
  private static final Pattern ALIAS = Pattern.compile("typedef (\\w+) (\\w+)");
  private static final Pattern STRUCT = Pattern.compile("typedef struct (\\w+) \\{(.*)\\} (\\w+)");
  private static final Pattern FUNCTION =
      Pattern.compile("GATUN_API (.*?[ *])(gatun_\\w+) ?\\((.*)\\)");
  private static final Pattern DECLARATOR =
      Pattern.compile("(.*?[ *])(\\w+) ?((?:\\[ ?\\w+ ?\\] ?)*)");
  private static final Pattern DIMENSION = Pattern.compile("\\[ ?(\\w+) ?\\]");

  private static final Map<String, Abi.Type.Scalar> SCALARS =
      Map.of(
          "char", new Abi.Type.Scalar("C_CHAR", "OfByte", "byte", 1, 'b'),
          "int8_t", new Abi.Type.Scalar("C_CHAR", "OfByte", "byte", 1, 'b'),
          "uint8_t", new Abi.Type.Scalar("C_CHAR", "OfByte", "byte", 1, 'b'),
          "int32_t", new Abi.Type.Scalar("C_INT", "OfInt", "int", 4, 'i'),
          "int64_t", new Abi.Type.Scalar("C_LONG", "OfLong", "long", 8, 'l'),
          "float", new Abi.Type.Scalar("C_FLOAT", "OfFloat", "float", 4, 'f'),
          "double", new Abi.Type.Scalar("C_DOUBLE", "OfDouble", "double", 8, 'd'));

  private final Map<String, Long> constants = new LinkedHashMap<>();
  private final Map<String, Abi.Type.Scalar> aliases = new LinkedHashMap<>();
  private final Map<String, Abi.Struct> structs = new LinkedHashMap<>();
  private final List<Abi.Function> functions = new ArrayList<>();

  /** Headers include one another, so constants and types are looked for in all before any use. */
  static Abi parse(Path folder) throws IOException {
    var parser = new HeaderParser();
    List<Path> headers;
    try (var files = Files.list(folder)) {
      headers = files.filter(file -> file.toString().endsWith(".h")).sorted().toList();
    }
    List<String> declarations = new ArrayList<>();
    for (Path header : headers) {
      String text = withoutComments(Files.readString(header));
      parser.constants(text);
      declarations.addAll(declarations(text));
    }
    parser.types(declarations);
    for (String declaration : declarations) {
      Matcher function = FUNCTION.matcher(declaration);
      if (function.matches()) {
        parser.functions.add(parser.function(function));
      } else if (!declaration.startsWith("typedef ")) {
        throw new IllegalArgumentException("not understood: " + declaration);
      }
    }
    return new Abi(
        parser.constants, parser.aliases, List.copyOf(parser.structs.values()), parser.functions);
  }

  private static String withoutComments(String text) {
    return text.replaceAll("(?s)/\\*.*?\\*/", " ").replaceAll("//[^\\n]*", "").replace("\r", "");
  }

  private void constants(String text) {
    DEFINE
        .matcher(text)
        .results()
        .forEach(define -> constants.put(define.group(1), Long.decode(define.group(2))));
  }

  /** Cuts at the semicolons outside of braces; white space becomes one blank. */
  private static List<String> declarations(String text) {
    String code = text.replaceAll("\\\\\\n", " ").replaceAll("(?m)^\\s*#.*$", "");
    List<String> result = new ArrayList<>();
    var current = new StringBuilder();
    int depth = 0;
    for (char c : code.toCharArray()) {
      if (c == '{') depth++;
      if (c == '}') depth--;
      if (c == ';' && depth == 0) {
        result.add(current.toString().replaceAll("\\s+", " ").strip());
        current.setLength(0);
      } else {
        current.append(c);
      }
    }
    if (!current.toString().isBlank()) {
      throw new IllegalArgumentException(
          "not closed by a semicolon: " + current.toString().strip());
    }
    return result;
  }

  private void types(List<String> declarations) {
    List<Matcher> open = new ArrayList<>();
    for (String declaration : declarations) {
      Matcher struct = STRUCT.matcher(declaration);
      Matcher alias = ALIAS.matcher(declaration);
      if (struct.matches()) {
        open.add(struct);
      } else if (alias.matches() && !OPAQUE.matcher(declaration).matches()) {
        Abi.Type.Scalar target = SCALARS.get(alias.group(1));
        if (target == null) throw new IllegalArgumentException("not understood: " + declaration);
        aliases.put(alias.group(2), target);
      }
    }
    // A struct may stand in a header that sorts before the one of a struct inside it.
    while (!open.isEmpty()) {
      int before = open.size();
      String reason = "";
      for (Matcher struct : List.copyOf(open)) {
        try {
          structs.put(struct.group(1), struct(struct.group(1), struct.group(2)));
          open.remove(struct);
        } catch (IllegalArgumentException e) {
          reason = e.getMessage();
        }
      }
      if (open.size() == before) throw new IllegalArgumentException(reason);
    }
  }

  private Abi.Struct struct(String name, String body) {
    List<Abi.Field> fields = new ArrayList<>();
    long offset = 0;
    long alignment = 1;
    for (String text : body.split(";")) {
      String declaration = text.strip();
      if (declaration.isEmpty()) continue;
      Matcher matcher = DECLARATOR.matcher(declaration);
      if (!matcher.matches()) {
        throw new IllegalArgumentException(name + ": not understood: " + declaration);
      }
      Abi.Type type = type(name, matcher.group(1));
      List<Long> lengths =
          DIMENSION
              .matcher(matcher.group(3))
              .results()
              .map(found -> length(found.group(1)))
              .toList();
      for (long length : lengths.reversed()) type = new Abi.Type.Array(type, length);
      offset = align(offset, type.alignment());
      fields.add(new Abi.Field(matcher.group(2), type, offset, declaration));
      offset += type.size();
      alignment = Math.max(alignment, type.alignment());
    }
    return new Abi.Struct(name, fields, align(offset, alignment), alignment);
  }

  private long length(String text) {
    Long value = text.matches("\\d+") ? Long.valueOf(text) : constants.get(text);
    if (value == null) throw new IllegalArgumentException("array length not understood: " + text);
    return value;
  }

  private Abi.Function function(Matcher matcher) {
    String name = matcher.group(2);
    String result = matcher.group(1).strip();
    String list = matcher.group(3).strip();
    List<Abi.Parameter> parameters = new ArrayList<>();
    if (!list.equals("void")) {
      for (String text : list.split(",")) {
        Matcher parameter = DECLARATOR.matcher(text.strip());
        if (!parameter.matches() || !parameter.group(3).isEmpty()) {
          throw new IllegalArgumentException(name + ": not understood: " + text);
        }
        parameters.add(
            new Abi.Parameter(parameter.group(2), scalar(name, parameter.group(1)), text.strip()));
      }
    }
    return new Abi.Function(
        name, result.equals("void") ? null : scalar(name, result), result, parameters);
  }

  private Abi.Type.Scalar scalar(String where, String text) {
    if (type(where, text) instanceof Abi.Type.Scalar scalar) return scalar;
    throw new IllegalArgumentException(where + ": a struct by value: " + text.strip());
  }

  private Abi.Type type(String where, String text) {
    if (text.contains("*")) return Abi.POINTER;
    String name = text.replaceAll("\\b(const|struct)\\b", "").strip();
    if (SCALARS.containsKey(name)) return SCALARS.get(name);
    if (aliases.containsKey(name)) return aliases.get(name);
    if (structs.containsKey(name)) return new Abi.Type.Nested(structs.get(name));
    throw new IllegalArgumentException(where + ": type not understood: " + name);
  }

  private static long align(long offset, long alignment) {
    return (offset + alignment - 1) / alignment * alignment;
  }
}
