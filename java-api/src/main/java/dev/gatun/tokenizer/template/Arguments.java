// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer.template;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The evaluated arguments of a call, and how a built-in function takes them. */
record Arguments(List<Object> positional, Map<String, Object> named) {
  static final Arguments NONE = new Arguments(List.of(), Map.of());

  /** Stands for an optional argument that was not given. */
  static final Object ABSENT = new Object();

  static Arguments of(Object... values) {
    return new Arguments(Arrays.asList(values), Map.of());
  }

  /**
   * The arguments in the order of the parameters. A parameter is its name, with {@code ?} behind it
   * where it may be left out (then {@link #ABSENT}).
   */
  Object[] bind(String function, String... parameters) {
    if (positional.size() > parameters.length) {
      throw TemplateException.value(
          function
              + "() takes at most "
              + parameters.length
              + " arguments, got "
              + positional.size());
    }
    Object[] bound = new Object[parameters.length];
    int used = 0;
    for (int i = 0; i < parameters.length; i++) {
      boolean optional = parameters[i].endsWith("?");
      String name =
          optional ? parameters[i].substring(0, parameters[i].length() - 1) : parameters[i];
      boolean byName = named.containsKey(name);
      if (i < positional.size()) {
        if (byName) {
          throw TemplateException.value(function + "() got two values for '" + name + "'");
        }
        bound[i] = positional.get(i);
      } else if (byName) {
        bound[i] = named.get(name);
        used++;
      } else if (optional) {
        bound[i] = ABSENT;
      } else {
        throw TemplateException.value(function + "() misses its argument '" + name + "'");
      }
    }
    if (used < named.size()) {
      throw TemplateException.value(function + "() got an unexpected name among " + shownNames());
    }
    return bound;
  }

  /** Like {@link #bind} for a function that takes no names. */
  Object[] bindPositional(String function, String... parameters) {
    if (!named.isEmpty()) {
      throw TemplateException.value(function + "() takes no named arguments, got " + shownNames());
    }
    return bind(function, parameters);
  }

  /** The arguments without the first of the positional ones. */
  Arguments withoutFirst() {
    return new Arguments(positional.subList(1, positional.size()), named);
  }

  private String shownNames() {
    return named.keySet().stream().limit(3).map(name -> "'" + name + "'").toList().toString();
  }
}
