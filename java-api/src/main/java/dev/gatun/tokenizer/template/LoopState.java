// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer.template;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * The variable {@code loop}. It looks ahead by one item only when the template asks for what comes
 * next, so that a filtered loop sees what its body has set.
 */
final class LoopState implements TemplateCallable {
  /** Runs the loop's body over further items and gives the text. */
  interface Recursion {
    String over(Object iterable);
  }

  private static final Object NOTHING = new Object();

  private final int depth;
  private final Recursion recursion;
  private Iterator<Object> items;
  private long index0 = -1;
  private long length = -1;
  private Object previous = NOTHING;
  private Object current = NOTHING;
  private Object next = NOTHING;
  private List<Object> lastChanged;

  LoopState(Iterator<Object> items, int depth, Recursion recursion) {
    this.items = items;
    this.depth = depth;
    this.recursion = recursion;
  }

  boolean advance() {
    Object upcoming = peek();
    if (upcoming == NOTHING) {
      return false;
    }
    next = NOTHING;
    previous = current;
    current = upcoming;
    index0++;
    return true;
  }

  Object current() {
    return current;
  }

  private Object peek() {
    if (next == NOTHING && items.hasNext()) {
      next = items.next();
    }
    return next;
  }

  private long length() {
    if (length < 0) {
      peek();
      List<Object> rest = new ArrayList<>();
      items.forEachRemaining(rest::add);
      length = index0 + 1 + rest.size() + (next == NOTHING ? 0 : 1);
      items = rest.iterator();
    }
    return length;
  }

  Object attribute(String name) {
    return switch (name) {
      case "index" -> index0 + 1;
      case "index0" -> index0;
      case "revindex" -> length() - index0;
      case "revindex0" -> length() - index0 - 1;
      case "first" -> index0 == 0;
      case "last" -> peek() == NOTHING;
      case "length" -> length();
      case "depth" -> depth + 1L;
      case "depth0" -> (long) depth;
      case "previtem" ->
          previous == NOTHING ? Undefined.because("there is no previous item") : previous;
      case "nextitem" -> peek() == NOTHING ? Undefined.because("there is no next item") : peek();
      case "cycle" -> (TemplateCallable) this::cycle;
      case "changed" -> (TemplateCallable) this::changed;
      default -> Attributes.missing(this, name);
    };
  }

  private Object cycle(Arguments arguments, Rendering rendering) {
    List<Object> values = arguments.positional();
    if (values.isEmpty()) {
      throw TemplateException.value("loop.cycle: expected at least one value, got none");
    }
    return values.get((int) (index0 % values.size()));
  }

  private Object changed(Arguments arguments, Rendering rendering) {
    List<Object> values = arguments.positional();
    boolean same = lastChanged != null && Comparison.equal(lastChanged, values, rendering.budget());
    lastChanged = values;
    return !same;
  }

  @Override
  public Object call(Arguments arguments, Rendering rendering) {
    if (recursion == null) {
      throw TemplateException.value("the loop must have the 'recursive' marker to be called");
    }
    return recursion.over(arguments.bind("loop", "iterable")[0]);
  }
}
