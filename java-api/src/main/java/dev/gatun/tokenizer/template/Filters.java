// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer.template;

import java.util.HashMap;
import java.util.Map;

/** The filters by name. */
final class Filters {
  private static final Map<String, FilterOperation> ALL = all();

  private Filters() {}

  private static Map<String, FilterOperation> all() {
    Map<String, FilterOperation> filters = new HashMap<>();
    TextFilters.addTo(filters);
    SequenceFilters.addTo(filters);
    SelectionFilters.addTo(filters);
    NumberFilters.addTo(filters);
    filters.put("tojson", JsonWriter::filter);
    filters.put("default", Filters::orDefault);
    filters.put("d", Filters::orDefault);
    filters.put("attr", Filters::attribute);
    return Map.copyOf(filters);
  }

  /** The filter of that name, or null. */
  static FilterOperation find(String name) {
    return ALL.get(name);
  }

  private static Object orDefault(Object value, Arguments arguments, Rendering rendering) {
    Object[] given = arguments.bind("default", "default_value?", "boolean?");
    boolean falseToo = given[1] != Arguments.ABSENT && Types.truth(given[1]);
    boolean replaced = value instanceof Undefined || (falseToo && !Types.truth(value));
    return replaced ? given[0] == Arguments.ABSENT ? "" : given[0] : value;
  }

  private static Object attribute(Object value, Arguments arguments, Rendering rendering) {
    String name = Types.asString(arguments.bind("attr", "name")[0], "attr: name");
    return Attributes.memberOrUndefined(value, name);
  }
}
