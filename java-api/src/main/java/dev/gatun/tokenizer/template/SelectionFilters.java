// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** {@code map}, {@code select}, {@code reject} and their forms with an attribute. */
final class SelectionFilters {
  private SelectionFilters() {}

  static void addTo(Map<String, FilterOperation> filters) {
    filters.put("map", SelectionFilters::map);
    filters.put("select", (v, a, r) -> select(v, a, r, false, true));
    filters.put("reject", (v, a, r) -> select(v, a, r, false, false));
    filters.put("selectattr", (v, a, r) -> select(v, a, r, true, true));
    filters.put("rejectattr", (v, a, r) -> select(v, a, r, true, false));
  }

  private static OneShot map(Object value, Arguments arguments, Rendering rendering) {
    Budget budget = rendering.budget();
    List<Object> mapped = new ArrayList<>();
    if (arguments.positional().isEmpty()) {
      Object[] given = arguments.bind("map", "attribute", "default?");
      AttributePath path = AttributePath.of(given[0]);
      for (Object item : items(value, budget)) {
        step(budget);
        mapped.add(path.getOr(item, given[1]));
      }
      return new OneShot(mapped);
    }
    if (!Types.truth(value)) {
      return new OneShot(mapped);
    }
    String name = Types.asString(arguments.positional().get(0), "map: filter");
    FilterOperation filter = Filters.find(name);
    if (filter == null) {
      throw new TemplateException(TemplateException.Kind.SYNTAX, "map: no filter of that name", 0);
    }
    Arguments rest = arguments.withoutFirst();
    for (Object item : items(value, budget)) {
      step(budget);
      mapped.add(Markup.plain(filter.apply(item, rest, rendering)));
    }
    return new OneShot(mapped);
  }

  /** The items; nothing false is iterated over, so none has no items here. */
  private static List<Object> items(Object value, Budget budget) {
    return Types.truth(value) ? Sequences.list(value, budget) : List.of();
  }

  private static void step(Budget budget) {
    budget.step();
    budget.items(1);
  }

  private static OneShot select(
      Object value, Arguments arguments, Rendering rendering, boolean byAttribute, boolean keep) {
    Budget budget = rendering.budget();
    Arguments rest = arguments;
    AttributePath path = AttributePath.of(null);
    if (byAttribute) {
      if (rest.positional().isEmpty()) {
        throw TemplateException.value("selectattr: expected the name of an attribute");
      }
      path = AttributePath.of(rest.positional().get(0));
      rest = rest.withoutFirst();
    }
    TestOperation test = (item, none, unused) -> Types.truth(item);
    if (!rest.positional().isEmpty()) {
      test = Tests.find(Types.asString(rest.positional().get(0), "select: test"));
      rest = rest.withoutFirst();
    }
    if (test == null) {
      throw new TemplateException(TemplateException.Kind.SYNTAX, "select: no test of that name", 0);
    }
    List<Object> selected = new ArrayList<>();
    for (Object item : items(value, budget)) {
      step(budget);
      if (test.test(path.get(item), rest, rendering) == keep) {
        selected.add(item);
      }
    }
    return new OneShot(selected);
  }
}
