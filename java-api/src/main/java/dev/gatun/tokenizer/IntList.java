// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer;

import java.util.Arrays;

/** A growing list of ints. */
final class IntList {
  private int[] items;
  private int size;

  IntList(int expected) {
    items = new int[Math.max(4, expected)];
  }

  void add(int item) {
    if (size == items.length) {
      items = Arrays.copyOf(items, 2 * size);
    }
    items[size++] = item;
  }

  int size() {
    return size;
  }

  int[] toArray() {
    return Arrays.copyOf(items, size);
  }
}
