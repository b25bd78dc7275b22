// SPDX-License-Identifier: Apache-2.0
package dev.gatun.data;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** The names of classes: class i is name i. Immutable. */
public final class LabelNames {
  private final List<String> names;
  private final Map<String, Integer> ids = new HashMap<>();

  /**
   * In this order.
   *
   * @throws IllegalArgumentException if a name occurs twice or there is none
   */
  public LabelNames(List<String> names) {
    this.names = List.copyOf(names);
    if (names.isEmpty()) {
      throw new IllegalArgumentException("labels: expected at least one name, got none");
    }
    for (String name : this.names) {
      if (ids.put(name, ids.size()) != null) {
        throw new IllegalArgumentException("labels: \"" + name + "\" occurs twice");
      }
    }
  }

  /** The distinct names, sorted, so that the numbers do not depend on the order of the data. */
  public static LabelNames sorted(Collection<String> names) {
    return new LabelNames(List.copyOf(new TreeSet<>(names)));
  }

  /** The distinct values of a field (a text, or a list of texts) of all rows, sorted. */
  public static LabelNames of(List<Row> rows, String field) {
    TreeSet<String> found = new TreeSet<>();
    for (Row row : rows) {
      if (row.values().get(field) instanceof List<?>) {
        found.addAll(row.texts(field));
      } else {
        found.add(row.text(field));
      }
    }
    return sorted(found);
  }

  /** All names, by id. */
  public List<String> names() {
    return names;
  }

  /** The number of classes. */
  public int size() {
    return names.size();
  }

  /** The id of a name, or -1. */
  public int idOf(String name) {
    return ids.getOrDefault(name, -1);
  }

  /** The name of an id. */
  public String nameOf(int id) {
    return names.get(id);
  }
}
