// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer.template;

import java.util.AbstractList;
import java.util.List;
import java.util.RandomAccess;

/** Python's range: the numbers are made when asked for. */
record Range(long start, long step, int size) {
  /** As the reference's sandbox has it. */
  static final int MAX_SIZE = 100_000;

  static Range of(long start, long stop, long step) {
    if (step == 0) {
      throw TemplateException.value("range() arg 3 must not be zero");
    }
    // The span fits in 65 bits only, so it is taken in double and refused long before that matters.
    double count = Math.ceil(((double) stop - (double) start) / step);
    if (count > MAX_SIZE) {
      throw TemplateException.limit("range too big: expected at most " + MAX_SIZE + " items");
    }
    return new Range(start, step, (int) Math.max(0, count));
  }

  List<Object> items() {
    return new Items(this);
  }

  private static final class Items extends AbstractList<Object> implements RandomAccess {
    private final Range range;

    Items(Range range) {
      this.range = range;
    }

    @Override
    public Object get(int index) {
      return range.start + index * range.step;
    }

    @Override
    public int size() {
      return range.size;
    }
  }
}
