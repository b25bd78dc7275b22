// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer.template;

/** {@code value is name(arguments)}. */
@FunctionalInterface
interface TestOperation {
  boolean test(Object value, Arguments arguments, Rendering rendering);
}
