// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer.template;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Turns the caller's Java values into a template's own, and measures them for the budget. */
final class JavaValues {
  private static final int MAX_DEPTH = 150;

  private long chars;
  private long values;

  /** The chars of all strings seen so far. */
  long chars() {
    return chars;
  }

  /** The number of values seen so far. */
  long values() {
    return values;
  }

  Object convert(Object value) {
    return convert(value, 0);
  }

  private Object convert(Object value, int depth) {
    if (depth > MAX_DEPTH) {
      throw new IllegalArgumentException(
          "chat template variables: expected at most " + MAX_DEPTH + " nested lists and maps");
    }
    values++;
    return switch (value) {
      case null -> null;
      case Boolean b -> b;
      case CharSequence text -> {
        chars += text.length();
        yield text.toString();
      }
      case Long n -> n;
      case Integer n -> (long) n;
      case Short n -> (long) n;
      case Byte n -> (long) n;
      case BigInteger n -> Arithmetic.integer(n);
      case Double d -> d;
      case Float f -> Double.parseDouble(f.toString());
      case BigDecimal d -> d.doubleValue();
      case Map<?, ?> map -> dict(map, depth);
      case ChatMessage message -> dict(message.toMap(), depth);
      case Collection<?> items -> {
        List<Object> list = new ArrayList<>(items.size());
        for (Object item : items) {
          list.add(convert(item, depth + 1));
        }
        yield list;
      }
      default ->
          throw new IllegalArgumentException(
              "chat template variables: expected null, Boolean, String, a number, a Collection, a"
                  + " Map or a ChatMessage, got "
                  + value.getClass().getName());
    };
  }

  private Dict dict(Map<?, ?> map, int depth) {
    Dict dict = new Dict();
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      dict.put(convert(entry.getKey(), depth + 1), convert(entry.getValue(), depth + 1));
    }
    return dict;
  }
}
