// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer.template;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;

/** Iteration over values. */
final class Sequences {
  private Sequences() {}

  static boolean isIterable(Object value) {
    return value instanceof String
        || value instanceof List<?>
        || value instanceof Tuple
        || value instanceof Dict
        || value instanceof Range
        || value instanceof DictView
        || value instanceof OneShot
        || value instanceof LoopState
        || value instanceof Undefined;
  }

  /** The items as a list that nobody may change; a generator is used up by it. */
  static List<Object> list(Object value, Budget budget) {
    return switch (value) {
      case List<?> list -> Collections.unmodifiableList(list);
      case Tuple tuple -> tuple.items();
      case Range range -> range.items();
      case DictView view -> view.items();
      case Undefined undefined -> List.of();
      case String text -> PythonText.characters(text, budget);
      case Dict dict -> {
        budget.items(dict.size());
        yield dict.keys();
      }
      case OneShot generator -> {
        List<Object> rest = new ArrayList<>();
        while (generator.hasNext()) {
          budget.items(1);
          rest.add(generator.next());
        }
        yield rest;
      }
      case null, default ->
          throw TemplateException.value("'" + Types.name(value) + "' object is not iterable");
    };
  }

  static Iterator<Object> iterator(Object value, Budget budget) {
    return value instanceof OneShot generator ? generator : list(value, budget).iterator();
  }

  /** {@code len(value)}. */
  static long length(Object value) {
    return switch (value) {
      case String text -> PythonText.length(text);
      case List<?> list -> list.size();
      case Tuple tuple -> tuple.items().size();
      case Dict dict -> dict.size();
      case Range range -> range.size();
      case DictView view -> view.items().size();
      case Undefined undefined -> 0;
      case null, default ->
          throw TemplateException.value("object of type '" + Types.name(value) + "' has no len()");
    };
  }

  static List<Object> reversed(List<Object> items, Budget budget) {
    budget.items(items.size());
    List<Object> reversed = new ArrayList<>(items);
    Collections.reverse(reversed);
    return reversed;
  }
}
