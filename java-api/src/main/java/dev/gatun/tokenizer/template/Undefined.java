// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer.template;

/**
 * A value that is not there: prints as nothing, is false and empty; any further use fails with the
 * stored reason.
 */
record Undefined(TemplateException.Kind kind, String reason) {
  private static final int LONGEST_NAME = 80;

  static Undefined variable(String name) {
    return new Undefined(
        TemplateException.Kind.UNDEFINED, "'" + shortened(name) + "' is undefined");
  }

  static Undefined attribute(Object owner, String name) {
    return new Undefined(
        TemplateException.Kind.UNDEFINED,
        "'" + Types.name(owner) + " object' has no attribute '" + shortened(name) + "'");
  }

  static Undefined element(Object owner, Object key) {
    String text = key instanceof Number n ? shortened(n.toString()) : "of that kind";
    return new Undefined(
        TemplateException.Kind.UNDEFINED, Types.name(owner) + " object has no element " + text);
  }

  static Undefined because(String reason) {
    return new Undefined(TemplateException.Kind.UNDEFINED, reason);
  }

  static Undefined unsafe(Object owner, String name) {
    return new Undefined(
        TemplateException.Kind.SECURITY,
        "access to attribute '"
            + shortened(name)
            + "' of '"
            + Types.name(owner)
            + "' object is unsafe.");
  }

  TemplateException failure() {
    return new TemplateException(kind, reason, 0);
  }

  private static String shortened(String name) {
    return name.length() <= LONGEST_NAME ? name : name.substring(0, LONGEST_NAME) + "...";
  }
}
