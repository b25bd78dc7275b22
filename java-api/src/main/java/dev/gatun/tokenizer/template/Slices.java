// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer.template;

import java.util.ArrayList;
import java.util.List;

/** Python's slices of strings, lists, tuples and ranges. */
final class Slices {
  private Slices() {}

  /** Bounds that are absent are null, as {@code none} is. */
  static Object slice(Object owner, Object start, Object stop, Object step, Budget budget) {
    if (owner instanceof Undefined undefined) {
      throw undefined.failure();
    }
    boolean sliceable =
        owner instanceof String
            || owner instanceof List<?>
            || owner instanceof Tuple
            || owner instanceof Range;
    if (!sliceable) {
      throw TemplateException.value("'" + Types.name(owner) + "' object cannot be sliced");
    }
    if (!isBound(start) || !isBound(stop) || !isBound(step)) {
      throw TemplateException.value("slice indices must be integers or None");
    }
    long stride = step == null ? 1 : Types.asLong(step, "slice step");
    if (stride == 0) {
      throw TemplateException.value("slice step cannot be zero");
    }
    if (owner instanceof String text) {
      return text(text, start, stop, stride, budget);
    }
    List<Object> picked = items(Sequences.list(owner, budget), start, stop, stride, budget);
    return owner instanceof Tuple ? new Tuple(picked) : picked;
  }

  private static boolean isBound(Object value) {
    return value == null || Types.isInteger(value);
  }

  private static String text(String text, Object start, Object stop, long step, Budget budget) {
    budget.chars(text.length());
    if (step == 1) {
      int length = PythonText.length(text);
      int begin = position(start, 0, length, 0, length);
      int end = Math.max(begin, position(stop, length, length, 0, length));
      int from = text.offsetByCodePoints(0, begin);
      return text.substring(from, text.offsetByCodePoints(from, end - begin));
    }
    StringBuilder picked = new StringBuilder();
    List<Object> characters = PythonText.characters(text, budget);
    items(characters, start, stop, step, budget).forEach(picked::append);
    return picked.toString();
  }

  private static List<Object> items(
      List<Object> items, Object start, Object stop, long step, Budget budget) {
    int length = items.size();
    boolean up = step > 0;
    int lowest = up ? 0 : -1;
    int highest = up ? length : length - 1;
    int begin = position(start, up ? 0 : length - 1, length, lowest, highest);
    int end = position(stop, up ? length : -1, length, lowest, highest);
    List<Object> picked = new ArrayList<>();
    for (long at = begin; up ? at < end : at > end; at += step) {
      budget.items(1);
      picked.add(items.get((int) at));
      if (Math.abs(step) > length) {
        break;
      }
    }
    return picked;
  }

  private static int position(Object bound, int absent, int length, int lowest, int highest) {
    if (bound == null) {
      return absent;
    }
    long at = Types.asLong(bound, "slice");
    return (int) Math.clamp(at < 0 ? at + length : at, (long) lowest, (long) highest);
  }
}
