// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer.template;

import java.util.ArrayList;
import java.util.List;

/** The functions that every template can call. */
final class Functions {
  private static final Scope GLOBALS = globals();

  /** {@code self}: exists, and has nothing. */
  record Self() {}

  private Functions() {}

  /** The outermost scope; shared by all renderings, which only read it. */
  static Scope scope() {
    return GLOBALS;
  }

  private static Scope globals() {
    Scope globals = new Scope(null);
    globals.set("range", (TemplateCallable) Functions::range);
    globals.set("dict", (TemplateCallable) Functions::dict);
    globals.set("namespace", (TemplateCallable) Functions::namespace);
    globals.set("cycler", (TemplateCallable) Functions::cycler);
    globals.set("joiner", (TemplateCallable) Functions::joiner);
    globals.set("raise_exception", (TemplateCallable) Functions::raise);
    globals.set("strftime_now", (TemplateCallable) Functions::now);
    globals.set("self", new Self());
    return globals;
  }

  private static Object range(Arguments arguments, Rendering rendering) {
    Object[] given = arguments.bindPositional("range", "start", "stop?", "step?");
    long first = Types.asLong(given[0], "range");
    if (given[1] == Arguments.ABSENT) {
      return Range.of(0, first, 1);
    }
    long step = given[2] == Arguments.ABSENT ? 1 : Types.asLong(given[2], "range");
    return Range.of(first, Types.asLong(given[1], "range"), step);
  }

  private static Dict dict(Arguments arguments, Rendering rendering) {
    Budget budget = rendering.budget();
    if (arguments.positional().size() > 1) {
      throw TemplateException.value("dict() takes at most 1 argument");
    }
    Dict dict = new Dict();
    for (Object source : arguments.positional()) {
      if (source instanceof Dict other) {
        budget.items(4L * other.size());
        dict.putAll(other);
        continue;
      }
      if (source instanceof Undefined undefined) {
        throw undefined.failure();
      }
      for (Object entry : Sequences.list(source, budget)) {
        List<Object> pair = Sequences.list(entry, budget);
        if (pair.size() != 2) {
          throw TemplateException.value("dict(): expected pairs, got " + pair.size() + " items");
        }
        budget.items(4);
        dict.put(pair.get(0), pair.get(1));
      }
    }
    budget.items(4L * arguments.named().size());
    arguments.named().forEach(dict::put);
    return dict;
  }

  private static Namespace namespace(Arguments arguments, Rendering rendering) {
    Namespace namespace = new Namespace();
    for (Dict.Item item : dict(arguments, rendering).items()) {
      namespace.set(Types.asString(item.key(), "namespace: attribute"), item.value());
    }
    return namespace;
  }

  private static Cycler cycler(Arguments arguments, Rendering rendering) {
    if (arguments.positional().isEmpty()) {
      throw TemplateException.value("cycler(): expected at least one item, got none");
    }
    return new Cycler(new ArrayList<>(arguments.positional()));
  }

  private static TemplateCallable joiner(Arguments arguments, Rendering rendering) {
    Object separator = arguments.bind("joiner", "sep?")[0];
    boolean[] used = new boolean[1];
    return (none, unused) -> {
      none.bind("joiner");
      Object text = !used[0] ? "" : separator == Arguments.ABSENT ? ", " : separator;
      used[0] = true;
      return text;
    };
  }

  private static Object raise(Arguments arguments, Rendering rendering) {
    Object message = arguments.bind("raise_exception", "message")[0];
    throw new TemplateException(
        TemplateException.Kind.RAISED, Printer.text(message, rendering.budget()), 0);
  }

  private static String now(Arguments arguments, Rendering rendering) {
    Object format = arguments.bind("strftime_now", "format")[0];
    return Strftime.format(
        Types.asString(format, "strftime_now: format"), rendering.clock(), rendering.budget());
  }
}
