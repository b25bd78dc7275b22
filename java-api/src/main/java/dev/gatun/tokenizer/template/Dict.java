// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer.template;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A Python dict: keeps insertion order, and 1, 1.0 and True are one key. Filled while it is made,
 * not changed afterwards.
 */
final class Dict {
  private static final int KEY_DEPTH = 50;
  private static final Object NONE = new Object();

  /** A key as the template wrote it, with its value. */
  record Item(Object key, Object value) {}

  private record TupleKey(List<Object> parts) {}

  private final Map<Object, Item> items = new LinkedHashMap<>();

  Dict put(Object key, Object value) {
    Object canonical = canonical(key, 0);
    Item old = items.get(canonical);
    items.put(canonical, new Item(old == null ? key : old.key(), value));
    return this;
  }

  void putAll(Dict other) {
    for (Item item : other.items.values()) {
      put(item.key(), item.value());
    }
  }

  boolean contains(Object key) {
    return items.containsKey(canonical(key, 0));
  }

  /** The value, or {@code missing} where there is no such key. */
  Object get(Object key, Object missing) {
    Item item = items.get(canonical(key, 0));
    return item == null ? missing : item.value();
  }

  int size() {
    return items.size();
  }

  Collection<Item> items() {
    return items.values();
  }

  List<Object> keys() {
    List<Object> keys = new ArrayList<>(items.size());
    items.values().forEach(item -> keys.add(item.key()));
    return keys;
  }

  List<Object> values() {
    List<Object> values = new ArrayList<>(items.size());
    items.values().forEach(item -> values.add(item.value()));
    return values;
  }

  List<Object> pairs() {
    List<Object> pairs = new ArrayList<>(items.size());
    items.values().forEach(item -> pairs.add(Tuple.pair(item.key(), item.value())));
    return pairs;
  }

  /** One Java key for all Python keys that are equal. */
  static Object canonical(Object key, int level) {
    if (level > KEY_DEPTH) {
      throw TemplateException.limit("a key is nested too deeply: expected at most 50 levels");
    }
    return switch (key) {
      case null -> NONE;
      case Boolean b -> b ? 1L : 0L;
      case Double d when d == Math.rint(d) && Math.abs(d) < 0x1p63 -> (long) (double) d;
      case Double d when d == Math.rint(d) && !d.isInfinite() -> new BigDecimal(d).toBigInteger();
      case BigInteger big -> big;
      case Tuple tuple -> {
        List<Object> parts = new ArrayList<>(tuple.items().size());
        for (Object part : tuple.items()) {
          parts.add(canonical(part, level + 1));
        }
        yield new TupleKey(parts);
      }
      case List<?> list -> throw unhashable(list);
      case Dict dict -> throw unhashable(dict);
      default -> key;
    };
  }

  private static TemplateException unhashable(Object value) {
    return TemplateException.value("unhashable type: '" + Types.name(value) + "'");
  }
}
