// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer.template;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** The tests by name. */
final class Tests {
  private static final Map<String, TestOperation> ALL = all();

  private Tests() {}

  private static Map<String, TestOperation> all() {
    Map<String, TestOperation> tests = new HashMap<>();
    addKinds(tests);
    addComparisons(tests);
    tests.put("odd", (v, a, r) -> remainder(v, 2L, r) != 0);
    tests.put("even", (v, a, r) -> remainder(v, 2L, r) == 0);
    tests.put("divisibleby", (v, a, r) -> remainder(v, a.bind("divisibleby", "num")[0], r) == 0);
    tests.put("lower", (v, a, r) -> hasCase(v, r, false));
    tests.put("upper", (v, a, r) -> hasCase(v, r, true));
    tests.put("filter", (v, a, r) -> v instanceof String name && Filters.find(name) != null);
    tests.put("test", (v, a, r) -> v instanceof String name && find(name) != null);
    tests.put("sameas", (v, a, r) -> same(v, a.bind("sameas", "other")[0], r.budget()));
    tests.put("in", (v, a, r) -> Comparison.contains(a.bind("in", "seq")[0], v, r.budget()));
    return Map.copyOf(tests);
  }

  /** The test of that name, or null. */
  static TestOperation find(String name) {
    return ALL.get(name);
  }

  private static void addKinds(Map<String, TestOperation> tests) {
    kind(tests, "defined", value -> !(value instanceof Undefined));
    kind(tests, "undefined", value -> value instanceof Undefined);
    kind(tests, "none", value -> value == null);
    kind(tests, "boolean", value -> value instanceof Boolean);
    kind(tests, "true", Boolean.TRUE::equals);
    kind(tests, "false", Boolean.FALSE::equals);
    kind(tests, "integer", value -> Types.isInteger(value) && !(value instanceof Boolean));
    kind(tests, "float", value -> value instanceof Double);
    kind(tests, "number", Types::isNumber);
    kind(tests, "string", value -> value instanceof String);
    kind(tests, "mapping", value -> value instanceof Dict);
    kind(tests, "iterable", Sequences::isIterable);
    kind(tests, "sequence", Tests::isSequence);
    kind(tests, "callable", Types::isCallable);
    kind(tests, "escaped", value -> false);
  }

  private static void kind(Map<String, TestOperation> tests, String name, Predicate<Object> kind) {
    tests.put(
        name,
        (value, arguments, rendering) -> {
          arguments.bind(name);
          return kind.test(value);
        });
  }

  private static boolean isSequence(Object value) {
    return value instanceof String
        || value instanceof List<?>
        || value instanceof Tuple
        || value instanceof Dict
        || value instanceof Range
        || value instanceof Undefined;
  }

  private static void addComparisons(Map<String, TestOperation> tests) {
    comparison(tests, "==", "==", "eq", "equalto");
    comparison(tests, "!=", "!=", "ne");
    comparison(tests, "<", "<", "lt", "lessthan");
    comparison(tests, "<=", "<=", "le");
    comparison(tests, ">", ">", "gt", "greaterthan");
    comparison(tests, ">=", ">=", "ge");
  }

  private static void comparison(
      Map<String, TestOperation> tests, String operator, String... names) {
    for (String name : names) {
      tests.put(
          name,
          (value, arguments, rendering) ->
              Comparison.holds(
                  operator, value, arguments.bind(name, "other")[0], rendering.budget()));
    }
  }

  private static double remainder(Object value, Object divisor, Rendering rendering) {
    if (!Types.isNumber(value) && !(value instanceof Undefined)) {
      throw TemplateException.value("expected a number, got " + Types.name(value));
    }
    return Arithmetic.real(Arithmetic.binary("%", value, divisor, rendering.budget()));
  }

  private static boolean hasCase(Object value, Rendering rendering, boolean upper) {
    String text = Printer.text(value, rendering.budget());
    rendering.budget().scan(text.length());
    return StringMethods.hasCase(text, upper ? Character::isUpperCase : Character::isLowerCase);
  }

  /** Identity as far as a template can tell: equal scalars are one object. */
  private static boolean same(Object value, Object other, Budget budget) {
    boolean scalars =
        (Types.isNumber(value) || value instanceof String)
            && Types.name(value).equals(Types.name(other));
    return value == other || (scalars && Comparison.equal(value, other, budget));
  }
}
