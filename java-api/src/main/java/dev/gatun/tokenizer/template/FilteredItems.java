// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer.template;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Predicate;

/** The items of a loop that pass its {@code if}, each asked only when the loop gets there. */
final class FilteredItems implements Iterator<Object> {
  private final Iterator<Object> items;
  private final Predicate<Object> filter;
  private Object next;
  private boolean ready;

  FilteredItems(Iterator<Object> items, Predicate<Object> filter) {
    this.items = items;
    this.filter = filter;
  }

  @Override
  public boolean hasNext() {
    while (!ready && items.hasNext()) {
      next = items.next();
      ready = filter.test(next);
    }
    return ready;
  }

  @Override
  public Object next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    ready = false;
    return next;
  }
}
