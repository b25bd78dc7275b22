// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer.template;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Filters on sequences and mappings. */
final class SequenceFilters {
  private SequenceFilters() {}

  static void addTo(Map<String, FilterOperation> filters) {
    filters.put("length", simple("length", (value, budget) -> Sequences.length(value)));
    filters.put("count", filters.get("length"));
    filters.put("list", simple("list", SequenceFilters::copy));
    filters.put("first", simple("first", SequenceFilters::first));
    filters.put("last", simple("last", SequenceFilters::last));
    filters.put("reverse", simple("reverse", SequenceFilters::reverse));
    filters.put("items", simple("items", SequenceFilters::items));
    filters.put("join", SequenceFilters::join);
    filters.put("sort", SequenceFilters::sort);
    filters.put("dictsort", SequenceFilters::dictSort);
    filters.put("unique", SequenceFilters::unique);
    filters.put("min", (v, a, r) -> extreme(v, a, r, Comparison.order(r.budget()).reversed()));
    filters.put("max", (v, a, r) -> extreme(v, a, r, Comparison.order(r.budget())));
    filters.put("groupby", SequenceFilters::groupBy);
    filters.put("batch", SequenceFilters::batch);
    filters.put("slice", SequenceFilters::slice);
  }

  private interface Operation {
    Object apply(Object value, Budget budget);
  }

  private static FilterOperation simple(String name, Operation operation) {
    return (value, arguments, rendering) -> {
      arguments.bind(name);
      return operation.apply(value, rendering.budget());
    };
  }

  private static boolean isTrue(Object option) {
    return option != Arguments.ABSENT && Types.truth(option);
  }

  private static List<Object> copy(Object value, Budget budget) {
    List<Object> items = Sequences.list(value, budget);
    budget.items(items.size());
    return new ArrayList<>(items);
  }

  private static Object first(Object value, Budget budget) {
    return switch (value) {
      case OneShot generator -> generator.hasNext() ? generator.next() : noItem();
      case String text -> text.isEmpty() ? noItem() : PythonText.character(text, 0);
      case null, default -> {
        List<Object> items = Sequences.list(value, budget);
        yield items.isEmpty() ? noItem() : items.get(0);
      }
    };
  }

  private static Object last(Object value, Budget budget) {
    requireReversible(value);
    List<Object> items = Sequences.list(value, budget);
    return items.isEmpty() ? noItem() : items.get(items.size() - 1);
  }

  private static Undefined noItem() {
    return Undefined.because("no first or last item, the sequence was empty");
  }

  private static void requireReversible(Object value) {
    if (value instanceof OneShot) {
      throw TemplateException.value("'generator' object is not reversible");
    }
  }

  private static Object reverse(Object value, Budget budget) {
    List<Object> reversed = Sequences.reversed(Sequences.list(value, budget), budget);
    if (!(value instanceof String)) {
      return new OneShot(reversed);
    }
    StringBuilder text = new StringBuilder();
    reversed.forEach(text::append);
    return text.toString();
  }

  private static OneShot items(Object value, Budget budget) {
    if (value instanceof Undefined) {
      return new OneShot(List.of());
    }
    if (!(value instanceof Dict dict)) {
      throw TemplateException.value("Can only get item pairs from a mapping.");
    }
    budget.items(2L * dict.size());
    return new OneShot(dict.pairs());
  }

  private static Object join(Object value, Arguments arguments, Rendering rendering) {
    Budget budget = rendering.budget();
    Object[] given = arguments.bind("join", "d?", "attribute?");
    String separator = given[0] == Arguments.ABSENT ? "" : Printer.text(given[0], budget);
    AttributePath path = AttributePath.of(given[1]);
    TextBuilder out = new TextBuilder(budget);
    boolean first = true;
    for (Object item : Sequences.list(value, budget)) {
      budget.step();
      out.append(first ? "" : separator);
      Printer.print(path.get(item), out, budget);
      first = false;
    }
    return out.toString();
  }

  /** The value that an item is compared by: lower case unless case counts. */
  private static Object key(Object value, boolean caseSensitive, Budget budget) {
    if (caseSensitive || !(value instanceof String text)) {
      return value;
    }
    budget.chars(text.length());
    return PythonText.lower(text);
  }

  private record Keyed(List<Object> keys, Object item) {}

  private static List<Object> sorted(List<Keyed> items, boolean reverse, Budget budget) {
    Comparator<Object> order = Comparison.order(budget);
    Comparator<Keyed> byKeys =
        (a, b) -> {
          for (int i = 0; i < a.keys().size(); i++) {
            int result = order.compare(a.keys().get(i), b.keys().get(i));
            if (result != 0) {
              return result;
            }
          }
          return 0;
        };
    List<Keyed> sorted = new ArrayList<>(items);
    sorted.sort(reverse ? byKeys.reversed() : byKeys);
    List<Object> values = new ArrayList<>(sorted.size());
    sorted.forEach(keyed -> values.add(keyed.item()));
    return values;
  }

  private static List<Object> sort(Object value, Arguments arguments, Rendering rendering) {
    Budget budget = rendering.budget();
    Object[] given = arguments.bind("sort", "reverse?", "case_sensitive?", "attribute?");
    List<AttributePath> paths = AttributePath.several(given[2]);
    List<Keyed> items = new ArrayList<>();
    for (Object item : Sequences.list(value, budget)) {
      budget.items(4);
      List<Object> keys = new ArrayList<>(paths.size());
      for (AttributePath path : paths) {
        keys.add(key(path.get(item), isTrue(given[1]), budget));
      }
      items.add(new Keyed(keys, item));
    }
    return sorted(items, isTrue(given[0]), budget);
  }

  private static List<Object> dictSort(Object value, Arguments arguments, Rendering rendering) {
    Budget budget = rendering.budget();
    Object[] given = arguments.bind("dictsort", "case_sensitive?", "by?", "reverse?");
    boolean byValue = "value".equals(given[1]);
    if (!byValue && given[1] != Arguments.ABSENT && !"key".equals(given[1])) {
      throw TemplateException.value("dictsort: expected by='key' or by='value'");
    }
    if (value instanceof Undefined undefined) {
      throw undefined.failure();
    }
    if (!(value instanceof Dict dict)) {
      throw TemplateException.value("dictsort: expected a mapping, got " + Types.name(value));
    }
    List<Keyed> items = new ArrayList<>();
    for (Dict.Item item : dict.items()) {
      budget.items(4);
      Object key = key(byValue ? item.value() : item.key(), isTrue(given[0]), budget);
      items.add(new Keyed(Collections.singletonList(key), Tuple.pair(item.key(), item.value())));
    }
    return sorted(items, isTrue(given[2]), budget);
  }

  private static OneShot unique(Object value, Arguments arguments, Rendering rendering) {
    Budget budget = rendering.budget();
    Object[] given = arguments.bind("unique", "case_sensitive?", "attribute?");
    AttributePath path = AttributePath.of(given[1]);
    Set<Object> seen = new HashSet<>();
    List<Object> kept = new ArrayList<>();
    for (Object item : Sequences.list(value, budget)) {
      budget.step();
      budget.items(4);
      Object key = key(path.get(item), isTrue(given[0]), budget);
      if (seen.add(Dict.canonical(key, 0))) {
        kept.add(item);
      }
    }
    return new OneShot(kept);
  }

  /** The first of the items that come last in the order. */
  private static Object extreme(
      Object value, Arguments arguments, Rendering rendering, Comparator<Object> order) {
    Budget budget = rendering.budget();
    Object[] given = arguments.bind("min or max", "case_sensitive?", "attribute?");
    AttributePath path = AttributePath.of(given[1]);
    Object best = noItem();
    Object bestKey = null;
    boolean found = false;
    for (Object item : Sequences.list(value, budget)) {
      Object key = key(path.get(item), isTrue(given[0]), budget);
      if (!found || order.compare(key, bestKey) > 0) {
        best = item;
        bestKey = key;
        found = true;
      }
    }
    return best;
  }

  private static List<Object> groupBy(Object value, Arguments arguments, Rendering rendering) {
    Budget budget = rendering.budget();
    Object[] given = arguments.bind("groupby", "attribute", "default?", "case_sensitive?");
    AttributePath path = AttributePath.of(given[0]);
    boolean caseSensitive = isTrue(given[2]);
    List<Keyed> items = new ArrayList<>();
    for (Object item : Sequences.list(value, budget)) {
      budget.items(4);
      Object found = path.getOr(item, given[1]);
      items.add(new Keyed(Collections.singletonList(key(found, caseSensitive, budget)), item));
    }
    List<Object> groups = new ArrayList<>();
    List<Object> group = List.of();
    Object groupKey = null;
    for (Object item : sorted(items, false, budget)) {
      Object found = path.getOr(item, given[1]);
      Object key = key(found, caseSensitive, budget);
      if (groups.isEmpty() || !Comparison.equal(key, groupKey, budget)) {
        group = new ArrayList<>();
        groups.add(Tuple.pair(found, group));
        groupKey = key;
      }
      group.add(item);
    }
    return groups;
  }

  private static OneShot batch(Object value, Arguments arguments, Rendering rendering) {
    Budget budget = rendering.budget();
    Object[] given = arguments.bind("batch", "linecount", "fill_with?");
    long size = Types.asLong(given[0], "batch: linecount");
    List<Object> batches = new ArrayList<>();
    List<Object> batch = new ArrayList<>();
    for (Object item : Sequences.list(value, budget)) {
      budget.items(4);
      if (batch.size() == size) {
        batches.add(batch);
        batch = new ArrayList<>();
      }
      batch.add(item);
    }
    if (!batch.isEmpty()) {
      if (given[1] != Arguments.ABSENT && given[1] != null && batch.size() < size) {
        budget.items(size);
        while (batch.size() < size) {
          batch.add(given[1]);
        }
      }
      batches.add(batch);
    }
    return new OneShot(batches);
  }

  private static OneShot slice(Object value, Arguments arguments, Rendering rendering) {
    Budget budget = rendering.budget();
    Object[] given = arguments.bind("slice", "slices", "fill_with?");
    List<Object> items = Sequences.list(value, budget);
    long slices = Types.asLong(given[0], "slice: slices");
    if (slices <= 0) {
      throw TemplateException.value("slice: expected a positive number of slices, got " + slices);
    }
    budget.items(Arithmetic.productOrMax(4, slices));
    budget.items(items.size());
    int longer = (int) (items.size() % slices);
    int size = (int) (items.size() / slices);
    List<Object> parts = new ArrayList<>((int) slices);
    int at = 0;
    for (int i = 0; i < slices; i++) {
      int end = at + size + (i < longer ? 1 : 0);
      List<Object> part = new ArrayList<>(items.subList(at, end));
      if (given[1] != Arguments.ABSENT && given[1] != null && i >= longer) {
        part.add(given[1]);
      }
      parts.add(part);
      at = end;
    }
    return new OneShot(parts);
  }
}
