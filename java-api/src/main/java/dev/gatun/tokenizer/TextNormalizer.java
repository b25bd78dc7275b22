// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer;

/** Rewrites a text before it is tokenized and remembers where each part came from. */
interface TextNormalizer {

  /** The rewritten text. */
  NormalizedText normalize(String text);
}
