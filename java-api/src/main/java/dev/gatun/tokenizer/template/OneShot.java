// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer.template;

import java.util.Iterator;
import java.util.List;

/** A Python generator: can be walked once, has no length. Its items are computed beforehand. */
final class OneShot implements Iterator<Object> {
  private final Iterator<Object> items;

  OneShot(List<Object> items) {
    this.items = items.iterator();
  }

  @Override
  public boolean hasNext() {
    return items.hasNext();
  }

  @Override
  public Object next() {
    return items.next();
  }
}
