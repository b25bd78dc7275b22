// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer.template;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A macro with the variables of the place where it was defined. */
record Macro(Statement.MacroBody body, Scope closure) implements TemplateCallable {
  @Override
  public Object call(Arguments arguments, Rendering rendering) {
    Budget budget = rendering.budget();
    int callLine = rendering.line();
    budget.enter();
    // The scope, the maps of names and the builder of the text.
    budget.items(4L * body.parameters().size() + 12);
    Scope scope = new Scope(closure);
    Map<String, Object> named = new LinkedHashMap<>(arguments.named());
    if (body.usesCaller()) {
      Object caller = named.remove("caller");
      scope.set("caller", caller == null ? Undefined.because("no caller defined") : caller);
    }
    bindParameters(arguments.positional(), named, scope, rendering);
    bindRest(arguments.positional(), named, scope, budget);
    String text = rendering.statements().capture(body.body(), scope);
    budget.leave();
    rendering.atLine(callLine);
    return text;
  }

  private void bindParameters(
      List<Object> positional, Map<String, Object> named, Scope scope, Rendering rendering) {
    List<String> parameters = body.parameters();
    int firstDefault = parameters.size() - body.defaults().size();
    for (int i = 0; i < parameters.size(); i++) {
      String name = parameters.get(i);
      boolean byName = named.containsKey(name);
      if (i < positional.size()) {
        if (byName) {
          throw failure("got two values for argument '" + name + "'");
        }
        scope.set(name, positional.get(i));
      } else if (byName) {
        scope.set(name, named.remove(name));
      } else if (i >= firstDefault) {
        Expression value = body.defaults().get(i - firstDefault);
        scope.set(name, rendering.expressions().evaluate(value, scope));
      } else {
        scope.set(name, Undefined.because("parameter '" + name + "' was not provided"));
      }
    }
  }

  private void bindRest(
      List<Object> positional, Map<String, Object> named, Scope scope, Budget budget) {
    int taken = Math.min(positional.size(), body.parameters().size());
    if (body.usesVarargs()) {
      scope.set(
          "varargs", new Tuple(new ArrayList<>(positional.subList(taken, positional.size()))));
    } else if (taken < positional.size()) {
      throw failure("takes not more than " + taken + " argument(s), got " + positional.size());
    }
    if (body.usesKwargs()) {
      budget.items(4L * named.size());
      Dict rest = new Dict();
      named.forEach(rest::put);
      scope.set("kwargs", rest);
    } else if (!named.isEmpty()) {
      throw failure("takes no keyword argument '" + named.keySet().iterator().next() + "'");
    }
  }

  private TemplateException failure(String reason) {
    return TemplateException.value("macro '" + body.name() + "' " + reason);
  }

  Object attribute(String name) {
    return switch (name) {
      case "name" -> body.name();
      case "arguments" -> new Tuple(new ArrayList<>(body.parameters()));
      case "caller" -> body.usesCaller();
      case "catch_varargs" -> body.usesVarargs();
      case "catch_kwargs" -> body.usesKwargs();
      default -> Attributes.missing(this, name);
    };
  }
}
