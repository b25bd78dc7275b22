// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Parses the text and block tags of a template into statements. */
final class StatementParser {
  private static final Set<String> NEED_OTHER_FILES =
      Set.of("include", "import", "from", "extends");
  private static final Set<String> CONSTANTS =
      Set.of("true", "false", "none", "True", "False", "None");

  private final TokenStream stream;
  private final ExpressionParser expressions;
  private int loops;

  private StatementParser(TokenStream stream) {
    this.stream = stream;
    this.expressions = new ExpressionParser(stream);
  }

  static List<Statement> parse(List<Token> tokens, int maxDepth) {
    StatementParser parser = new StatementParser(new TokenStream(tokens, maxDepth));
    List<Statement> body = parser.body(Set.of());
    if (parser.stream.current().type() != Token.Type.END) {
      throw parser.stream.unexpected("the end of the template");
    }
    return body;
  }

  /** Statements up to one of the given tags, whose name is then the current token. */
  private List<Statement> body(Set<String> endTags) {
    stream.enter();
    List<Statement> statements = new ArrayList<>();
    while (true) {
      Token token = stream.current();
      switch (token.type()) {
        case DATA -> statements.add(new Statement.Text(stream.next().text()));
        case VARIABLE_BEGIN -> {
          stream.next();
          statements.add(new Statement.Print(token.line(), expressions.tupleOrExpression()));
          stream.expect(Token.Type.VARIABLE_END);
          expressions.requireKnown();
        }
        case BLOCK_BEGIN -> {
          stream.next();
          String tag = stream.current().type() == Token.Type.NAME ? stream.current().text() : "";
          if (endTags.contains(tag)) {
            stream.leave();
            return statements;
          }
          statement(token.line(), statements);
          expressions.requireKnown();
        }
        case END -> {
          if (!endTags.isEmpty()) {
            throw stream.unexpected("one of the tags " + String.join(", ", sorted(endTags)));
          }
          stream.leave();
          return statements;
        }
        case VARIABLE_END, BLOCK_END, NAME, STRING, INTEGER, FLOAT, OPERATOR ->
            throw stream.unexpected("text or a tag");
      }
    }
  }

  private static List<String> sorted(Set<String> tags) {
    return tags.stream().sorted().toList();
  }

  /** The statements of a block and its end tag, the tag's closing bracket included. */
  private List<Statement> bodyThrough(String endTag) {
    endOpeningTag();
    List<Statement> statements = body(Set.of(endTag));
    stream.next();
    stream.expect(Token.Type.BLOCK_END);
    return statements;
  }

  /** The end of a tag that opens a body; Jinja takes a colon before it. */
  private void endOpeningTag() {
    stream.skipOperator(":");
    stream.expect(Token.Type.BLOCK_END);
  }

  private void statement(int line, List<Statement> into) {
    String tag = stream.expectAnyName();
    switch (tag) {
      case "if" -> into.add(ifTag(line));
      case "for" -> into.add(forTag(line));
      case "set" -> into.add(setTag(line));
      case "macro" -> into.add(macroTag(line));
      case "call" -> into.add(callTag(line));
      case "with" -> into.add(withTag(line));
      case "filter" -> {
        List<Expression.FilterCall> filters = expressions.filterChain();
        into.add(new Statement.FilterBlock(line, filters, bodyThrough("endfilter")));
      }
      case "generation" ->
          into.add(new Statement.Generation(line, bodyOutsideLoops("endgeneration")));
      case "block" -> {
        String name = stream.expectAnyName();
        stream.expect(Token.Type.BLOCK_END);
        List<Statement> body = body(Set.of("endblock"));
        stream.next();
        stream.skipName(name);
        stream.expect(Token.Type.BLOCK_END);
        into.add(new Statement.Block(body));
      }
      case "autoescape" -> into.add(autoescapeTag(line));
      case "print" -> {
        do {
          into.add(new Statement.Print(line, expressions.expression()));
        } while (stream.skipOperator(","));
        stream.expect(Token.Type.BLOCK_END);
      }
      case "break" -> into.add(loopControl(line, tag, new Statement.Break()));
      case "continue" -> into.add(loopControl(line, tag, new Statement.Continue()));
      default -> throw unknownTag(line, tag);
    }
  }

  private static TemplateException unknownTag(int line, String tag) {
    String shown = tag.length() <= 40 ? tag : tag.substring(0, 40) + "...";
    return TemplateException.syntax(
        line,
        NEED_OTHER_FILES.contains(tag)
            ? "the tag '" + tag + "' needs other templates; a chat template stands alone"
            : "unknown tag '" + shown + "'");
  }

  private Statement loopControl(int line, String tag, Statement statement) {
    if (loops == 0) {
      throw TemplateException.syntax(line, "'" + tag + "' outside of a loop");
    }
    stream.expect(Token.Type.BLOCK_END);
    return statement;
  }

  private List<Statement> bodyOutsideLoops(String endTag) {
    int enclosing = loops;
    loops = 0;
    List<Statement> body = bodyThrough(endTag);
    loops = enclosing;
    return body;
  }

  private Statement ifTag(int line) {
    expressions.enterBranch();
    List<Statement.Branch> branches = new ArrayList<>(1);
    List<Statement> otherwise = List.of();
    String tag;
    do {
      Expression test = expressions.tupleWithoutConditional();
      endOpeningTag();
      branches.add(new Statement.Branch(test, body(Set.of("elif", "else", "endif"))));
      tag = stream.next().text();
    } while (tag.equals("elif"));
    if (tag.equals("else")) {
      otherwise = bodyThrough("endif");
    } else {
      stream.expect(Token.Type.BLOCK_END);
    }
    expressions.leaveBranch();
    return new Statement.If(line, branches, otherwise);
  }

  private Statement forTag(int line) {
    Statement.Target target = targets(false, "in");
    requireNotLoop(target, line);
    stream.expectName("in");
    Expression iterable = expressions.loopIterable();
    Expression test = stream.skipName("if") ? expressions.expression() : null;
    boolean recursive = stream.skipName("recursive");
    endOpeningTag();
    loops++;
    List<Statement> body = body(Set.of("else", "endfor"));
    loops--;
    List<Statement> otherwise = List.of();
    if (stream.next().text().equals("else")) {
      otherwise = bodyThrough("endfor");
    } else {
      stream.expect(Token.Type.BLOCK_END);
    }
    return new Statement.For(line, target, iterable, test, recursive, body, otherwise);
  }

  private static void requireNotLoop(Statement.Target target, int line) {
    switch (target) {
      case Statement.Target.Unpacked unpacked ->
          unpacked.parts().forEach(part -> requireNotLoop(part, line));
      case Statement.Target.Name name -> {
        if (name.name().equals("loop")) {
          throw TemplateException.syntax(line, "a loop cannot assign to its variable 'loop'");
        }
      }
      case Statement.Target.NamespaceAttribute ignored -> {}
    }
  }

  private Statement setTag(int line) {
    Statement.Target target = targets(true, "=");
    if (stream.skipOperator("=")) {
      Expression value = expressions.tupleOrExpression();
      stream.expect(Token.Type.BLOCK_END);
      return new Statement.Assign(line, target, value);
    }
    List<Expression.FilterCall> filters =
        stream.skipOperator("|") ? expressions.filterChain() : List.of();
    return new Statement.AssignBlock(line, target, filters, bodyThrough("endset"));
  }

  private Statement withTag(int line) {
    List<Statement.Target> targets = new ArrayList<>();
    List<Expression> values = new ArrayList<>();
    while (stream.current().type() != Token.Type.BLOCK_END) {
      if (!targets.isEmpty()) {
        stream.expectOperator(",");
      }
      targets.add(target(false));
      stream.expectOperator("=");
      values.add(expressions.expression());
    }
    return new Statement.With(line, targets, values, bodyThrough("endwith"));
  }

  private Statement autoescapeTag(int line) {
    if (!(expressions.expression() instanceof Expression.Constant constant)
        || !Boolean.FALSE.equals(constant.value())) {
      throw TemplateException.syntax(
          line, "autoescape: expected false, chat templates are no HTML");
    }
    return new Statement.Block(bodyThrough("endautoescape"));
  }

  private Statement macroTag(int line) {
    String name = assignable(stream.expectAnyName(), line);
    List<String> parameters = new ArrayList<>();
    List<Expression> defaults = new ArrayList<>();
    signature(parameters, defaults);
    return new Statement.MacroDefinition(line, macroBody(name, parameters, defaults, "endmacro"));
  }

  private Statement callTag(int line) {
    // The signature stands before the call, its body after it.
    List<String> parameters = new ArrayList<>();
    List<Expression> defaults = new ArrayList<>();
    if (stream.current().isOperator("(")) {
      signature(parameters, defaults);
    }
    if (!(expressions.expression() instanceof Expression.Call call)) {
      throw TemplateException.syntax(line, "call: expected a call of a macro");
    }
    return new Statement.CallBlock(
        line, macroBody("caller", parameters, defaults, "endcall"), call);
  }

  private Statement.MacroBody macroBody(
      String name, List<String> parameters, List<Expression> defaults, String endTag) {
    Set<String> outer = Set.copyOf(expressions.namesSeen());
    expressions.namesSeen().clear();
    List<Statement> body = bodyOutsideLoops(endTag);
    Set<String> inner = Set.copyOf(expressions.namesSeen());
    expressions.namesSeen().addAll(outer);
    return new Statement.MacroBody(
        name,
        parameters,
        defaults,
        body,
        inner.contains("caller"),
        inner.contains("varargs"),
        inner.contains("kwargs"));
  }

  private void signature(List<String> parameters, List<Expression> defaults) {
    stream.expectOperator("(");
    while (!stream.current().isOperator(")")) {
      if (!parameters.isEmpty()) {
        stream.expectOperator(",");
      }
      int line = stream.current().line();
      parameters.add(assignable(stream.expectAnyName(), line));
      if (stream.skipOperator("=")) {
        defaults.add(expressions.expression());
      } else if (!defaults.isEmpty()) {
        throw TemplateException.syntax(line, "non-default argument follows default argument");
      }
    }
    stream.next();
  }

  /** One target or several with commas between them, up to the name or operator that follows. */
  private Statement.Target targets(boolean withNamespace, String followedBy) {
    stream.enter();
    List<Statement.Target> parts = new ArrayList<>(1);
    boolean several = false;
    while (!stream.current().text().equals(followedBy)
        && stream.current().type() != Token.Type.BLOCK_END) {
      parts.add(target(withNamespace));
      if (!stream.skipOperator(",")) {
        break;
      }
      several = true;
    }
    stream.leave();
    if (parts.isEmpty()) {
      throw stream.unexpected("a name to assign to");
    }
    return several ? new Statement.Target.Unpacked(parts) : parts.get(0);
  }

  private Statement.Target target(boolean withNamespace) {
    if (stream.skipOperator("(")) {
      Statement.Target inner = targets(withNamespace, ")");
      stream.expectOperator(")");
      return inner;
    }
    int line = stream.current().line();
    String name = assignable(stream.expectAnyName(), line);
    if (withNamespace && stream.skipOperator(".")) {
      return new Statement.Target.NamespaceAttribute(name, stream.expectAnyName());
    }
    return new Statement.Target.Name(name);
  }

  private static String assignable(String name, int line) {
    if (CONSTANTS.contains(name)) {
      throw TemplateException.syntax(line, "cannot assign to the constant '" + name + "'");
    }
    return name;
  }
}
