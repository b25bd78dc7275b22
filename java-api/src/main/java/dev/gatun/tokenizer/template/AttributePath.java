// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer.template;

import java.util.ArrayList;
import java.util.List;

/** The dotted {@code attribute} of a filter, such as {@code k.z} or {@code 0.name}. */
record AttributePath(List<Object> steps) {
  /** A name, or an index as an integer; null where the filter was given none. */
  static AttributePath of(Object attribute) {
    if (attribute == Arguments.ABSENT || attribute == null) {
      return new AttributePath(List.of());
    }
    if (Types.isInteger(attribute)) {
      return new AttributePath(List.of(attribute));
    }
    List<Object> steps = new ArrayList<>();
    for (String part : Types.asString(attribute, "attribute").split("\\.", -1)) {
      boolean index = !part.isEmpty() && part.chars().allMatch(Character::isDigit);
      steps.add(index ? Numbers.parseInteger(part, 10) : part);
    }
    return new AttributePath(steps);
  }

  /** Several paths with commas between them, as sort takes them. */
  static List<AttributePath> several(Object attribute) {
    if (!(attribute instanceof String paths)) {
      return List.of(of(attribute));
    }
    List<AttributePath> all = new ArrayList<>();
    for (String path : paths.split(",", -1)) {
      all.add(of(path));
    }
    return all;
  }

  Object get(Object item) {
    Object value = item;
    for (Object step : steps) {
      value = Attributes.item(value, step);
    }
    return value;
  }

  Object getOr(Object item, Object fallback) {
    Object value = item;
    for (Object step : steps) {
      value = Attributes.item(value, step);
      if (value instanceof Undefined && fallback != Arguments.ABSENT) {
        value = fallback;
      }
    }
    return value;
  }
}
