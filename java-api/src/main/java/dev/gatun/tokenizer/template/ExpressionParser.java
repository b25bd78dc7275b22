// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer.template;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Parses expressions by recursive descent, one method per level of precedence, lowest first:
 * conditional, or, and, not, comparison, plus and minus, tilde, times, power, unary, postfix and
 * filter.
 */
final class ExpressionParser {
  private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");

  private final TokenStream stream;
  private final Set<String> namesSeen = new HashSet<>();
  private int branches;
  private TemplateException unknown;

  ExpressionParser(TokenStream stream) {
    this.stream = stream;
  }

  /** Those of the names that a macro treats specially that were read so far; may be cleared. */
  Set<String> namesSeen() {
    return namesSeen;
  }

  /** In a branch an unknown filter or test is an error only when the branch runs. */
  void enterBranch() {
    branches++;
  }

  void leaveBranch() {
    branches--;
  }

  /** Fails if a filter or test is unknown that every rendering would reach. */
  void requireKnown() {
    if (unknown != null) {
      throw unknown;
    }
  }

  private void noteUnknown(int line, String what) {
    if (branches == 0 && unknown == null) {
      unknown = TemplateException.syntax(line, what);
    }
  }

  /** An expression, or a tuple without parentheses. */
  Expression tupleOrExpression() {
    return tuple(true, false, "");
  }

  /** The same without a conditional at the top: what an if asks. */
  Expression tupleWithoutConditional() {
    return tuple(false, false, "");
  }

  /** What a loop runs over. */
  Expression loopIterable() {
    return tuple(false, false, "recursive");
  }

  Expression expression() {
    stream.enter();
    TemplateException unknownBefore = unknown;
    Expression value = or();
    while (stream.skipName("if")) {
      // What was read so far turns out to be a branch.
      unknown = unknownBefore;
      branches++;
      Expression test = or();
      Expression otherwise = stream.skipName("else") ? expression() : null;
      branches--;
      value = new Expression.Conditional(test, value, otherwise);
    }
    stream.leave();
    return value;
  }

  Expression or() {
    Expression left = and();
    while (stream.skipName("or")) {
      left = new Expression.Or(left, and());
    }
    return left;
  }

  private Expression and() {
    Expression left = not();
    while (stream.skipName("and")) {
      left = new Expression.And(left, not());
    }
    return left;
  }

  private Expression not() {
    if (!stream.skipName("not")) {
      return comparison();
    }
    stream.enter();
    Expression operand = not();
    stream.leave();
    return new Expression.Not(operand);
  }

  private Expression comparison() {
    Expression first = sum();
    List<String> operators = new ArrayList<>(1);
    List<Expression> operands = new ArrayList<>(1);
    while (true) {
      Token token = stream.current();
      if (token.type() == Token.Type.OPERATOR && COMPARISONS.contains(token.text())) {
        operators.add(stream.next().text());
      } else if (stream.skipName("in")) {
        operators.add("in");
      } else if (token.isName("not") && stream.following().isName("in")) {
        stream.next();
        stream.next();
        operators.add("not in");
      } else {
        break;
      }
      operands.add(sum());
    }
    return operators.isEmpty() ? first : new Expression.Comparisons(first, operators, operands);
  }

  private Expression sum() {
    Expression left = concatenation();
    while (isOperator("+", "-")) {
      left = new Expression.Binary(stream.next().text(), left, concatenation());
    }
    return left;
  }

  private Expression concatenation() {
    Expression first = product();
    if (!stream.current().isOperator("~")) {
      return first;
    }
    List<Expression> parts = new ArrayList<>();
    parts.add(first);
    while (stream.skipOperator("~")) {
      parts.add(product());
    }
    return new Expression.Concatenation(parts);
  }

  private Expression product() {
    Expression left = power();
    while (isOperator("*", "/", "//", "%")) {
      left = new Expression.Binary(stream.next().text(), left, power());
    }
    return left;
  }

  private Expression power() {
    Expression left = unary(true);
    while (isOperator("**")) {
      left = new Expression.Binary(stream.next().text(), left, unary(true));
    }
    return left;
  }

  private boolean isOperator(String... wanted) {
    Token token = stream.current();
    return token.type() == Token.Type.OPERATOR && List.of(wanted).contains(token.text());
  }

  private Expression unary(boolean withFilters) {
    Expression value;
    if (isOperator("-", "+")) {
      char operator = stream.next().text().charAt(0);
      stream.enter();
      value = new Expression.Unary(operator, unary(false));
      stream.leave();
    } else {
      value = primary();
    }
    value = postfix(value);
    return withFilters ? filters(value) : value;
  }

  private Expression primary() {
    Token token = stream.current();
    return switch (token.type()) {
      case NAME -> name(stream.next().text());
      case STRING -> string();
      case INTEGER, FLOAT -> new Expression.Constant(stream.next().value());
      case OPERATOR ->
          switch (token.text()) {
            case "(" -> parenthesized();
            case "[" -> list();
            case "{" -> dict();
            default -> throw stream.unexpected("an expression");
          };
      case DATA, VARIABLE_BEGIN, VARIABLE_END, BLOCK_BEGIN, BLOCK_END, END ->
          throw stream.unexpected("an expression");
    };
  }

  private Expression name(String name) {
    return switch (name) {
      case "true", "True" -> new Expression.Constant(true);
      case "false", "False" -> new Expression.Constant(false);
      case "none", "None" -> new Expression.Constant(null);
      case "caller", "varargs", "kwargs" -> {
        namesSeen.add(name);
        yield new Expression.Variable(name);
      }
      default -> new Expression.Variable(name);
    };
  }

  private Expression string() {
    String first = (String) stream.next().value();
    if (stream.current().type() != Token.Type.STRING) {
      return new Expression.Constant(first);
    }
    StringBuilder joined = new StringBuilder(first);
    while (stream.current().type() == Token.Type.STRING) {
      joined.append((String) stream.next().value());
    }
    return new Expression.Constant(joined.toString());
  }

  private Expression parenthesized() {
    stream.next();
    Expression value = tuple(true, true, "");
    stream.expectOperator(")");
    return value;
  }

  private Expression tuple(boolean withConditional, boolean mayBeEmpty, String endName) {
    List<Expression> items = new ArrayList<>(1);
    boolean isTuple = false;
    while (!endsTuple(endName)) {
      items.add(withConditional ? expression() : or());
      if (!stream.skipOperator(",")) {
        break;
      }
      isTuple = true;
    }
    if (!isTuple && !items.isEmpty()) {
      return items.get(0);
    }
    if (!isTuple && !mayBeEmpty) {
      throw stream.unexpected("an expression");
    }
    return new Expression.TupleLiteral(items);
  }

  private boolean endsTuple(String endName) {
    Token token = stream.current();
    return token.type() == Token.Type.VARIABLE_END
        || token.type() == Token.Type.BLOCK_END
        || token.isOperator(")")
        || token.isName(endName);
  }

  private Expression list() {
    stream.next();
    List<Expression> items = new ArrayList<>();
    while (!stream.current().isOperator("]")) {
      if (!items.isEmpty()) {
        stream.expectOperator(",");
      }
      if (!stream.current().isOperator("]")) {
        items.add(expression());
      }
    }
    stream.next();
    return new Expression.ListLiteral(items);
  }

  private Expression dict() {
    stream.next();
    List<Expression> keys = new ArrayList<>();
    List<Expression> values = new ArrayList<>();
    while (!stream.current().isOperator("}")) {
      if (!keys.isEmpty()) {
        stream.expectOperator(",");
      }
      if (!stream.current().isOperator("}")) {
        keys.add(expression());
        stream.expectOperator(":");
        values.add(expression());
      }
    }
    stream.next();
    return new Expression.DictLiteral(keys, values);
  }

  private Expression postfix(Expression start) {
    Expression value = start;
    while (true) {
      Token token = stream.current();
      if (token.isOperator(".")) {
        stream.next();
        value = member(value);
      } else if (token.isOperator("[")) {
        stream.next();
        value = subscript(value);
        stream.expectOperator("]");
      } else if (token.isOperator("(")) {
        value = new Expression.Call(value, arguments());
      } else {
        return value;
      }
    }
  }

  private Expression member(Expression owner) {
    if (stream.current().type() == Token.Type.INTEGER) {
      return new Expression.Item(owner, new Expression.Constant(stream.next().value()));
    }
    return new Expression.Attribute(owner, stream.expectAnyName());
  }

  private Expression subscript(Expression owner) {
    Expression start = null;
    if (!stream.current().isOperator(":")) {
      start = expression();
      if (stream.current().isOperator(",")) {
        List<Expression> items = new ArrayList<>(List.of(start));
        while (stream.skipOperator(",")) {
          items.add(expression());
        }
        return new Expression.Item(owner, new Expression.TupleLiteral(items));
      }
      if (!stream.current().isOperator(":")) {
        return new Expression.Item(owner, start);
      }
    }
    stream.expectOperator(":");
    Expression stop = bound();
    Expression step = stream.skipOperator(":") ? bound() : null;
    return new Expression.Slice(owner, start, stop, step);
  }

  private Expression bound() {
    boolean absent = stream.current().isOperator(":") || stream.current().isOperator("]");
    return absent ? null : expression();
  }

  private Expression filters(Expression start) {
    Expression value = start;
    while (true) {
      Token token = stream.current();
      if (token.isOperator("|")) {
        stream.next();
        value = new Expression.Filtered(value, filterCall());
      } else if (token.isName("is")) {
        stream.next();
        value = test(value);
      } else if (token.isOperator("(")) {
        // A call may follow a filter or a test as well.
        value = new Expression.Call(value, arguments());
      } else {
        return value;
      }
    }
  }

  /** The filters of a filter block or block assignment, after the first bar if there is one. */
  List<Expression.FilterCall> filterChain() {
    List<Expression.FilterCall> chain = new ArrayList<>();
    do {
      chain.add(filterCall());
    } while (stream.skipOperator("|"));
    return chain;
  }

  private Expression.FilterCall filterCall() {
    int line = stream.current().line();
    String name = dottedName();
    Expression.CallArguments arguments =
        stream.current().isOperator("(") ? arguments() : Expression.CallArguments.NONE;
    FilterOperation operation = Filters.find(name);
    if (operation == null) {
      noteUnknown(line, "no filter named '" + name + "'");
    }
    return new Expression.FilterCall(name, arguments, operation);
  }

  private Expression test(Expression input) {
    int line = stream.current().line();
    boolean negated = stream.skipName("not");
    String name = dottedName();
    Expression.CallArguments arguments = Expression.CallArguments.NONE;
    if (stream.current().isOperator("(")) {
      arguments = arguments();
    } else if (beginsTestArgument()) {
      Expression argument = postfix(primary());
      arguments = new Expression.CallArguments(List.of(argument), List.of(), List.of(), null, null);
    }
    TestOperation operation = Tests.find(name);
    if (operation == null) {
      noteUnknown(line, "no test named '" + name + "'");
    }
    Expression test = new Expression.Tested(input, name, arguments, operation);
    return negated ? new Expression.Not(test) : test;
  }

  private boolean beginsTestArgument() {
    Token token = stream.current();
    return switch (token.type()) {
      case NAME -> {
        if (token.text().equals("is")) {
          throw stream.unexpected("no second test: tests cannot be chained with 'is'");
        }
        yield !Set.of("else", "or", "and").contains(token.text());
      }
      case STRING, INTEGER, FLOAT -> true;
      case OPERATOR -> token.isOperator("[") || token.isOperator("{");
      case DATA, VARIABLE_BEGIN, VARIABLE_END, BLOCK_BEGIN, BLOCK_END, END -> false;
    };
  }

  private String dottedName() {
    String name = stream.expectAnyName();
    while (stream.skipOperator(".")) {
      name = name + "." + stream.expectAnyName();
    }
    return name;
  }

  private Expression.CallArguments arguments() {
    stream.expectOperator("(");
    List<Expression> positional = new ArrayList<>();
    List<String> names = new ArrayList<>();
    List<Expression> named = new ArrayList<>();
    Expression starred = null;
    Expression doubleStarred = null;
    while (!stream.current().isOperator(")")) {
      if (stream.skipOperator("**")) {
        requireOrder(doubleStarred == null);
        doubleStarred = expression();
      } else if (stream.skipOperator("*")) {
        requireOrder(starred == null && doubleStarred == null);
        starred = expression();
      } else if (stream.current().type() == Token.Type.NAME && stream.following().isOperator("=")) {
        requireOrder(doubleStarred == null);
        names.add(stream.next().text());
        stream.next();
        named.add(expression());
      } else {
        requireOrder(starred == null && doubleStarred == null && named.isEmpty());
        positional.add(expression());
      }
      if (!stream.current().isOperator(")")) {
        stream.expectOperator(",");
      }
    }
    stream.next();
    return new Expression.CallArguments(positional, names, named, starred, doubleStarred);
  }

  private void requireOrder(boolean ordered) {
    if (!ordered) {
      throw stream.unexpected("arguments in the order: values, *list, names, **dict");
    }
  }
}
