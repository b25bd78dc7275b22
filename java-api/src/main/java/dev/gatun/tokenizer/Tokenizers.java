// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer;

import dev.gatun.io.GgufMetadata;
import dev.gatun.io.ModelNotFoundException;
import java.io.IOException;
import java.nio.file.Path;

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
   * The tokenizer of a model's folder: {@code tokenizer.json} with its configuration files, else a
   * SentencePiece {@code .model}, {@code vocab.txt}, or {@code vocab.json} with {@code merges.txt}.
   *
   * @throws dev.gatun.io.ModelNotFoundException if the folder has none of these
   * @throws dev.gatun.io.ModelFormatException if a file is damaged
   * @throws dev.gatun.io.UnsupportedModelException if it uses a part that is not supported
   */
  public static Tokenizer fromFolder(Path folder) {
    try {
      return FolderTokenizers.plan(folder).create();
    } catch (IOException e) {
      throw new ModelNotFoundException(
          folder + ": the tokenizer cannot be read: " + e.getMessage() + "; check the folder", e);
    }
  }

  /**
   * The tokenizer of a SentencePiece model; its ids are those of the SentencePiece library.
   *
   * @param model the bytes of the {@code .model} file
   * @param name its name, for messages
   * @param addBos whether the begin token goes in front of every text
   * @param addEos whether the end token goes behind every text
   * @throws dev.gatun.io.ModelFormatException if the file is damaged
   * @throws dev.gatun.io.UnsupportedModelException if the model is neither unigram nor BPE
   */
  public static Tokenizer fromSentencePiece(
      byte[] model, String name, boolean addBos, boolean addEos) {
    return SentencePieceTokenizers.plan(model, name, addBos, addEos).create();
  }

  /**
   * The tokenizer inside an opened GGUF file; the file may be closed afterwards.
   *
   * @throws dev.gatun.io.ModelFormatException if the metadata contradict themselves
   * @throws dev.gatun.io.UnsupportedModelException if the kind of tokenizer or its splitting rule
   *     is not known
   */
  public static Tokenizer fromGguf(GgufMetadata metadata) {
    return fromGguf(new OpenedGguf(metadata));
  }

  /**
   * The tokenizer that GGUF metadata describe, wherever they come from.
   *
   * @throws dev.gatun.io.ModelFormatException if the metadata contradict themselves
   * @throws dev.gatun.io.UnsupportedModelException if the kind of tokenizer or its splitting rule
   *     is not known
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
