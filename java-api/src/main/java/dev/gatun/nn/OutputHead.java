// SPDX-License-Identifier: Apache-2.0
package dev.gatun.nn;

/**
 * The projection to the vocabulary.
 *
 * @param path of the module in the reference framework, which files need not have: a head often
 *     shares the word table's matrix
 */
public record OutputHead(String path, Linear projection) {
  /** The path that it has in language models. */
  public static final String LANGUAGE_MODEL = "lm_head";
}
