// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer.template;

/** {@code value|name(arguments)}. */
@FunctionalInterface
interface FilterOperation {
  Object apply(Object value, Arguments arguments, Rendering rendering);
}
