// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer.template;

import java.math.BigInteger;
import java.util.List;

/** The Python type names and the truth of values. */
final class Types {
  private Types() {}

  /** The name that Python gives to the type of a value; used in messages only. */
  static String name(Object value) {
    return switch (value) {
      case null -> "NoneType";
      case Boolean b -> "bool";
      case Long n -> "int";
      case BigInteger n -> "int";
      case Double d -> "float";
      case String s -> "str";
      case List<?> l -> "list";
      case Tuple t -> "tuple";
      case Dict d -> "dict";
      case Range r -> "range";
      case OneShot g -> "generator";
      case DictView v -> v.kind();
      case Undefined u -> "Undefined";
      case Namespace n -> "Namespace";
      case LoopState l -> "LoopContext";
      case Cycler c -> "Cycler";
      case Macro m -> "Macro";
      case Functions.Self s -> "TemplateReference";
      default -> "function";
    };
  }

  static boolean truth(Object value) {
    return switch (value) {
      case null -> false;
      case Undefined u -> false;
      case Boolean b -> b;
      case Long n -> n != 0;
      case BigInteger n -> n.signum() != 0;
      case Double d -> d != 0;
      case String s -> !s.isEmpty();
      case Markup m -> !m.text().isEmpty();
      case List<?> l -> !l.isEmpty();
      case Tuple t -> !t.items().isEmpty();
      case Dict d -> d.size() > 0;
      case Range r -> r.size() > 0;
      case DictView v -> !v.items().isEmpty();
      default -> true;
    };
  }

  static boolean isInteger(Object value) {
    return value instanceof Long || value instanceof BigInteger || value instanceof Boolean;
  }

  static boolean isNumber(Object value) {
    return isInteger(value) || value instanceof Double;
  }

  static boolean isCallable(Object value) {
    return value instanceof TemplateCallable || value instanceof Undefined;
  }

  /** An index, width or count that must fit a Java int; larger ones become the nearest int. */
  static int asInt(Object value, String what) {
    long wide = asLong(value, what);
    return Math.clamp(wide, Integer.MIN_VALUE, Integer.MAX_VALUE);
  }

  static long asLong(Object value, String what) {
    return switch (value) {
      case Long n -> n;
      case Boolean b -> b ? 1 : 0;
      case BigInteger n -> n.signum() < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
      case Undefined u -> throw u.failure();
      case null, default ->
          throw TemplateException.value(what + ": expected an integer, got '" + name(value) + "'");
    };
  }

  static String asString(Object value, String what) {
    return switch (value) {
      case String s -> s;
      case Undefined u -> throw u.failure();
      case null, default ->
          throw TemplateException.value(what + ": expected a str, got '" + name(value) + "'");
    };
  }
}
