// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer.template;

import java.util.List;
import java.util.Set;

/** The methods of lists, tuples and dicts that change nothing. */
final class ContainerMethods {
  static final Set<String> LIST = Set.of("index", "count", "copy");
  static final Set<String> TUPLE = Set.of("index", "count");
  static final Set<String> DICT = Set.of("get", "keys", "values", "items", "copy");

  private ContainerMethods() {}

  static Object call(List<?> list, String name, Arguments arguments, Budget budget) {
    if (name.equals("copy")) {
      arguments.bindPositional(name);
      return list;
    }
    Object wanted = arguments.bindPositional(name, "value")[0];
    long count = 0;
    for (int i = 0; i < list.size(); i++) {
      if (Comparison.equal(list.get(i), wanted, budget)) {
        if (name.equals("index")) {
          return (long) i;
        }
        count++;
      }
    }
    if (name.equals("index")) {
      throw TemplateException.value("index: the value is not in the list");
    }
    return count;
  }

  static Object call(Dict dict, String name, Arguments arguments, Budget budget) {
    if (name.equals("get")) {
      Object[] given = arguments.bindPositional("dict.get", "key", "default?");
      return dict.get(given[0], given[1] == Arguments.ABSENT ? null : given[1]);
    }
    arguments.bindPositional(name);
    budget.items(2L * dict.size());
    return switch (name) {
      case "keys" -> new DictView("dict_keys", dict.keys());
      case "values" -> new DictView("dict_values", dict.values());
      case "items" -> new DictView("dict_items", dict.pairs());
      case "copy" -> dict;
      default -> throw new IllegalStateException("no such method: " + name);
    };
  }
}
