// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer.template;

import java.util.List;

/** {@code cycler(...)}: gives its values in turn. */
final class Cycler {
  private final List<Object> values;
  private int at;

  Cycler(List<Object> values) {
    this.values = values;
  }

  Object attribute(String name) {
    return switch (name) {
      case "current" -> values.get(at);
      case "next" -> (TemplateCallable) this::next;
      case "reset" -> (TemplateCallable) this::reset;
      default -> Attributes.missing(this, name);
    };
  }

  private Object next(Arguments arguments, Rendering rendering) {
    arguments.bind("next");
    Object value = values.get(at);
    at = (at + 1) % values.size();
    return value;
  }

  private Object reset(Arguments arguments, Rendering rendering) {
    arguments.bind("reset");
    at = 0;
    return null;
  }
}
