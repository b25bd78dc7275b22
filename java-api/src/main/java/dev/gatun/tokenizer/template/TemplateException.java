// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer.template;

/**
 * A chat template that cannot be compiled or rendered. {@link #getMessage()} names the line of the
 * template, {@link #detail()} is the bare reason: for {@link Kind#RAISED} exactly the text that the
 * template gave to {@code raise_exception}.
 */
public final class TemplateException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What went wrong; a caller usually shows {@link #RAISED} to the user as it is. */
  public enum Kind {
    /** The text is not a template of the supported subset. */
    SYNTAX,
    /** Something was done to an undefined value. */
    UNDEFINED,
    /** The template itself refused the conversation with {@code raise_exception}. */
    RAISED,
    /** The template reached for an attribute that the sandbox forbids. */
    SECURITY,
    /** A budget of steps, bytes, depth or size ran out. */
    LIMIT,
    /** A wrong type, a division by zero, a missing item and the like. */
    VALUE
  }

  private final Kind kind;
  private final String detail;
  private final int line;

  TemplateException(Kind kind, String detail, int line) {
    super(line > 0 ? "chat template, line " + line + ": " + detail : "chat template: " + detail);
    this.kind = kind;
    this.detail = detail;
    this.line = line;
  }

  static TemplateException syntax(int line, String detail) {
    return new TemplateException(Kind.SYNTAX, detail, line);
  }

  static TemplateException value(String detail) {
    return new TemplateException(Kind.VALUE, detail, 0);
  }

  static TemplateException limit(String detail) {
    return new TemplateException(Kind.LIMIT, detail, 0);
  }

  /** The same failure with the line filled in, if it is not known yet. */
  TemplateException at(int where) {
    if (line > 0 || where <= 0) {
      return this;
    }
    TemplateException located = new TemplateException(kind, detail, where);
    located.setStackTrace(getStackTrace());
    return located;
  }

  /** The class of failure. */
  public Kind kind() {
    return kind;
  }

  /** The reason without the position. */
  public String detail() {
    return detail;
  }

  /** The line of the template, counted from 1; 0 where it is not known. */
  public int line() {
    return line;
  }
}
