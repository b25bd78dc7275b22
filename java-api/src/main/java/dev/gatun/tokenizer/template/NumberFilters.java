// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer.template;

import java.util.List;
import java.util.Map;

/** Filters that make numbers. */
final class NumberFilters {
  private NumberFilters() {}

  static void addTo(Map<String, FilterOperation> filters) {
    filters.put("int", NumberFilters::integer);
    filters.put("float", NumberFilters::real);
    filters.put("abs", NumberFilters::absolute);
    filters.put("round", NumberFilters::round);
    filters.put("sum", NumberFilters::sum);
  }

  private static Object integer(Object value, Arguments arguments, Rendering rendering) {
    Object[] given = arguments.bind("int", "default?", "base?");
    int base = given[1] == Arguments.ABSENT ? 10 : Types.asInt(given[1], "int: base");
    Object fallback = given[0] == Arguments.ABSENT ? (Object) 0L : given[0];
    return switch (value) {
      case Long n -> n;
      case Boolean b -> b ? 1L : 0L;
      case Double d -> d.isNaN() || d.isInfinite() ? fallback : Numbers.truncated(d);
      case String text -> {
        Object whole = Numbers.parseInteger(text, base);
        if (whole != null) {
          yield whole;
        }
        Double real = Numbers.parseReal(text);
        boolean finite = real != null && !real.isNaN() && !real.isInfinite();
        yield finite ? Numbers.truncated(real) : fallback;
      }
      case Undefined undefined -> throw undefined.failure();
      case null, default -> Types.isInteger(value) ? value : fallback;
    };
  }

  private static Object real(Object value, Arguments arguments, Rendering rendering) {
    Object given = arguments.bind("float", "default?")[0];
    Object fallback = given == Arguments.ABSENT ? (Object) 0.0 : given;
    if (value instanceof Undefined undefined) {
      throw undefined.failure();
    }
    if (value instanceof String text) {
      Double parsed = Numbers.parseReal(text);
      return parsed == null ? fallback : parsed;
    }
    return Types.isNumber(value) ? (Object) Arithmetic.real(value) : fallback;
  }

  private static Object requireNumber(Object value, String filter) {
    if (value instanceof Undefined undefined) {
      throw undefined.failure();
    }
    if (!Types.isNumber(value)) {
      throw TemplateException.value(filter + ": expected a number, got " + Types.name(value));
    }
    return value;
  }

  private static Object absolute(Object value, Arguments arguments, Rendering rendering) {
    arguments.bind("abs");
    return requireNumber(value, "abs") instanceof Double d
        ? (Object) Math.abs(d)
        : Arithmetic.integer(Arithmetic.big(value).abs());
  }

  private static Object round(Object value, Arguments arguments, Rendering rendering) {
    Object[] given = arguments.bind("round", "precision?", "method?");
    int digits = given[0] == Arguments.ABSENT ? 0 : Types.asInt(given[0], "round: precision");
    String method =
        given[1] == Arguments.ABSENT ? "common" : Types.asString(given[1], "round: method");
    requireNumber(value, "round");
    return switch (method) {
      case "common" ->
          value instanceof Double || digits < 0
              ? (Object) Numbers.rounded(Arithmetic.real(value), digits)
              : Arithmetic.integer(Arithmetic.big(value));
      case "ceil" -> scaled(Math.ceil(Arithmetic.real(value) * Math.pow(10, digits)), digits);
      case "floor" -> scaled(Math.floor(Arithmetic.real(value) * Math.pow(10, digits)), digits);
      default -> throw TemplateException.value("round: expected the method common, ceil or floor");
    };
  }

  private static double scaled(double value, int digits) {
    return value / Math.pow(10, digits);
  }

  private static Object sum(Object value, Arguments arguments, Rendering rendering) {
    Object[] given = arguments.bind("sum", "attribute?", "start?");
    AttributePath path = AttributePath.of(given[0]);
    Object total = given[1] == Arguments.ABSENT ? (Object) 0L : given[1];
    List<Object> items = Sequences.list(value, rendering.budget());
    for (Object item : items) {
      rendering.budget().step();
      total = Arithmetic.binary("+", total, path.get(item), rendering.budget());
    }
    return total;
  }
}
