// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer.template;

import java.util.List;

/** The expressions of a template. Long chains nest to the left; the evaluator limits the depth. */
sealed interface Expression {
  record Constant(Object value) implements Expression {}

  record Variable(String name) implements Expression {}

  record ListLiteral(List<Expression> items) implements Expression {}

  record TupleLiteral(List<Expression> items) implements Expression {}

  record DictLiteral(List<Expression> keys, List<Expression> values) implements Expression {}

  record Attribute(Expression owner, String name) implements Expression {}

  record Item(Expression owner, Expression key) implements Expression {}

  /** Bounds that are not written are null. */
  record Slice(Expression owner, Expression start, Expression stop, Expression step)
      implements Expression {}

  record Call(Expression callee, CallArguments arguments) implements Expression {}

  record Filtered(Expression input, FilterCall filter) implements Expression {}

  /** {@code operation} is null for a name that is unknown but stands in a branch. */
  record Tested(Expression input, String name, CallArguments arguments, TestOperation operation)
      implements Expression {}

  record Unary(char operator, Expression operand) implements Expression {}

  record Binary(String operator, Expression left, Expression right) implements Expression {}

  record Concatenation(List<Expression> parts) implements Expression {}

  /** {@code first operators[0] operands[0] operators[1] operands[1] ...}, as Python chains them. */
  record Comparisons(Expression first, List<String> operators, List<Expression> operands)
      implements Expression {}

  record And(Expression left, Expression right) implements Expression {}

  record Or(Expression left, Expression right) implements Expression {}

  record Not(Expression operand) implements Expression {}

  /** {@code otherwise} is null where no else is written. */
  record Conditional(Expression test, Expression then, Expression otherwise)
      implements Expression {}

  /** What stands between the parentheses of a call; the starred parts may be null. */
  record CallArguments(
      List<Expression> positional,
      List<String> names,
      List<Expression> named,
      Expression starred,
      Expression doubleStarred) {
    static final CallArguments NONE =
        new CallArguments(List.of(), List.of(), List.of(), null, null);
  }

  /** {@code operation} is null for a name that is unknown but stands in a branch. */
  record FilterCall(String name, CallArguments arguments, FilterOperation operation) {}
}
