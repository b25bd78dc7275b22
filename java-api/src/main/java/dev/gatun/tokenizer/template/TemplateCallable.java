// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer.template;

/** Something that a template can call: a function, a macro, a method bound to its value. */
interface TemplateCallable {
  Object call(Arguments arguments, Rendering rendering);
}
