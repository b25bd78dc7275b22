// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer.template;

import java.util.HashMap;
import java.util.Map;

/** Variables of one block; names not found here are looked up in the enclosing block. */
final class Scope {
  private static final Object MISSING = new Object();

  private final Scope parent;
  private final Map<String, Object> variables = new HashMap<>(4);

  Scope(Scope parent) {
    this.parent = parent;
  }

  void set(String name, Object value) {
    variables.put(name, value);
  }

  Object get(String name) {
    for (Scope scope = this; scope != null; scope = scope.parent) {
      Object value = scope.variables.getOrDefault(name, MISSING);
      if (value != MISSING) {
        return value;
      }
    }
    return Undefined.variable(name);
  }
}
