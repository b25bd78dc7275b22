// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer.template;

import java.util.List;

/** The statements of a template; {@code line} is where the tag begins. */
sealed interface Statement {
  record Text(String text) implements Statement {}

  record Print(int line, Expression value) implements Statement {}

  record If(int line, List<Branch> branches, List<Statement> otherwise) implements Statement {}

  /** {@code test} is null where the loop has no filter. */
  record For(
      int line,
      Target target,
      Expression iterable,
      Expression test,
      boolean recursive,
      List<Statement> body,
      List<Statement> otherwise)
      implements Statement {}

  record Assign(int line, Target target, Expression value) implements Statement {}

  record AssignBlock(
      int line, Target target, List<Expression.FilterCall> filters, List<Statement> body)
      implements Statement {}

  record MacroDefinition(int line, MacroBody macro) implements Statement {}

  record CallBlock(int line, MacroBody caller, Expression.Call call) implements Statement {}

  record FilterBlock(int line, List<Expression.FilterCall> filters, List<Statement> body)
      implements Statement {}

  record With(int line, List<Target> targets, List<Expression> values, List<Statement> body)
      implements Statement {}

  /** The assistant's text, whose place in the output is reported. */
  record Generation(int line, List<Statement> body) implements Statement {}

  /** A block with variables of its own and no other effect. */
  record Block(List<Statement> body) implements Statement {}

  record Break() implements Statement {}

  record Continue() implements Statement {}

  record Branch(Expression test, List<Statement> body) {}

  /** The {@code defaults} belong to the last of the {@code parameters}. */
  record MacroBody(
      String name,
      List<String> parameters,
      List<Expression> defaults,
      List<Statement> body,
      boolean usesCaller,
      boolean usesVarargs,
      boolean usesKwargs) {}

  /** The left side of an assignment. */
  sealed interface Target {
    record Name(String name) implements Target {}

    record NamespaceAttribute(String namespace, String attribute) implements Target {}

    record Unpacked(List<Target> parts) implements Target {}
  }
}
