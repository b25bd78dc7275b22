// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer.template;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;

/** Conversions to numbers and rounding. */
final class Numbers {
  private static final int MAX_DIGITS = 310;

  private Numbers() {}

  /** {@code int(real)}. */
  static Object truncated(double value) {
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      throw TemplateException.value("cannot convert " + Printer.real(value) + " to an integer");
    }
    return Arithmetic.integer(new BigDecimal(value).toBigInteger());
  }

  /** {@code int(text, radix)}, or null where the text is no such number. */
  static Object parseInteger(String text, int radix) {
    String digits = PythonText.strip(text);
    boolean negative = digits.startsWith("-");
    if (negative || digits.startsWith("+")) {
      digits = digits.substring(1);
    }
    int base = radix;
    String prefix = digits.length() > 2 ? PythonText.lower(digits.substring(0, 2)) : "";
    int prefixBase =
        switch (prefix) {
          case "0x" -> 16;
          case "0o" -> 8;
          case "0b" -> 2;
          default -> 0;
        };
    if (prefixBase != 0 && (base == 0 || base == prefixBase)) {
      base = prefixBase;
      digits = digits.substring(2);
    }
    base = base == 0 ? 10 : base;
    if (digits.length() > MAX_DIGITS) {
      throw TemplateException.limit(
          "int: the text is too long: expected at most " + MAX_DIGITS + " digits");
    }
    if (base < Character.MIN_RADIX || base > Character.MAX_RADIX || !isNumber(digits, base)) {
      return null;
    }
    BigInteger value = new BigInteger(digits.replace("_", ""), base);
    return Arithmetic.integer(negative ? value.negate() : value);
  }

  private static boolean isNumber(String digits, int base) {
    if (digits.isEmpty()
        || digits.startsWith("_")
        || digits.endsWith("_")
        || digits.contains("__")) {
      return false;
    }
    return digits.chars().allMatch(c -> c == '_' || Character.digit(c, base) >= 0);
  }

  /** {@code float(text)}, or null where the text is no number. */
  static Double parseReal(String text) {
    String digits = PythonText.lower(PythonText.strip(text));
    return switch (digits) {
      case "inf", "+inf", "infinity", "+infinity" -> Double.POSITIVE_INFINITY;
      case "-inf", "-infinity" -> Double.NEGATIVE_INFINITY;
      case "nan", "+nan", "-nan" -> Double.NaN;
      default ->
          digits.length() <= 4 * MAX_DIGITS
                  && digits.matches("[+-]?(?:[0-9]++\\.?[0-9]*+|\\.[0-9]++)(?:e[+-]?[0-9]++)?")
              ? (Double) Double.parseDouble(digits)
              : null;
    };
  }

  /** {@code round(value, digits)}: to even, on the exact value of the double. */
  static double rounded(double value, int digits) {
    if (Double.isNaN(value) || Double.isInfinite(value) || digits > MAX_DIGITS) {
      return value;
    }
    int scale = Math.max(digits, -MAX_DIGITS);
    return new BigDecimal(value).setScale(scale, RoundingMode.HALF_EVEN).doubleValue();
  }
}
