// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer;

import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The JSON mapper for files of tokenizers: bounded depth, no repeated keys. In a class of its own
 * because building it takes longer than loading the tokenizer of a GGUF file, which needs none.
 */
final class TokenizerJson {
  static final int MAX_DEPTH = 64;

  static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .build();

  private TokenizerJson() {}
}
