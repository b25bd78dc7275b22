// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer;

import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A tokenizer as {@code tokenizer.json} describes it, whatever file it came from. Truncation and
 * padding are absent on purpose: Gatun does both itself.
 *
 * @param source name for messages
 * @param algorithm how words become tokens
 * @param vocabulary tokens and ids of the model, without those added beyond it
 * @param scores score per id for UNIGRAM, else null
 * @param merges for BPE, else empty
 * @param modelOptions the other fields of the model
 * @param normalizer or null
 * @param preTokenizer or null
 * @param postProcessor or null
 * @param decoder or null
 * @param addedTokens tokens found in the text before all else, by ascending id
 */
record TokenizerDocument(
    String source,
    Algorithm algorithm,
    Vocabulary vocabulary,
    List<Double> scores,
    Merges merges,
    ObjectNode modelOptions,
    JsonNode normalizer,
    JsonNode preTokenizer,
    JsonNode postProcessor,
    JsonNode decoder,
    List<AddedToken> addedTokens) {

  /** The same document with another vocabulary of the same ids. */
  TokenizerDocument withVocabulary(Vocabulary other) {
    return new TokenizerDocument(
        source,
        algorithm,
        other,
        scores,
        merges,
        modelOptions,
        normalizer,
        preTokenizer,
        postProcessor,
        decoder,
        addedTokens);
  }

  /** The same document without what only the building of an encoder needs. */
  TokenizerDocument withoutMerges() {
    return new TokenizerDocument(
        source,
        algorithm,
        vocabulary,
        null,
        Merges.NONE,
        modelOptions,
        null,
        null,
        null,
        decoder,
        addedTokens);
  }

  /** The token of an id, or null. */
  String tokenOf(int id) {
    String token = vocabulary.token(id);
    if (token != null) {
      return token;
    }
    for (AddedToken added : addedTokens) {
      if (added.id() == id) {
        return added.content();
      }
    }
    return null;
  }

  /** The id of a token of the vocabulary or of an added token, or -1. */
  int idOf(String token) {
    for (AddedToken added : addedTokens) {
      if (added.content().equals(token)) {
        return added.id();
      }
    }
    return vocabulary.id(token);
  }

  /** How words become tokens. */
  enum Algorithm {
    BPE("BPE"),
    WORD_PIECE("WordPiece"),
    UNIGRAM("Unigram");

    private final String jsonName;

    Algorithm(String jsonName) {
      this.jsonName = jsonName;
    }

    String jsonName() {
      return jsonName;
    }
  }
}
