// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer.template;

import java.math.BigDecimal;
import java.util.Comparator;
import java.util.List;

/** Python's equality, order and membership. */
final class Comparison {
  private static final Object MISSING = new Object();

  private Comparison() {}

  static boolean holds(String operator, Object left, Object right, Budget budget) {
    return switch (operator) {
      case "==" -> equal(left, right, budget);
      case "!=" -> !equal(left, right, budget);
      case "in" -> contains(right, left, budget);
      case "not in" -> !contains(right, left, budget);
      default -> ordered(operator, left, right, budget);
    };
  }

  private static boolean ordered(String operator, Object left, Object right, Budget budget) {
    if (isNan(left) || isNan(right)) {
      return false;
    }
    int order = order(operator, left, right, budget, 0);
    return switch (operator) {
      case "<" -> order < 0;
      case "<=" -> order <= 0;
      case ">" -> order > 0;
      case ">=" -> order >= 0;
      default -> throw new IllegalStateException("no such operator: " + operator);
    };
  }

  private static boolean isNan(Object value) {
    return value instanceof Double d && d.isNaN();
  }

  static boolean equal(Object left, Object right, Budget budget) {
    return equal(left, right, budget, 0);
  }

  private static boolean equal(Object left, Object right, Budget budget, int depth) {
    budget.step();
    budget.valueDepth(depth);
    if (left == right) {
      return !isNan(left);
    }
    if (Types.isNumber(left) && Types.isNumber(right)) {
      return !isNan(left) && !isNan(right) && compareNumbers(left, right) == 0;
    }
    return switch (left) {
      case String s -> right instanceof String t && equalTexts(s, t, budget);
      case List<?> a -> right instanceof List<?> b && equalItems(a, b, budget, depth);
      case Tuple a -> right instanceof Tuple b && equalItems(a.items(), b.items(), budget, depth);
      case Dict a -> right instanceof Dict b && equalDicts(a, b, budget, depth);
      case Range a -> right instanceof Range b && equalItems(a.items(), b.items(), budget, depth);
      case Undefined u -> right instanceof Undefined;
      case null, default -> false;
    };
  }

  private static boolean equalTexts(String a, String b, Budget budget) {
    if (a.length() != b.length()) {
      return false;
    }
    budget.scan(a.length());
    return a.equals(b);
  }

  private static boolean equalItems(List<?> a, List<?> b, Budget budget, int depth) {
    if (a.size() != b.size()) {
      return false;
    }
    for (int i = 0; i < a.size(); i++) {
      if (!equal(a.get(i), b.get(i), budget, depth + 1)) {
        return false;
      }
    }
    return true;
  }

  private static boolean equalDicts(Dict a, Dict b, Budget budget, int depth) {
    if (a.size() != b.size()) {
      return false;
    }
    for (Dict.Item item : a.items()) {
      Object other = b.get(item.key(), MISSING);
      if (other == MISSING || !equal(item.value(), other, budget, depth + 1)) {
        return false;
      }
    }
    return true;
  }

  /** A comparator for sorting; numbers are ordered totally, NaN last. */
  static Comparator<Object> order(Budget budget) {
    return (left, right) -> order("<", left, right, budget, 0);
  }

  private static int order(String operator, Object left, Object right, Budget budget, int depth) {
    budget.step();
    budget.valueDepth(depth);
    if (Types.isNumber(left) && Types.isNumber(right)) {
      return compareNumbers(left, right);
    }
    if (left instanceof String a && right instanceof String b) {
      budget.scan(Math.min(a.length(), b.length()));
      return PythonText.compare(a, b);
    }
    if (left instanceof List<?> a && right instanceof List<?> b) {
      return orderItems(operator, a, b, budget, depth);
    }
    if (left instanceof Tuple a && right instanceof Tuple b) {
      return orderItems(operator, a.items(), b.items(), budget, depth);
    }
    if (left instanceof Undefined undefined) {
      throw undefined.failure();
    }
    if (right instanceof Undefined undefined) {
      throw undefined.failure();
    }
    throw TemplateException.value(
        "'%s' not supported between instances of '%s' and '%s'"
            .formatted(operator, Types.name(left), Types.name(right)));
  }

  private static int orderItems(String operator, List<?> a, List<?> b, Budget budget, int depth) {
    int shorter = Math.min(a.size(), b.size());
    for (int i = 0; i < shorter; i++) {
      if (!equal(a.get(i), b.get(i), budget, depth + 1)) {
        return order(operator, a.get(i), b.get(i), budget, depth + 1);
      }
    }
    return Integer.compare(a.size(), b.size());
  }

  private static int compareNumbers(Object left, Object right) {
    if (left instanceof Long a && right instanceof Long b) {
      return Long.compare(a, b);
    }
    if (Types.isInteger(left) && Types.isInteger(right)) {
      return Arithmetic.big(left).compareTo(Arithmetic.big(right));
    }
    double a = Arithmetic.real(left);
    double b = Arithmetic.real(right);
    if (a == b && !Double.isInfinite(a)) {
      // A large integer may round to the same double.
      return exact(left).compareTo(exact(right));
    }
    return a < b ? -1 : a > b ? 1 : Boolean.compare(Double.isNaN(a), Double.isNaN(b));
  }

  private static BigDecimal exact(Object number) {
    return number instanceof Double d ? new BigDecimal(d) : new BigDecimal(Arithmetic.big(number));
  }

  /** {@code item in container}. */
  static boolean contains(Object container, Object item, Budget budget) {
    return switch (container) {
      case String s -> {
        if (item instanceof Undefined undefined) {
          throw undefined.failure();
        }
        if (!(item instanceof String part)) {
          throw TemplateException.value(
              "'in <string>' requires string as left operand, not " + Types.name(item));
        }
        budget.scan(s.length());
        yield s.contains(part);
      }
      case Dict dict -> dict.contains(item);
      case null, default -> {
        if (!Sequences.isIterable(container)) {
          throw TemplateException.value(
              "argument of type '" + Types.name(container) + "' is not iterable");
        }
        for (Object other : Sequences.list(container, budget)) {
          if (equal(other, item, budget)) {
            yield true;
          }
        }
        yield false;
      }
    };
  }
}
