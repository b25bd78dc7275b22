// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer.template;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/** What one rendering shares: budget, clock, the output and its marked spans. One thread only. */
final class Rendering {
  private final Budget budget;
  private final Clock clock;
  private final TextBuilder output;
  private final List<RenderedChat.Span> spans = new ArrayList<>();
  private final ExpressionEvaluator expressions;
  private final StatementExecutor statements;
  private int line;

  Rendering(Budget budget, Clock clock) {
    this.budget = budget;
    this.clock = clock;
    this.output = new TextBuilder(budget);
    this.expressions = new ExpressionEvaluator(this);
    this.statements = new StatementExecutor(this);
  }

  RenderedChat render(List<Statement> template, Scope variables) {
    try {
      statements.run(template, variables, output);
    } catch (TemplateException e) {
      throw e.at(line);
    }
    return new RenderedChat(output.toString(), spans);
  }

  Budget budget() {
    return budget;
  }

  Clock clock() {
    return clock;
  }

  ExpressionEvaluator expressions() {
    return expressions;
  }

  StatementExecutor statements() {
    return statements;
  }

  boolean isOutput(TextBuilder target) {
    return target == output;
  }

  void mark(int begin, int end) {
    spans.add(new RenderedChat.Span(begin, end));
  }

  int line() {
    return line;
  }

  /** Notes where in the template the evaluation is, for messages. */
  void atLine(int where) {
    line = where;
  }
}
