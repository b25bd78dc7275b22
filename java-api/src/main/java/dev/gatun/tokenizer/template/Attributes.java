// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer.template;

import java.util.List;
import java.util.Set;

/**
 * The only way from a value to something inside it. A closed table: what is not named here does not
 * exist for a template, and nothing reaches Java's own members.
 */
final class Attributes {
  /** Methods of Python that change their object: the reference's sandbox refuses them. */
  private static final Set<String> LIST_CHANGES =
      Set.of("append", "clear", "pop", "reverse", "insert", "sort", "extend", "remove");

  private static final Set<String> DICT_CHANGES =
      Set.of("clear", "pop", "popitem", "setdefault", "update");

  /** Members that every Python object has, an undefined one included. */
  private static final Set<String> EVERY_OBJECT_HAS =
      Set.of("__class__", "__init__", "__doc__", "__eq__", "__hash__", "__module__");

  private static final Object MISSING = new Object();

  private Attributes() {}

  /** {@code owner.name}. */
  static Object attribute(Object owner, String name) {
    Object member = member(owner, name);
    if (member == MISSING && owner instanceof Dict dict) {
      member = dict.get(name, MISSING);
    }
    return member == MISSING ? missing(owner, name) : member;
  }

  /** {@code owner|attr(name)}: members only, no keys. */
  static Object memberOrUndefined(Object owner, String name) {
    Object member = member(owner, name);
    return member == MISSING ? missing(owner, name) : member;
  }

  /** {@code owner[key]}. */
  static Object item(Object owner, Object key) {
    if (owner instanceof Undefined undefined) {
      throw undefined.failure();
    }
    if (owner instanceof Dict dict) {
      boolean hashable = !(key instanceof List<?>) && !(key instanceof Dict);
      Object value = hashable ? dict.get(key, MISSING) : MISSING;
      if (value != MISSING) {
        return value;
      }
    } else if (Types.isInteger(key)) {
      return element(owner, key);
    }
    return key instanceof String name
        ? memberOrUndefined(owner, name)
        : Undefined.element(owner, key);
  }

  private static Object element(Object owner, Object key) {
    long index = Types.asLong(key, "index");
    long length =
        switch (owner) {
          case String text -> PythonText.length(text);
          case List<?> list -> list.size();
          case Tuple tuple -> tuple.items().size();
          case Range range -> range.size();
          case null, default -> 0;
        };
    long at = index < 0 ? index + length : index;
    if (at < 0 || at >= length) {
      return Undefined.element(owner, key);
    }
    return switch (owner) {
      case String text -> PythonText.character(text, (int) at);
      case List<?> list -> list.get((int) at);
      case Tuple tuple -> tuple.items().get((int) at);
      case Range range -> range.items().get((int) at);
      case null, default -> throw new IllegalStateException("an element of no sequence");
    };
  }

  private static Object member(Object owner, String name) {
    return switch (owner) {
      case Undefined undefined -> {
        if (EVERY_OBJECT_HAS.contains(name)) {
          yield Undefined.unsafe(owner, name);
        }
        throw undefined.failure();
      }
      case String text ->
          StringMethods.NAMES.contains(name)
              ? (TemplateCallable)
                  (arguments, rendering) ->
                      StringMethods.call(text, name, arguments, rendering.budget())
              : MISSING;
      case Dict dict -> {
        if (DICT_CHANGES.contains(name)) {
          yield Undefined.unsafe(owner, name);
        }
        yield ContainerMethods.DICT.contains(name)
            ? (TemplateCallable)
                (arguments, rendering) ->
                    ContainerMethods.call(dict, name, arguments, rendering.budget())
            : MISSING;
      }
      case List<?> list -> {
        if (LIST_CHANGES.contains(name)) {
          yield Undefined.unsafe(owner, name);
        }
        yield ContainerMethods.LIST.contains(name)
            ? (TemplateCallable)
                (arguments, rendering) ->
                    ContainerMethods.call(list, name, arguments, rendering.budget())
            : MISSING;
      }
      case Tuple tuple ->
          ContainerMethods.TUPLE.contains(name)
              ? (TemplateCallable)
                  (arguments, rendering) ->
                      ContainerMethods.call(tuple.items(), name, arguments, rendering.budget())
              : MISSING;
      case Namespace namespace ->
          name.startsWith("_") ? Undefined.unsafe(owner, name) : namespace.get(name);
      case LoopState loop -> loop.attribute(name);
      case Cycler cycler -> cycler.attribute(name);
      case Macro macro -> macro.attribute(name);
      case null, default -> MISSING;
    };
  }

  /** What a member that does not exist is: undefined, and forbidden where Python has it. */
  static Undefined missing(Object owner, String name) {
    boolean special = name.startsWith("__") && name.endsWith("__");
    return special && !(owner instanceof Dict && !EVERY_OBJECT_HAS.contains(name))
        ? Undefined.unsafe(owner, name)
        : Undefined.attribute(owner, name);
  }
}
