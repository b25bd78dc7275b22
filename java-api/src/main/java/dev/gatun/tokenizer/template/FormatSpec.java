// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer.template;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Python's format specification {@code [[fill]align][sign][#][0][width][,][.precision][type]} and
 * what it makes of a value. {@code precision} is -1 where none is given, {@code align} and {@code
 * type} are blanks.
 */
record FormatSpec(
    String fill,
    char align,
    char sign,
    boolean alternate,
    int width,
    boolean grouped,
    int precision,
    char type) {
  private static final Pattern SYNTAX =
      Pattern.compile(
          "(?:(.)?([<>=^]))??([-+ ])?(#)?(0)?([0-9]{1,9})?([,_])?(?:\\.([0-9]{1,9}))?([a-zA-Z%])?",
          Pattern.DOTALL);
  private static final int DEFAULT_PRECISION = 6;

  FormatSpec {
    if (width > Budget.MAX_FORMAT_WIDTH || precision > Budget.MAX_FORMAT_WIDTH) {
      throw TemplateException.limit(
          "a format is too wide: expected at most " + Budget.MAX_FORMAT_WIDTH + " characters");
    }
  }

  static FormatSpec parse(String text) {
    Matcher parts = SYNTAX.matcher(text);
    if (!parts.matches()) {
      if (text.chars().filter(Character::isDigit).count() > 9) {
        throw TemplateException.limit("a format is too wide: expected at most 9 digits of width");
      }
      throw TemplateException.value("invalid format specifier");
    }
    boolean zero = parts.group(5) != null;
    boolean aligned = parts.group(2) != null;
    String fill = parts.group(1) != null ? parts.group(1) : zero ? "0" : " ";
    return new FormatSpec(
        fill,
        aligned ? parts.group(2).charAt(0) : zero ? '=' : ' ',
        parts.group(3) == null ? '-' : parts.group(3).charAt(0),
        parts.group(4) != null,
        number(parts.group(6), 0),
        ",".equals(parts.group(7)),
        number(parts.group(8), -1),
        parts.group(9) == null ? ' ' : parts.group(9).charAt(0));
  }

  private static int number(String digits, int absent) {
    return digits == null ? absent : Integer.parseInt(digits);
  }

  /** {@code format(value, spec)}. */
  String format(Object value) {
    if (value instanceof String text) {
      return text(text);
    }
    if (value instanceof Double d) {
      return signed(d < 0 || (d == 0 && 1 / d < 0), real(Math.abs(d)));
    }
    if (Types.isInteger(value)) {
      return integer(Arithmetic.big(value));
    }
    throw TemplateException.value(
        "unsupported format string for a value of type '" + Types.name(value) + "'");
  }

  String text(String text) {
    if (type != ' ' && type != 's') {
      throw unknownType("str");
    }
    int length = PythonText.length(text);
    boolean cut = precision >= 0 && precision < length;
    String shown = cut ? text.substring(0, text.offsetByCodePoints(0, precision)) : text;
    return padded("", shown, '<');
  }

  private String integer(BigInteger value) {
    if ("eEfFgG%".indexOf(type) >= 0) {
      return format(value.doubleValue());
    }
    if (type == 'c') {
      return padded("", Character.toString(value.intValue() & 0xffff), '<');
    }
    String digits =
        switch (type) {
          case ' ', 'd', 'n', 'i', 'u' -> grouping(value.abs().toString());
          case 'x' -> (alternate ? "0x" : "") + value.abs().toString(16);
          case 'X' -> (alternate ? "0X" : "") + PythonText.upper(value.abs().toString(16));
          case 'o' -> (alternate ? "0o" : "") + value.abs().toString(8);
          case 'b' -> (alternate ? "0b" : "") + value.abs().toString(2);
          default -> throw unknownType("int");
        };
    return signed(value.signum() < 0, digits);
  }

  private String signed(boolean negative, String digits) {
    String shownSign = negative ? "-" : sign == '-' ? "" : Character.toString(sign);
    return padded(shownSign, digits, '>');
  }

  private String real(double value) {
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      return Double.isNaN(value) ? "nan" : "inf";
    }
    int digits = precision < 0 ? DEFAULT_PRECISION : precision;
    return switch (type) {
      case ' ' -> precision < 0 ? grouping(Printer.real(value)) : general(value, digits);
      case 'f', 'F' -> grouping(fixed(value, digits));
      case '%' -> fixed(value * 100, digits) + "%";
      case 'e' -> exponential(new BigDecimal(value), digits);
      case 'E' -> PythonText.upper(exponential(new BigDecimal(value), digits));
      case 'g', 'n' -> grouping(general(value, digits));
      case 'G' -> PythonText.upper(general(value, digits));
      default -> throw unknownType("float");
    };
  }

  private static String fixed(double value, int decimals) {
    return new BigDecimal(value).setScale(decimals, RoundingMode.HALF_EVEN).toPlainString();
  }

  private static String exponential(BigDecimal value, int decimals) {
    BigDecimal rounded = value.round(new MathContext(decimals + 1, RoundingMode.HALF_EVEN));
    int exponent = value.signum() == 0 ? 0 : rounded.precision() - rounded.scale() - 1;
    String digits = rounded.unscaledValue().toString();
    digits = digits + "0".repeat(Math.max(0, decimals + 1 - digits.length()));
    String fraction = decimals == 0 ? "" : "." + digits.substring(1, decimals + 1);
    String size = (Math.abs(exponent) < 10 ? "0" : "") + Math.abs(exponent);
    return digits.charAt(0) + fraction + "e" + (exponent < 0 ? "-" : "+") + size;
  }

  private String general(double value, int precisionOrZero) {
    int digits = Math.max(1, precisionOrZero);
    BigDecimal exact = new BigDecimal(value);
    BigDecimal rounded = exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
    int exponent = value == 0 ? 0 : rounded.precision() - rounded.scale() - 1;
    if (exponent < -4 || exponent >= digits) {
      String text = exponential(exact, digits - 1);
      int at = text.indexOf('e');
      return withoutZeros(text.substring(0, at)) + text.substring(at);
    }
    return withoutZeros(fixed(value, digits - 1 - exponent));
  }

  private String withoutZeros(String digits) {
    if (alternate || digits.indexOf('.') < 0) {
      return digits;
    }
    int end = digits.length();
    while (digits.charAt(end - 1) == '0') {
      end--;
    }
    return digits.substring(0, digits.charAt(end - 1) == '.' ? end - 1 : end);
  }

  private String grouping(String digits) {
    if (!grouped) {
      return digits;
    }
    int dot = digits.indexOf('.');
    String whole = dot < 0 ? digits : digits.substring(0, dot);
    StringBuilder text = new StringBuilder(whole);
    for (int at = whole.length() - 3; at > 0; at -= 3) {
      text.insert(at, ',');
    }
    return dot < 0 ? text.toString() : text + digits.substring(dot);
  }

  private String padded(String shownSign, String body, char defaultAlign) {
    int missing = width - shownSign.length() - PythonText.length(body);
    if (missing <= 0) {
      return shownSign + body;
    }
    return switch (align == ' ' ? defaultAlign : align) {
      case '<' -> shownSign + body + fill.repeat(missing);
      case '^' -> fill.repeat(missing / 2) + shownSign + body + fill.repeat(missing - missing / 2);
      case '=' -> shownSign + fill.repeat(missing) + body;
      default -> fill.repeat(missing) + shownSign + body;
    };
  }

  private TemplateException unknownType(String valueType) {
    return TemplateException.value(
        "unknown format code '" + type + "' for a value of type '" + valueType + "'");
  }
}
