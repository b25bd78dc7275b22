// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer.template;

import java.util.Arrays;
import java.util.List;

/** An immutable Python tuple; compared by {@link Comparison}, never by {@code equals}. */
final class Tuple {
  private final List<Object> items;

  Tuple(List<Object> items) {
    this.items = items;
  }

  static Tuple of(Object... items) {
    return new Tuple(List.of(items));
  }

  static Tuple pair(Object first, Object second) {
    return new Tuple(Arrays.asList(first, second));
  }

  List<Object> items() {
    return items;
  }
}
