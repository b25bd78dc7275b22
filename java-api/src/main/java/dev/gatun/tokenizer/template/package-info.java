// SPDX-License-Identifier: Apache-2.0
/**
 * Chat templates: a small closed interpreter of the Jinja that models carry in their files.
 *
 * <p>{@link dev.gatun.tokenizer.template.ChatTemplate} compiles and renders. Inside, {@code Lexer}
 * and {@code TagLexer} make tokens, {@code StatementParser} and {@code ExpressionParser} make the
 * tree, {@code StatementExecutor} and {@code ExpressionEvaluator} walk it. Values are {@code null},
 * Boolean, Long, BigInteger, Double, String, List and the package's own types; what a template may
 * do with them is written out in {@code Attributes}, {@code Filters}, {@code Tests} and {@code
 * Functions}, and nothing else exists for it. {@code Budget} ends what runs too long.
 */
package dev.gatun.tokenizer.template;
