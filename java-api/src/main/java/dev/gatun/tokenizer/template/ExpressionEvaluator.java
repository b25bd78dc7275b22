// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer.template;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Evaluates expressions; every level counts against the budget's depth. */
final class ExpressionEvaluator {
  private final Rendering rendering;
  private final Budget budget;

  ExpressionEvaluator(Rendering rendering) {
    this.rendering = rendering;
    this.budget = rendering.budget();
  }

  Object evaluate(Expression expression, Scope scope) {
    return Markup.plain(evaluateMarked(expression, scope));
  }

  /** The same, where it matters whether a text was declared safe. */
  Object evaluateMarked(Expression expression, Scope scope) {
    budget.step();
    return switch (expression) {
      case Expression.Constant constant -> constant.value();
      case Expression.Variable variable -> scope.get(variable.name());
      default -> {
        budget.enter();
        Object value = compound(expression, scope);
        // Not in a finally block: a failure ends the whole rendering.
        budget.leave();
        yield value;
      }
    };
  }

  private Object compound(Expression expression, Scope scope) {
    return switch (expression) {
      case Expression.Constant constant -> constant.value();
      case Expression.Variable variable -> scope.get(variable.name());
      case Expression.ListLiteral list -> all(list.items(), scope);
      case Expression.TupleLiteral tuple -> new Tuple(all(tuple.items(), scope));
      case Expression.DictLiteral dict -> dict(dict, scope);
      case Expression.Attribute attribute ->
          Attributes.attribute(evaluate(attribute.owner(), scope), attribute.name());
      case Expression.Item item ->
          Attributes.item(evaluate(item.owner(), scope), evaluate(item.key(), scope));
      case Expression.Slice slice -> slice(slice, scope);
      case Expression.Call call -> call(call, scope, null);
      case Expression.Filtered filtered ->
          filter(filtered.filter(), evaluate(filtered.input(), scope), scope);
      case Expression.Tested tested -> test(tested, scope);
      case Expression.Unary unary ->
          Arithmetic.unary(unary.operator(), evaluate(unary.operand(), scope));
      case Expression.Binary binary -> binary(binary, scope);
      case Expression.Concatenation concatenation -> concatenate(concatenation, scope);
      case Expression.Comparisons comparisons -> compare(comparisons, scope);
      case Expression.And and -> {
        Object left = evaluateMarked(and.left(), scope);
        yield Types.truth(left) ? evaluateMarked(and.right(), scope) : left;
      }
      case Expression.Or or -> {
        Object left = evaluateMarked(or.left(), scope);
        yield Types.truth(left) ? left : evaluateMarked(or.right(), scope);
      }
      case Expression.Not not -> !Types.truth(evaluate(not.operand(), scope));
      case Expression.Conditional conditional -> {
        if (Types.truth(evaluate(conditional.test(), scope))) {
          yield evaluateMarked(conditional.then(), scope);
        }
        yield conditional.otherwise() == null
            ? Undefined.because(
                "the inline if-expression evaluated to false and no else section was defined.")
            : evaluateMarked(conditional.otherwise(), scope);
      }
    };
  }

  private Object binary(Expression.Binary binary, Scope scope) {
    Object left = evaluateMarked(binary.left(), scope);
    Object right = evaluateMarked(binary.right(), scope);
    boolean marked = left instanceof Markup || right instanceof Markup;
    return marked && binary.operator().equals("+")
        ? Markup.sum(left, right, budget)
        : Arithmetic.binary(binary.operator(), Markup.plain(left), Markup.plain(right), budget);
  }

  private List<Object> all(List<Expression> expressions, Scope scope) {
    budget.items(expressions.size());
    List<Object> values = new ArrayList<>(expressions.size());
    for (Expression expression : expressions) {
      values.add(evaluate(expression, scope));
    }
    return values;
  }

  private Dict dict(Expression.DictLiteral literal, Scope scope) {
    budget.items(4L * literal.keys().size() + 2);
    Dict dict = new Dict();
    for (int i = 0; i < literal.keys().size(); i++) {
      Object key = evaluate(literal.keys().get(i), scope);
      dict.put(key, evaluate(literal.values().get(i), scope));
    }
    return dict;
  }

  private Object slice(Expression.Slice slice, Scope scope) {
    Object owner = evaluate(slice.owner(), scope);
    return Slices.slice(
        owner,
        bound(slice.start(), scope),
        bound(slice.stop(), scope),
        bound(slice.step(), scope),
        budget);
  }

  private Object bound(Expression expression, Scope scope) {
    return expression == null ? null : evaluate(expression, scope);
  }

  private String concatenate(Expression.Concatenation concatenation, Scope scope) {
    List<Object> values = all(concatenation.parts(), scope);
    TextBuilder text = new TextBuilder(budget);
    for (Object value : values) {
      Printer.print(value, text, budget);
    }
    return text.toString();
  }

  private boolean compare(Expression.Comparisons comparisons, Scope scope) {
    Object left = evaluate(comparisons.first(), scope);
    for (int i = 0; i < comparisons.operators().size(); i++) {
      Object right = evaluate(comparisons.operands().get(i), scope);
      if (!Comparison.holds(comparisons.operators().get(i), left, right, budget)) {
        return false;
      }
      left = right;
    }
    return true;
  }

  private boolean test(Expression.Tested tested, Scope scope) {
    if (tested.operation() == null) {
      throw new TemplateException(
          TemplateException.Kind.SYNTAX, "no test named '" + tested.name() + "'", 0);
    }
    Object value = evaluate(tested.input(), scope);
    return tested.operation().test(value, arguments(tested.arguments(), scope), rendering);
  }

  /** Applies one filter to a value. */
  Object filter(Expression.FilterCall filter, Object value, Scope scope) {
    if (filter.operation() == null) {
      throw new TemplateException(
          TemplateException.Kind.SYNTAX, "no filter named '" + filter.name() + "'", 0);
    }
    return filter
        .operation()
        .apply(Markup.plain(value), arguments(filter.arguments(), scope), rendering);
  }

  /** Calls; {@code caller} is the macro made of a call block, or null. */
  Object call(Expression.Call call, Scope scope, Macro caller) {
    Object callee = evaluate(call.callee(), scope);
    Arguments arguments = arguments(call.arguments(), scope);
    if (caller != null) {
      Map<String, Object> named = new LinkedHashMap<>(arguments.named());
      named.put("caller", caller);
      arguments = new Arguments(arguments.positional(), named);
    }
    return call(callee, arguments);
  }

  private Object call(Object callee, Arguments arguments) {
    return switch (callee) {
      case TemplateCallable callable -> callable.call(arguments, rendering);
      case Undefined undefined -> throw undefined.failure();
      case null, default ->
          throw TemplateException.value("'" + Types.name(callee) + "' object is not callable");
    };
  }

  private Arguments arguments(Expression.CallArguments written, Scope scope) {
    if (written == Expression.CallArguments.NONE) {
      return Arguments.NONE;
    }
    List<Object> positional = all(written.positional(), scope);
    if (written.starred() != null) {
      List<Object> more = Sequences.list(evaluate(written.starred(), scope), budget);
      budget.items(more.size());
      positional.addAll(more);
    }
    if (written.named().isEmpty() && written.doubleStarred() == null) {
      return new Arguments(positional, Map.of());
    }
    Map<String, Object> named = new LinkedHashMap<>();
    for (int i = 0; i < written.named().size(); i++) {
      put(named, written.names().get(i), evaluate(written.named().get(i), scope));
    }
    if (written.doubleStarred() != null) {
      if (!(evaluate(written.doubleStarred(), scope) instanceof Dict dict)) {
        throw TemplateException.value("the argument after ** must be a mapping");
      }
      for (Dict.Item item : dict.items()) {
        put(named, Types.asString(item.key(), "a name after **"), item.value());
      }
    }
    return new Arguments(positional, named);
  }

  private void put(Map<String, Object> named, String name, Object value) {
    budget.items(4);
    if (named.containsKey(name)) {
      throw TemplateException.value("a call gives two values for one name");
    }
    named.put(name, value);
  }
}
