// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer;

/** Loads tokenizers from the files that models ship. */
public final class Tokenizers {
  private Tokenizers() {}

  /**
   * The tokenizer of a {@code tokenizer.json}.
   *
   * @param json the file's bytes
   * @param name its name, for messages
   * @throws dev.gatun.io.ModelFormatException if the file is damaged
   * @throws dev.gatun.io.UnsupportedModelException if it uses a part that is not supported
   */
  public static Tokenizer fromJson(byte[] json, String name) {
    TokenizerDocument document = TokenizerJsonReader.read(json, name);
    return plan(document, SpecialTokens.NONE).create();
  }

  /**
   * The tokenizer inside a GGUF file.
   *
   * @throws dev.gatun.io.ModelFormatException if the metadata contradict themselves
   * @throws dev.gatun.io.UnsupportedModelException if the kind of tokenizer or its splitting rule is
   *     not known
   */
  public static Tokenizer fromGguf(GgufTokenizerMetadata metadata) {
    return GgufTokenizers.plan(metadata).create();
  }

  private static TokenizerPlan plan(TokenizerDocument document, SpecialTokens specialTokens) {
    PostProcessor postProcessor =
        PostProcessor.parse(document.source(), document.postProcessor(), document::idOf);
    return new TokenizerPlan(document, postProcessor, specialTokens, null);
  }
}
