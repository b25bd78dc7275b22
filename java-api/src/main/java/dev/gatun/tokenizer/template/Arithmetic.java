// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer.template;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/**
 * Python's arithmetic: integers of any size (up to a limit), floor division, and {@code +}, {@code
 * *} and {@code %} on strings and sequences.
 */
final class Arithmetic {
  private Arithmetic() {}

  static Object binary(String operator, Object left, Object right, Budget budget) {
    if (operator.equals("%") && left instanceof String format) {
      return PercentFormat.format(format, right, budget);
    }
    requireDefined(left);
    requireDefined(right);
    return switch (operator) {
      case "+" -> add(left, right, budget);
      case "-" -> subtract(left, right);
      case "*" -> multiply(left, right, budget);
      case "/" -> divide(left, right);
      case "//" -> floorDivide(left, right);
      case "%" -> modulo(left, right);
      case "**" -> power(left, right);
      default -> throw new IllegalStateException("no such operator: " + operator);
    };
  }

  static Object unary(char operator, Object operand) {
    requireDefined(operand);
    if (operand instanceof Double d) {
      return operator == '-' ? -d : d;
    }
    if (Types.isInteger(operand)) {
      BigInteger value = big(operand);
      return integer(operator == '-' ? value.negate() : value);
    }
    throw TemplateException.value(
        "bad operand type for unary " + operator + ": '" + Types.name(operand) + "'");
  }

  private static void requireDefined(Object value) {
    if (value instanceof Undefined undefined) {
      throw undefined.failure();
    }
  }

  /** An integer in its one form: Long where it fits, BigInteger above, nothing above the limit. */
  static Object integer(BigInteger value) {
    if (value.bitLength() < Long.SIZE) {
      return value.longValue();
    }
    if (value.bitLength() > Budget.MAX_INTEGER_BITS) {
      throw TemplateException.limit(
          "an integer is too large: expected at most " + Budget.MAX_INTEGER_BITS + " bits");
    }
    return value;
  }

  static BigInteger big(Object integer) {
    return switch (integer) {
      case Long n -> BigInteger.valueOf(n);
      case Boolean b -> b ? BigInteger.ONE : BigInteger.ZERO;
      default -> (BigInteger) integer;
    };
  }

  static double real(Object number) {
    return switch (number) {
      case Boolean b -> b ? 1 : 0;
      default -> ((Number) number).doubleValue();
    };
  }

  /** The product of two counts, or the largest long where it overflows. */
  static long productOrMax(long size, long count) {
    return Math.multiplyHigh(size, count) == 0 && size * count >= 0 ? size * count : Long.MAX_VALUE;
  }

  static Object add(Object left, Object right, Budget budget) {
    if (left instanceof String a && right instanceof String b) {
      budget.chars((long) a.length() + b.length());
      return a.concat(b);
    }
    if (left instanceof Long a && right instanceof Long b) {
      long sum = a + b;
      boolean overflow = ((a ^ sum) & (b ^ sum)) < 0;
      return overflow ? integer(big(a).add(big(b))) : (Object) sum;
    }
    if (left instanceof List<?> a && right instanceof List<?> b) {
      return joined(a, b, budget);
    }
    if (left instanceof Tuple a && right instanceof Tuple b) {
      return new Tuple(joined(a.items(), b.items(), budget));
    }
    if (Types.isNumber(left) && Types.isNumber(right)) {
      return areIntegers(left, right)
          ? integer(big(left).add(big(right)))
          : (Object) (real(left) + real(right));
    }
    if (left instanceof String || left instanceof List<?> || left instanceof Tuple) {
      String type = Types.name(left);
      throw TemplateException.value(
          "can only concatenate %s (not \"%s\") to %s".formatted(type, Types.name(right), type));
    }
    throw unsupported("+", left, right);
  }

  private static List<Object> joined(List<?> a, List<?> b, Budget budget) {
    budget.items((long) a.size() + b.size());
    List<Object> both = new ArrayList<>(a.size() + b.size());
    both.addAll(a);
    both.addAll(b);
    return both;
  }

  private static boolean areIntegers(Object left, Object right) {
    return Types.isInteger(left) && Types.isInteger(right);
  }

  private static TemplateException unsupported(String operator, Object left, Object right) {
    return TemplateException.value(
        "unsupported operand type(s) for %s: '%s' and '%s'"
            .formatted(operator, Types.name(left), Types.name(right)));
  }

  private static void requireNumbers(String operator, Object left, Object right) {
    if (!Types.isNumber(left) || !Types.isNumber(right)) {
      throw unsupported(operator, left, right);
    }
  }

  private static Object subtract(Object left, Object right) {
    requireNumbers("-", left, right);
    return areIntegers(left, right)
        ? integer(big(left).subtract(big(right)))
        : (Object) (real(left) - real(right));
  }

  private static Object multiply(Object left, Object right, Budget budget) {
    if (Types.isInteger(right) && !Types.isNumber(left)) {
      return repeat(left, right, budget);
    }
    if (Types.isInteger(left) && !Types.isNumber(right)) {
      return repeat(right, left, budget);
    }
    requireNumbers("*", left, right);
    return areIntegers(left, right)
        ? integer(big(left).multiply(big(right)))
        : (Object) (real(left) * real(right));
  }

  private static Object repeat(Object sequence, Object times, Budget budget) {
    long count = Math.max(0, Types.asLong(times, "repetition"));
    return switch (sequence) {
      case String s -> new TextBuilder(budget).repeat(s, s.isEmpty() ? 0 : count).toString();
      case List<?> list -> repeated(list, count, budget);
      case Tuple tuple -> new Tuple(repeated(tuple.items(), count, budget));
      case null, default -> throw unsupported("*", sequence, times);
    };
  }

  private static List<Object> repeated(List<?> items, long count, Budget budget) {
    long size = productOrMax(items.size(), count);
    budget.items(size);
    List<Object> all = new ArrayList<>((int) size);
    while (all.size() < size) {
      all.addAll(items);
    }
    return all;
  }

  private static Object divide(Object left, Object right) {
    requireNumbers("/", left, right);
    requireNotZero(right);
    return real(left) / real(right);
  }

  private static void requireNotZero(Object divisor) {
    if (real(divisor) == 0) {
      throw TemplateException.value("division or modulo by zero");
    }
  }

  private static Object floorDivide(Object left, Object right) {
    requireNumbers("//", left, right);
    requireNotZero(right);
    if (areIntegers(left, right)) {
      BigInteger[] parts = big(left).divideAndRemainder(big(right));
      boolean down = parts[1].signum() != 0 && parts[1].signum() != big(right).signum();
      return integer(down ? parts[0].subtract(BigInteger.ONE) : parts[0]);
    }
    return Math.floor(real(left) / real(right));
  }

  private static Object modulo(Object left, Object right) {
    requireNumbers("%", left, right);
    requireNotZero(right);
    if (areIntegers(left, right)) {
      BigInteger divisor = big(right);
      BigInteger rest = big(left).remainder(divisor);
      boolean otherSign = rest.signum() != 0 && rest.signum() != divisor.signum();
      return integer(otherSign ? rest.add(divisor) : rest);
    }
    double divisor = real(right);
    double rest = real(left) % divisor;
    return rest != 0 && (rest < 0) != (divisor < 0) ? rest + divisor : rest;
  }

  private static Object power(Object left, Object right) {
    requireNumbers("**", left, right);
    if (areIntegers(left, right) && big(right).signum() >= 0) {
      return integerPower(big(left), big(right));
    }
    if (real(left) == 0 && real(right) < 0) {
      throw TemplateException.value("0.0 cannot be raised to a negative power");
    }
    double result = Math.pow(real(left), real(right));
    if (Double.isNaN(result) && !Double.isNaN(real(left)) && !Double.isNaN(real(right))) {
      throw TemplateException.value("**: a negative number has no fractional power here");
    }
    return result;
  }

  private static Object integerPower(BigInteger base, BigInteger exponent) {
    if (base.abs().bitLength() <= 1) {
      // 0, 1 and -1 stay small whatever the exponent.
      return integer(base.pow(exponent.signum() == 0 ? 0 : exponent.testBit(0) ? 1 : 2));
    }
    // |base| >= 2^(bits - 1), so the power has at least (bits - 1) * exponent bits.
    long leastBits =
        exponent.bitLength() > 31
            ? Long.MAX_VALUE
            : (base.abs().bitLength() - 1L) * exponent.intValue();
    if (leastBits > Budget.MAX_INTEGER_BITS) {
      throw TemplateException.limit(
          "**: an integer is too large: expected at most " + Budget.MAX_INTEGER_BITS + " bits");
    }
    return integer(base.pow(exponent.intValue()));
  }
}
