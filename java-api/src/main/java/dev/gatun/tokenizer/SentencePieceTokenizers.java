// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer;

import dev.gatun.io.ModelFormatException;
import dev.gatun.io.UnsupportedModelException;
import dev.gatun.tokenizer.TokenizerDocument.Algorithm;
import java.util.ArrayList;
import java.util.List;

/**
 * Builds tokenizers from SentencePiece models; their ids are those of the SentencePiece library.
 */
final class SentencePieceTokenizers {
  /** Classes whose ids are not the pieces' own, or whose text is rewritten outside the model. */
  private static final List<String> SHIFTED =
      List.of("Albert", "Camembert", "XLMRoberta", "MBart", "Barthez", "Pegasus", "XLNet");

  private SentencePieceTokenizers() {}

  /** The tokenizer of a folder, with the special tokens that its class adds. */
  static TokenizerPlan plan(byte[] bytes, String source, TokenizerConfig config) {
    String name = config.tokenizerClass();
    if (SHIFTED.stream().anyMatch(name::startsWith)) {
      throw new UnsupportedModelException(
          source
              + ": a "
              + name
              + " changes the ids or texts of its SentencePiece model; add the model's"
              + " tokenizer.json to the folder");
    }
    boolean bos = name.startsWith("Llama") || name.startsWith("Gemma");
    return plan(
        bytes,
        source,
        config.flag("add_bos_token", bos),
        config.flag("add_eos_token", name.startsWith("T5")));
  }

  static TokenizerPlan plan(byte[] bytes, String source, boolean addBos, boolean addEos) {
    SentencePieceModel model = SentencePieceModel.parse(bytes, source);
    boolean bpe = model.modelType() == SentencePieceModel.BPE;
    if (!(bpe || model.modelType() == SentencePieceModel.UNIGRAM)
        || model.whitespaceAsSuffix()
        || !model.escapeWhitespaces()) {
      throw new UnsupportedModelException(
          source
              + ": SentencePiece model type "
              + model.modelType()
              + ", expected unigram (1) or BPE (2) with U+2581 before words; use another model");
    }
    int[] types = model.types();
    float[] scores = model.scores();
    Vocabulary vocabulary = new Vocabulary(source, types.length);
    List<AddedToken> userDefined = new ArrayList<>();
    List<Double> doubles = new ArrayList<>();
    int unk = -1;
    for (int id = 0; id < types.length; id++) {
      String piece = model.pieces().get(id);
      vocabulary.add(piece, id);
      doubles.add((double) scores[id]);
      if (types[id] == SentencePieceModel.USER_DEFINED) {
        userDefined.add(new AddedToken(id, piece, false, false, false, false, false));
      } else if (types[id] == SentencePieceModel.UNKNOWN) {
        unk = id;
      } else if (bpe && types[id] == SentencePieceModel.UNUSED) {
        throw new UnsupportedModelException(
            source
                + ": piece "
                + id
                + " of the BPE model is marked as unused; use the model's tokenizer.json");
      }
    }
    if (unk < 0) {
      throw new ModelFormatException(
          source + ": the SentencePiece model has no unknown piece; obtain the file again");
    }
    TokenizerDocument document =
        new TokenizerDocument(
            source,
            bpe ? Algorithm.BPE : Algorithm.UNIGRAM,
            vocabulary,
            bpe ? null : doubles,
            bpe
                ? ScoreMerges.of(
                    source, vocabulary, scores, id -> types[id] == SentencePieceModel.NORMAL)
                : Merges.NONE,
            bpe
                ? DocumentParts.bpe(model.pieces().get(unk), model.byteFallback(), false)
                : DocumentParts.unigram(unk, model.byteFallback()),
            null,
            null,
            null,
            DocumentParts.sentencePieceDecoder(
                model.addDummyPrefix() || model.removeExtraWhitespaces()),
            userDefined);
    Charsmap charsmap =
        model.charsmap().length == 0 ? null : Charsmap.parse(source, model.charsmap());
    SpecialTokens roles =
        new SpecialTokens(
            role(model.bosId(), types),
            role(model.eosId(), types),
            role(model.padId(), types),
            unk,
            null,
            null,
            null);
    return new TokenizerPlan(
        document,
        PostProcessor.around(
            addBos ? control(source, model, roles.bos(), "begin") : null,
            addEos ? control(source, model, roles.eos(), "end") : null),
        roles,
        new SentencePieceRules(model, charsmap, userDefined));
  }

  private static Integer role(int id, int[] types) {
    return id >= 0 && id < types.length ? id : null;
  }

  private static AddedToken control(
      String source, SentencePieceModel model, Integer id, String name) {
    if (id == null) {
      throw new ModelFormatException(
          source + ": no " + name + " token, but every text needs one; obtain the file again");
    }
    return AddedToken.special(id, model.pieces().get(id));
  }
}
