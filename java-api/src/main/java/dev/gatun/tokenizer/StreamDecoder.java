// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer;

/**
 * Text from the ids of one text as they arrive, one by one. A piece of text is given out as soon as
 * later ids cannot change it: never half a UTF-8 character, never a U+FFFD that the next id would
 * have completed. Not thread-safe.
 */
public interface StreamDecoder {

  /**
   * Takes the next id.
   *
   * @return the text that became certain, often empty
   * @throws IllegalArgumentException if the id is outside the vocabulary
   */
  String push(int id);

  /** Ends the text: what is still held back, incomplete bytes as U+FFFD. Begins a new text. */
  String finish();
}
