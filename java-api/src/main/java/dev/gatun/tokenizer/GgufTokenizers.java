// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer;

import dev.gatun.io.ModelFormatException;
import dev.gatun.io.TextList;
import dev.gatun.io.UnsupportedModelException;
import dev.gatun.tokenizer.TokenizerDocument.Algorithm;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Builds tokenizers from the metadata of a GGUF file. */
final class GgufTokenizers {
  private static final String PREFIX = "tokenizer.ggml.";
  private static final int MAX_TOKENS = Vocabulary.MAX_ID + 1;

  private static final int NORMAL = 1;
  private static final int UNKNOWN = 2;
  private static final int CONTROL = 3;
  private static final int USER_DEFINED = 4;
  private static final int UNUSED = 5;

  private final GgufTokenizerMetadata metadata;
  private final String source;
  private final List<String> tokens;
  private final int[] types; // [tokens]

  private GgufTokenizers(GgufTokenizerMetadata metadata) {
    this.metadata = metadata;
    this.source = metadata.source();
    this.tokens = metadata.strings(PREFIX + "tokens");
    if (tokens == null || tokens.isEmpty() || tokens.size() > MAX_TOKENS) {
      throw wrong("tokens", "is missing, empty or longer than " + MAX_TOKENS);
    }
    int[] given = metadata.integers(PREFIX + "token_type");
    if (given == null) {
      given = new int[tokens.size()];
      java.util.Arrays.fill(given, NORMAL);
    } else if (given.length != tokens.size()) {
      throw wrong(
          "token_type", "has " + given.length + " entries for " + tokens.size() + " tokens");
    }
    this.types = given;
  }

  static TokenizerPlan plan(GgufTokenizerMetadata metadata) {
    GgufTokenizers reader = new GgufTokenizers(metadata);
    String model = metadata.string(PREFIX + "model");
    return switch (model == null ? "" : model) {
      case "gpt2" -> reader.byteLevel();
      case "llama" -> reader.sentencePiece();
      case "bert" -> reader.wordPiece();
      case "t5" -> reader.unigram();
      default ->
          throw new UnsupportedModelException(
              reader.source
                  + ": tokenizer.ggml.model is "
                  + (model == null ? "missing" : Texts.quote(model))
                  + ", expected gpt2, llama, bert or t5; use another model");
    };
  }

  private TokenizerPlan byteLevel() {
    GgufPreTokenizers rules = GgufPreTokenizers.of(source, metadata.string(PREFIX + "pre"));
    List<String> pairs = metadata.strings(PREFIX + "merges");
    if (pairs == null) {
      throw wrong("merges", "is missing");
    }
    Vocabulary vocabulary = vocabulary(tokens);
    TokenizerDocument document =
        document(
            Algorithm.BPE,
            vocabulary,
            null,
            Merges.ofLines(source, vocabulary, TextList.of(pairs)),
            DocumentParts.bpe(null, false, rules.ignoreMerges()),
            null,
            rules.preTokenizer(),
            DocumentParts.byteLevel(true, true, true));
    PostProcessor around =
        around(flag("add_bos_token", rules.addsBos()), flag("add_eos_token", false));
    return plan(document, around.withOffsetTrimming(DocumentParts.byteLevel(false, false, true)));
  }

  private TokenizerPlan sentencePiece() {
    Vocabulary vocabulary = vocabulary(tokens);
    boolean addSpacePrefix = flag("add_space_prefix", true);
    Integer unk = role("unknown_token_id");
    TokenizerDocument document =
        document(
            Algorithm.BPE,
            vocabulary,
            null,
            ScoreMerges.of(source, vocabulary, scores(), this::isMerged),
            DocumentParts.bpe(unk == null ? null : tokens.get(unk), true, false),
            DocumentParts.spacesToMetaspace(addSpacePrefix),
            null,
            DocumentParts.sentencePieceDecoder(addSpacePrefix));
    return plan(document, around(flag("add_bos_token", true), flag("add_eos_token", false)));
  }

  private boolean isMerged(int id) {
    return types[id] == NORMAL || types[id] == UNUSED;
  }

  /** GGUF marks beginnings of words; WordPiece marks what is not one. */
  private TokenizerPlan wordPiece() {
    List<String> pieces = new ArrayList<>(tokens.size());
    for (int id = 0; id < tokens.size(); id++) {
      String token = tokens.get(id);
      boolean whole = types[id] == CONTROL || types[id] == UNKNOWN || isBracketed(token);
      pieces.add(
          whole
              ? token
              : token.startsWith(DocumentParts.METASPACE) ? token.substring(1) : "##" + token);
    }
    Vocabulary vocabulary = vocabulary(pieces);
    Integer unk = roleOr("unknown_token_id", vocabulary.id("[UNK]"));
    Integer cls = roleOr("cls_token_id", roleOr("bos_token_id", vocabulary.id("[CLS]")));
    Integer sep =
        roleOr(
            "seperator_token_id",
            roleOr("separator_token_id", roleOr("eos_token_id", vocabulary.id("[SEP]"))));
    if (unk == null || cls == null || sep == null) {
      throw wrong("unknown_token_id, cls_token_id or seperator_token_id", "is missing");
    }
    TokenizerDocument document =
        document(
            Algorithm.WORD_PIECE,
            vocabulary,
            null,
            Merges.NONE,
            DocumentParts.wordPiece(pieces.get(unk)),
            DocumentParts.bertNormalizer(true, true, true),
            DocumentParts.part("BertPreTokenizer"),
            DocumentParts.wordPieceDecoder());
    SpecialTokens roles =
        new SpecialTokens(
            role("bos_token_id"),
            role("eos_token_id"),
            roleOr("padding_token_id", vocabulary.id("[PAD]")),
            unk,
            cls,
            sep,
            roleOr("mask_token_id", vocabulary.id("[MASK]")));
    return new TokenizerPlan(
        document,
        PostProcessor.bert(
            AddedToken.special(cls, pieces.get(cls)), AddedToken.special(sep, pieces.get(sep))),
        roles,
        null);
  }

  private static boolean isBracketed(String token) {
    return token.startsWith("[") && token.endsWith("]") && token.length() > 2;
  }

  private TokenizerPlan unigram() {
    float[] scores = scores();
    List<Double> doubles = new ArrayList<>(scores.length);
    for (float score : scores) {
      doubles.add((double) score);
    }
    byte[] charsmap = metadata.bytes(PREFIX + "precompiled_charsmap");
    String scheme = flag("add_space_prefix", true) ? "always" : "never";
    List<JsonNode> preTokenizers = new ArrayList<>();
    if (flag("remove_extra_whitespaces", true)) {
      preTokenizers.add(DocumentParts.part("WhitespaceSplit"));
    }
    preTokenizers.add(DocumentParts.metaspace(scheme));
    TokenizerDocument document =
        document(
            Algorithm.UNIGRAM,
            vocabulary(tokens),
            doubles,
            Merges.NONE,
            DocumentParts.unigram(role("unknown_token_id"), false),
            charsmap == null || charsmap.length == 0 ? null : DocumentParts.precompiled(charsmap),
            DocumentParts.preTokenizers(preTokenizers),
            DocumentParts.metaspace(scheme));
    return plan(document, around(flag("add_bos_token", false), flag("add_eos_token", true)));
  }

  private TokenizerDocument document(
      Algorithm algorithm,
      Vocabulary vocabulary,
      List<Double> scores,
      Merges merges,
      ObjectNode model,
      JsonNode normalizer,
      JsonNode preTokenizer,
      JsonNode decoder) {
    List<AddedToken> added = new ArrayList<>();
    for (int id = 0; id < types.length; id++) {
      boolean special = types[id] == CONTROL || types[id] == UNKNOWN;
      if (special || types[id] == USER_DEFINED) {
        added.add(new AddedToken(id, vocabulary.token(id), special, false, false, false, false));
      }
    }
    return new TokenizerDocument(
        source,
        algorithm,
        vocabulary,
        scores,
        merges,
        model,
        normalizer,
        preTokenizer,
        null,
        decoder,
        added);
  }

  private TokenizerPlan plan(TokenizerDocument document, PostProcessor postProcessor) {
    SpecialTokens roles =
        new SpecialTokens(
            role("bos_token_id"),
            role("eos_token_id"),
            role("padding_token_id"),
            role("unknown_token_id"),
            role("cls_token_id"),
            roleOr("seperator_token_id", roleOr("separator_token_id", -1)),
            role("mask_token_id"));
    return new TokenizerPlan(document, postProcessor, roles, null);
  }

  private PostProcessor around(boolean addBos, boolean addEos) {
    return PostProcessor.around(
        addBos ? token("bos_token_id") : null, addEos ? token("eos_token_id") : null);
  }

  private AddedToken token(String key) {
    Integer id = role(key);
    if (id == null) {
      throw wrong(key, "is missing, but the file asks for that token around every text");
    }
    return AddedToken.special(id, tokens.get(id));
  }

  private Vocabulary vocabulary(List<String> pieces) {
    if (pieces instanceof TextList texts) {
      return Vocabulary.of(source, texts);
    }
    Vocabulary vocabulary = new Vocabulary(source, pieces.size());
    for (int id = 0; id < pieces.size(); id++) {
      vocabulary.add(pieces.get(id), id);
    }
    return vocabulary;
  }

  private float[] scores() {
    float[] scores = metadata.floats(PREFIX + "scores");
    if (scores == null || scores.length != tokens.size()) {
      throw wrong(
          "scores",
          "has "
              + (scores == null ? 0 : scores.length)
              + " entries for "
              + tokens.size()
              + " tokens");
    }
    return scores;
  }

  private boolean flag(String key, boolean missing) {
    Boolean value = metadata.bool(PREFIX + key);
    return value == null ? missing : value;
  }

  private Integer role(String key) {
    return roleOr(key, -1);
  }

  /** The id of a role; otherwise the fallback, where negative or null means none. */
  private Integer roleOr(String key, Integer fallback) {
    Long id = metadata.integer(PREFIX + key);
    if (id == null || id == 0xFFFF_FFFFL || id == -1) { // both are written for "none"
      return fallback == null || fallback < 0 ? null : fallback;
    }
    if (id < 0 || id >= tokens.size()) {
      throw wrong(key, "is " + id + ", expected an id below " + tokens.size());
    }
    return id.intValue();
  }

  private ModelFormatException wrong(String key, String problem) {
    return new ModelFormatException(
        source + ": " + PREFIX + key + " " + problem + "; obtain the file again");
  }
}
