// SPDX-License-Identifier: Apache-2.0
package dev.gatun.bindings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.gatun.bindings.generated.GatunLayout;
import dev.gatun.bindings.generated.GatunLibrary;
import java.lang.foreign.AddressLayout;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.GroupLayout;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.PaddingLayout;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Asks the library what its compiler made of the headers, and compares every constant, struct,
 * field and function with what the bindings use, whoever wrote them.
 */
final class LayoutTest {
  private static List<String[]> records;

  @BeforeAll
  static void ask() {
    NativeLibrary.load();
    records =
        GatunLibrary.gatun_abi_layout().getString(0).lines().map(line -> line.split(" ")).toList();
  }

  private static List<String[]> records(String kind) {
    List<String[]> found = records.stream().filter(record -> record[0].equals(kind)).toList();
    assertFalse(found.isEmpty(), "the probe lists no " + kind);
    return found;
  }

  private static Class<?> binding(String struct) throws ClassNotFoundException {
    return Class.forName("dev.gatun.bindings.generated." + struct);
  }

  private static Object call(Class<?> type, String method) throws ReflectiveOperationException {
    return type.getMethod(method).invoke(null);
  }

  @Test
  void constantsHaveTheValuesOfTheHeaders() throws ReflectiveOperationException {
    for (String[] record : records("constant")) {
      assertEquals(
          Integer.parseInt(record[2]),
          call(GatunLibrary.class, record[1]),
          "constant " + record[1]);
    }
    assertEquals(
        names("constant"), methods(name -> name.startsWith("GATUN_")), "constants of both sides");
  }

  @Test
  void structsHaveTheSizesOfTheCompiler() throws ReflectiveOperationException {
    for (String[] record : records("struct")) {
      Class<?> binding = binding(record[1]);
      var layout = (GroupLayout) call(binding, "layout");
      assertEquals(Long.parseLong(record[2]), layout.byteSize(), "size of " + record[1]);
      assertEquals(layout.byteSize(), call(binding, "sizeof"), "sizeof of " + record[1]);
      assertEquals(Long.parseLong(record[3]), layout.byteAlignment(), "alignment of " + record[1]);
    }
  }

  @Test
  void fieldsHaveTheOffsetsOfTheCompiler() throws ReflectiveOperationException {
    Map<String, List<String>> fields = new TreeMap<>();
    for (String[] record : records("field")) {
      String name = record[1] + "." + record[2];
      fields.computeIfAbsent(record[1], struct -> new ArrayList<>()).add(record[2]);
      Class<?> binding = binding(record[1]);
      var layout = (GroupLayout) call(binding, "layout");
      var path = MemoryLayout.PathElement.groupElement(record[2]);
      long offset = Long.parseLong(record[3]);
      assertEquals(offset, layout.byteOffset(path), "offset of " + name + " in the layout");
      assertEquals(offset, call(binding, record[2] + "$offset"), "offset of " + name);
      var field = (MemoryLayout) call(binding, record[2] + "$layout");
      assertEquals(Long.parseLong(record[4]), field.byteSize(), "size of " + name);
      assertEquals(field.withoutName(), layout.select(path).withoutName(), "layout of " + name);
    }
    for (var struct : fields.entrySet()) {
      var layout = (GroupLayout) call(binding(struct.getKey()), "layout");
      List<String> bound =
          layout.memberLayouts().stream()
              .filter(member -> !(member instanceof PaddingLayout))
              .map(member -> member.name().orElseThrow())
              .toList();
      assertEquals(struct.getValue(), bound, "fields of " + struct.getKey());
    }
  }

  @Test
  void functionsHaveTheSignaturesOfTheCompiler() throws ReflectiveOperationException {
    for (String[] record : records("function")) {
      var descriptor = (FunctionDescriptor) call(GatunLibrary.class, record[1] + "$descriptor");
      String letters =
          descriptor.returnLayout().map(LayoutTest::letter).orElse("v")
              + descriptor.argumentLayouts().stream()
                  .map(LayoutTest::letter)
                  .collect(Collectors.joining());
      assertEquals(record[2], letters, "signature of " + record[1]);
    }
    assertEquals(
        names("function"),
        methods(name -> name.startsWith("gatun_") && !name.contains("$")),
        "functions of both sides");
  }

  @Test
  void everyFunctionIsExported() throws ReflectiveOperationException {
    for (String[] record : records("function")) {
      call(GatunLibrary.class, record[1] + "$address"); // throws where the symbol is missing
    }
  }

  @Test
  void theTextComparedAtLoadIsTheProbesAnswer() {
    String answer =
        records.stream()
            .map(record -> String.join(" ", record) + "\n")
            .collect(Collectors.joining());
    assertNull(NativeLibrary.difference(GatunLayout.TEXT, answer));
  }

  private static String letter(MemoryLayout layout) {
    return switch (layout) {
      case ValueLayout.OfInt i -> "i";
      case ValueLayout.OfLong l -> "l";
      case ValueLayout.OfFloat f -> "f";
      case ValueLayout.OfDouble d -> "d";
      case AddressLayout a -> "p";
      default -> throw new AssertionError("no letter for " + layout);
    };
  }

  private static Set<String> names(String kind) {
    return records(kind).stream().map(r -> r[1]).collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> methods(Predicate<String> wanted) {
    return Arrays.stream(GatunLibrary.class.getMethods())
        .map(Method::getName)
        .filter(wanted)
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
