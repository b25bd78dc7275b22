// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer.template;

import java.time.Clock;
import java.time.ZonedDateTime;
import java.time.format.TextStyle;
import java.time.temporal.IsoFields;
import java.util.Locale;

/** C's {@code strftime} in the C locale. */
final class Strftime {
  private Strftime() {}

  static String format(String format, Clock clock, Budget budget) {
    ZonedDateTime now = ZonedDateTime.now(clock);
    TextBuilder out = new TextBuilder(budget);
    int at = 0;
    while (at < format.length()) {
      char c = format.charAt(at++);
      if (c != '%' || at == format.length()) {
        out.append(c);
        continue;
      }
      char field = format.charAt(at++);
      boolean unpadded = field == '-' && at < format.length();
      if (unpadded) {
        field = format.charAt(at++);
      }
      String text = field(field, now);
      out.append(unpadded ? withoutPadding(text) : text);
    }
    return out.toString();
  }

  private static String withoutPadding(String text) {
    int begin = 0;
    while (begin < text.length() - 1 && (text.charAt(begin) == '0' || text.charAt(begin) == ' ')) {
      begin++;
    }
    return text.substring(begin);
  }

  private static String field(char field, ZonedDateTime now) {
    return switch (field) {
      case 'a' -> now.getDayOfWeek().getDisplayName(TextStyle.SHORT, Locale.ENGLISH);
      case 'A' -> now.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
      case 'b', 'h' -> now.getMonth().getDisplayName(TextStyle.SHORT, Locale.ENGLISH);
      case 'B' -> now.getMonth().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
      case 'c' ->
          String.join(
              " ",
              field('a', now),
              field('b', now),
              field('e', now),
              field('T', now),
              field('Y', now));
      case 'C' -> padded(now.getYear() / 100, 2);
      case 'd' -> padded(now.getDayOfMonth(), 2);
      case 'D', 'x' ->
          padded(now.getMonthValue(), 2) + "/" + field('d', now) + "/" + field('y', now);
      case 'e' -> blankPadded(now.getDayOfMonth());
      case 'f' -> padded(now.getNano() / 1000, 6);
      case 'F' -> now.getYear() + "-" + field('m', now) + "-" + field('d', now);
      case 'G' -> Integer.toString(now.get(IsoFields.WEEK_BASED_YEAR));
      case 'H' -> padded(now.getHour(), 2);
      case 'I' -> padded((now.getHour() + 11) % 12 + 1, 2);
      case 'j' -> padded(now.getDayOfYear(), 3);
      case 'm' -> padded(now.getMonthValue(), 2);
      case 'M' -> padded(now.getMinute(), 2);
      case 'n' -> "\n";
      case 'p' -> now.getHour() < 12 ? "AM" : "PM";
      case 'R' -> field('H', now) + ":" + field('M', now);
      case 's' -> Long.toString(now.toEpochSecond());
      case 'S' -> padded(now.getSecond(), 2);
      case 't' -> "\t";
      case 'T', 'X' -> field('R', now) + ":" + field('S', now);
      case 'u' -> Integer.toString(now.getDayOfWeek().getValue());
      case 'U' -> padded((now.getDayOfYear() + 6 - now.getDayOfWeek().getValue() % 7) / 7, 2);
      case 'V' -> padded(now.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR), 2);
      case 'w' -> Integer.toString(now.getDayOfWeek().getValue() % 7);
      case 'W' -> padded((now.getDayOfYear() + 7 - now.getDayOfWeek().getValue()) / 7, 2);
      case 'y' -> padded(now.getYear() % 100, 2);
      case 'Y' -> Integer.toString(now.getYear());
      // The reference asks for local time without a zone, for which these two are empty.
      case 'z', 'Z' -> "";
      case '%' -> "%";
      default -> "%" + field;
    };
  }

  private static String padded(int number, int digits) {
    String text = Integer.toString(number);
    return "0".repeat(Math.max(0, digits - text.length())) + text;
  }

  private static String blankPadded(int number) {
    return number < 10 ? " " + number : Integer.toString(number);
  }
}
