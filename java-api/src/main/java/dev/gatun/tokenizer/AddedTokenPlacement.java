// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer;

import dev.gatun.io.UnsupportedModelException;
import java.util.List;

/**
 * Makes the native library give added tokens the ids of the file. It ignores the ids that a
 * document states for tokens outside the vocabulary and counts on from the end; where that gives
 * other ids, because the file leaves gaps, the tokens go into the vocabulary too, which fixes their
 * ids.
 */
final class AddedTokenPlacement {
  private AddedTokenPlacement() {}

  static TokenizerDocument place(TokenizerDocument document) {
    Vocabulary vocabulary = document.vocabulary();
    if (idsFollow(vocabulary, document.addedTokens())) {
      return document;
    }
    if (document.algorithm() == TokenizerDocument.Algorithm.UNIGRAM) {
      throw new UnsupportedModelException(
          document.source()
              + ": added_tokens have ids that do not follow the vocabulary of "
              + vocabulary.size()
              + " tokens; use another model");
    }
    Vocabulary extended = vocabulary.copy();
    for (AddedToken token : document.addedTokens()) {
      if (extended.id(token.content()) < 0) {
        extended.add(token.content(), token.id());
      }
    }
    return document.withVocabulary(extended);
  }

  private static boolean idsFollow(Vocabulary vocabulary, List<AddedToken> tokens) {
    int next = vocabulary.count();
    for (AddedToken token : tokens) {
      if (vocabulary.id(token.content()) >= 0) {
        next = Math.max(next, token.id() + 1);
      } else if (token.id() != next++) {
        return false;
      }
    }
    return true;
  }
}
