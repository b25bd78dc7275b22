// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer.template;

import java.util.HashMap;
import java.util.Map;

/** The one mutable object of a template: {@code namespace(...)}, written by {@code set ns.x}. */
final class Namespace {
  private final Map<String, Object> attributes = new HashMap<>();

  void set(String name, Object value) {
    if (name.startsWith("_")) {
      throw new TemplateException(
          TemplateException.Kind.SECURITY,
          "Chat templates cannot store underscore-prefixed attributes on a namespace, but got '"
              + name
              + "'. Please rename the attribute.",
          0);
    }
    attributes.put(name, value);
  }

  Object get(String name) {
    return attributes.containsKey(name) ? attributes.get(name) : Undefined.attribute(this, name);
  }
}
