// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer.template;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** Executes statements into a text. */
final class StatementExecutor {
  /** How a statement ended: the loop around it must know. */
  private enum Flow {
    NEXT,
    BREAK,
    CONTINUE
  }

  private final Rendering rendering;
  private final Budget budget;

  StatementExecutor(Rendering rendering) {
    this.rendering = rendering;
    this.budget = rendering.budget();
  }

  /** Runs the statements in the given scope. */
  void run(List<Statement> statements, Scope scope, TextBuilder out) {
    body(statements, scope, out);
  }

  /** The text that the statements make, for macros and captured blocks. */
  String capture(List<Statement> statements, Scope scope) {
    TextBuilder text = new TextBuilder(budget);
    body(statements, scope, text);
    return text.toString();
  }

  private Flow body(List<Statement> statements, Scope scope, TextBuilder out) {
    budget.enter();
    Flow flow = Flow.NEXT;
    for (int i = 0; i < statements.size() && flow == Flow.NEXT; i++) {
      flow = execute(statements.get(i), scope, out);
    }
    budget.leave();
    return flow;
  }

  private Flow execute(Statement statement, Scope scope, TextBuilder out) {
    budget.step();
    switch (statement) {
      case Statement.Text text -> out.append(text.text());
      case Statement.Print print -> {
        rendering.atLine(print.line());
        Printer.print(evaluate(print.value(), scope), out, budget);
      }
      case Statement.If branches -> {
        return branch(branches, scope, out);
      }
      case Statement.For loop -> {
        rendering.atLine(loop.line());
        return loop(loop, evaluate(loop.iterable(), scope), scope, 0, out);
      }
      case Statement.Assign assign -> {
        rendering.atLine(assign.line());
        Object value = rendering.expressions().evaluateMarked(assign.value(), scope);
        assign(assign.target(), value, scope);
      }
      case Statement.AssignBlock assign -> {
        String text = capture(assign.body(), new Scope(scope));
        rendering.atLine(assign.line());
        assign(assign.target(), filtered(text, assign.filters(), scope), scope);
      }
      case Statement.MacroDefinition definition ->
          scope.set(definition.macro().name(), new Macro(definition.macro(), scope));
      case Statement.CallBlock block -> {
        rendering.atLine(block.line());
        Macro caller = new Macro(block.caller(), scope);
        Printer.print(rendering.expressions().call(block.call(), scope, caller), out, budget);
      }
      case Statement.FilterBlock block -> {
        String text = capture(block.body(), new Scope(scope));
        rendering.atLine(block.line());
        Printer.print(filtered(text, block.filters(), scope), out, budget);
      }
      case Statement.With with -> {
        rendering.atLine(with.line());
        return with(with, scope, out);
      }
      case Statement.Generation generation -> {
        boolean marked = rendering.isOutput(out);
        int begin = marked ? out.codePoints() : 0;
        body(generation.body(), new Scope(scope), out);
        if (marked) {
          rendering.mark(begin, out.codePoints());
        }
      }
      case Statement.Block block -> {
        return body(block.body(), new Scope(scope), out);
      }
      case Statement.Break ignored -> {
        return Flow.BREAK;
      }
      case Statement.Continue ignored -> {
        return Flow.CONTINUE;
      }
    }
    return Flow.NEXT;
  }

  private Object evaluate(Expression expression, Scope scope) {
    return rendering.expressions().evaluate(expression, scope);
  }

  private Object filtered(String text, List<Expression.FilterCall> filters, Scope scope) {
    Object value = text;
    for (Expression.FilterCall filter : filters) {
      value = rendering.expressions().filter(filter, value, scope);
    }
    return value;
  }

  private Flow branch(Statement.If branches, Scope scope, TextBuilder out) {
    rendering.atLine(branches.line());
    for (Statement.Branch branch : branches.branches()) {
      if (Types.truth(evaluate(branch.test(), scope))) {
        return body(branch.body(), scope, out);
      }
    }
    return body(branches.otherwise(), scope, out);
  }

  private Flow with(Statement.With with, Scope scope, TextBuilder out) {
    Scope inner = new Scope(scope);
    List<Object> values = new ArrayList<>(with.values().size());
    for (Expression value : with.values()) {
      values.add(evaluate(value, scope));
    }
    for (int i = 0; i < values.size(); i++) {
      assign(with.targets().get(i), values.get(i), inner);
    }
    return body(with.body(), inner, out);
  }

  private Flow loop(Statement.For loop, Object iterable, Scope scope, int depth, TextBuilder out) {
    Iterator<Object> items = Sequences.iterator(iterable, budget);
    if (loop.test() != null) {
      items = new FilteredItems(items, item -> passes(loop, item, scope));
    }
    LoopState state = new LoopState(items, depth, recursion(loop, scope, depth));
    boolean ran = false;
    while (state.advance()) {
      ran = true;
      budget.step();
      // The scope of a round, its variables and a boxed item.
      budget.items(6);
      Scope inner = new Scope(scope);
      inner.set("loop", state);
      assign(loop.target(), state.current(), inner);
      if (body(loop.body(), inner, out) == Flow.BREAK) {
        break;
      }
    }
    return ran ? Flow.NEXT : body(loop.otherwise(), new Scope(scope), out);
  }

  private boolean passes(Statement.For loop, Object item, Scope scope) {
    budget.step();
    budget.items(4);
    Scope inner = new Scope(scope);
    assign(loop.target(), item, inner);
    inner.set("loop", Undefined.because("the filter of a loop has no 'loop'"));
    return Types.truth(evaluate(loop.test(), inner));
  }

  private LoopState.Recursion recursion(Statement.For loop, Scope scope, int depth) {
    if (!loop.recursive()) {
      return null;
    }
    return iterable -> {
      TextBuilder text = new TextBuilder(budget);
      budget.enter();
      loop(loop, iterable, scope, depth + 1, text);
      budget.leave();
      return text.toString();
    };
  }

  private void assign(Statement.Target target, Object value, Scope scope) {
    switch (target) {
      case Statement.Target.Name name -> scope.set(name.name(), value);
      case Statement.Target.NamespaceAttribute attribute -> {
        if (!(scope.get(attribute.namespace()) instanceof Namespace namespace)) {
          throw TemplateException.value("cannot assign attribute on non-namespace object");
        }
        namespace.set(attribute.attribute(), value);
      }
      case Statement.Target.Unpacked unpacked -> {
        List<Object> values = Sequences.list(value, budget);
        List<Statement.Target> parts = unpacked.parts();
        if (values.size() != parts.size()) {
          throw TemplateException.value(
              "cannot unpack: expected " + parts.size() + " values, got " + values.size());
        }
        for (int i = 0; i < parts.size(); i++) {
          assign(parts.get(i), values.get(i), scope);
        }
      }
    }
  }
}
