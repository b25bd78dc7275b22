// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer;

import dev.gatun.io.ModelFormatException;
import dev.gatun.io.ModelNotFoundException;
import dev.gatun.io.TextList;
import dev.gatun.tokenizer.TokenizerDocument.Algorithm;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Builds tokenizers from the folder of a model: whichever of its files says most. */
final class FolderTokenizers {
  private static final int MAX_BYTES = TokenizerJsonReader.MAX_BYTES;
  private static final List<String> SENTENCE_PIECE_FILES =
      List.of("tokenizer.model", "spiece.model", "sentencepiece.bpe.model");

  private final Path folder;
  private final TokenizerConfig config;

  private FolderTokenizers(Path folder) throws IOException {
    this.folder = folder;
    this.config = TokenizerConfig.read(folder);
  }

  static TokenizerPlan plan(Path folder) throws IOException {
    FolderTokenizers reader = new FolderTokenizers(folder);
    if (reader.has("tokenizer.json")) {
      return reader.tokenizerJson();
    }
    for (String name : SENTENCE_PIECE_FILES) {
      if (reader.has(name)) {
        return reader.sentencePiece(name);
      }
    }
    if (reader.has("vocab.txt")) {
      return reader.wordPiece();
    }
    if (reader.has("vocab.json") && reader.has("merges.txt")) {
      return reader.byteLevel();
    }
    throw new ModelNotFoundException(
        folder
            + ": no tokenizer, expected tokenizer.json, vocab.txt, vocab.json with merges.txt, or"
            + " one of "
            + SENTENCE_PIECE_FILES
            + "; copy the model's tokenizer files into the folder");
  }

  private boolean has(String name) {
    return Files.isRegularFile(folder.resolve(name));
  }

  private byte[] bytes(String name) throws IOException {
    return TokenizerConfig.bytes(folder.resolve(name), MAX_BYTES);
  }

  private TokenizerPlan tokenizerJson() throws IOException {
    String source = folder.resolve("tokenizer.json").toString();
    TokenizerDocument document = TokenizerJsonReader.read(bytes("tokenizer.json"), source);
    return new TokenizerPlan(
        document,
        PostProcessor.parse(source, document.postProcessor(), document::idOf),
        config.roles(document::idOf),
        null);
  }

  private TokenizerPlan sentencePiece(String name) throws IOException {
    String source = folder.resolve(name).toString();
    return SentencePieceTokenizers.plan(bytes(name), source, config);
  }

  private TokenizerPlan wordPiece() throws IOException {
    String source = folder.resolve("vocab.txt").toString();
    Vocabulary vocabulary = new Vocabulary(source, 1 << 15);
    List<String> lines = lines("vocab.txt");
    for (int id = 0; id < lines.size(); id++) {
      vocabulary.add(lines.get(id), id);
    }
    AddedToken unk = special(source, vocabulary, "unk", "[UNK]");
    AddedToken cls = special(source, vocabulary, "cls", "[CLS]");
    AddedToken sep = special(source, vocabulary, "sep", "[SEP]");
    List<AddedToken> added = new ArrayList<>(List.of(unk, cls, sep));
    for (String role : List.of("pad", "mask")) {
      String token =
          config.token(role) == null
              ? "[" + role.toUpperCase(java.util.Locale.ROOT) + "]"
              : config.token(role);
      if (vocabulary.id(token) >= 0) {
        added.add(AddedToken.special(vocabulary.id(token), token));
      }
    }
    TokenizerDocument document =
        new TokenizerDocument(
            source,
            Algorithm.WORD_PIECE,
            vocabulary,
            null,
            Merges.NONE,
            DocumentParts.wordPiece(unk.content()),
            DocumentParts.bertNormalizer(
                config.flag("do_lower_case", true),
                config.flag("strip_accents", null),
                config.flag("tokenize_chinese_chars", true)),
            DocumentParts.part("BertPreTokenizer"),
            null,
            DocumentParts.wordPieceDecoder(),
            sorted(added));
    SpecialTokens given = config.roles(vocabulary::id);
    SpecialTokens roles =
        new SpecialTokens(
            given.bos(),
            given.eos(),
            idOrNull(added, "pad", "[PAD]"),
            unk.id(),
            cls.id(),
            sep.id(),
            idOrNull(added, "mask", "[MASK]"));
    return new TokenizerPlan(document, PostProcessor.bert(cls, sep), roles, null);
  }

  private Integer idOrNull(List<AddedToken> added, String role, String usual) {
    String token = config.token(role) == null ? usual : config.token(role);
    return added.stream()
        .filter(candidate -> candidate.content().equals(token))
        .map(AddedToken::id)
        .findFirst()
        .orElse(null);
  }

  private AddedToken special(String source, Vocabulary vocabulary, String role, String usual) {
    String token = config.token(role) == null ? usual : config.token(role);
    if (vocabulary.id(token) < 0) {
      throw new ModelFormatException(
          source
              + ": no token "
              + Texts.quote(token)
              + ", which is needed as "
              + role
              + "_token; name the right one in tokenizer_config.json");
    }
    return AddedToken.special(vocabulary.id(token), token);
  }

  private TokenizerPlan byteLevel() throws IOException {
    String source = folder.resolve("vocab.json").toString();
    Vocabulary vocabulary = vocabularyJson(source);
    List<String> mergeLines =
        lines("merges.txt").stream()
            .filter(line -> !line.isEmpty() && !line.startsWith("#version"))
            .toList();
    String tokenizerClass = config.tokenizerClass();
    boolean roberta =
        tokenizerClass.startsWith("Roberta")
            || tokenizerClass.startsWith("Bart")
            || tokenizerClass.startsWith("Longformer");
    boolean qwen = tokenizerClass.startsWith("Qwen2");
    boolean addPrefixSpace = config.flag("add_prefix_space", false);
    List<AddedToken> added = new ArrayList<>();
    int next = vocabulary.size();
    for (String token : config.tokens()) {
      int id = vocabulary.id(token) >= 0 ? vocabulary.id(token) : next++;
      boolean swallowsSpace = roberta && token.equals(config.token("mask"));
      added.add(new AddedToken(id, token, true, false, swallowsSpace, false, false));
    }
    JsonNode preTokenizer =
        qwen
            ? DocumentParts.preTokenizers(
                List.of(
                    DocumentParts.split(SplitPatterns.QWEN2),
                    DocumentParts.byteLevel(false, true, false)))
            : DocumentParts.byteLevel(addPrefixSpace, true, true);
    TokenizerDocument document =
        new TokenizerDocument(
            source,
            Algorithm.BPE,
            vocabulary,
            null,
            Merges.ofLines(
                folder.resolve("merges.txt").toString(), vocabulary, TextList.of(mergeLines)),
            DocumentParts.bpe(null, false, false),
            qwen ? DocumentParts.part("NFC") : null,
            preTokenizer,
            null,
            DocumentParts.byteLevel(true, true, true),
            sorted(added));
    SpecialTokens roles = config.roles(document::idOf);
    PostProcessor templates = PostProcessor.NONE;
    if (roberta) {
      AddedToken cls = added(source, added, "cls");
      AddedToken sep = added(source, added, "sep");
      templates = PostProcessor.roberta(cls, sep);
    }
    return new TokenizerPlan(
        document,
        templates.withOffsetTrimming(DocumentParts.byteLevel(addPrefixSpace, roberta, true)),
        roles,
        null);
  }

  private AddedToken added(String source, List<AddedToken> added, String role) {
    String token = config.token(role);
    return added.stream()
        .filter(candidate -> candidate.content().equals(token))
        .findFirst()
        .orElseThrow(() ->
            new ModelFormatException(
                source
                    + ": "
                    + role
                    + "_token is missing, but the tokenizer class needs it; name it in"
                    + " tokenizer_config.json"));
  }

  private Vocabulary vocabularyJson(String source) throws IOException {
    Vocabulary vocabulary = new Vocabulary(source, 1 << 16);
    try {
      JsonNode json = TokenizerJson.MAPPER.readTree(bytes("vocab.json"));
      json.properties()
          .forEach(entry -> {
            if (!entry.getValue().isInt()) {
              throw new ModelFormatException(
                  source
                      + ": id of "
                      + Texts.quote(entry.getKey())
                      + " is not an integer; obtain the file again");
            }
            vocabulary.add(entry.getKey(), entry.getValue().intValue());
          });
    } catch (JacksonException e) {
      throw new ModelFormatException(
          source + ": not well-formed JSON: " + e.getOriginalMessage() + "; obtain the file again",
          e);
    }
    return vocabulary;
  }

  /** The lines of a UTF-8 file; the last line may or may not end in a line break. */
  private List<String> lines(String name) throws IOException {
    try {
      String text =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes(name))).toString();
      List<String> lines = new ArrayList<>();
      int start = 0;
      while (start < text.length()) {
        int end = text.indexOf('\n', start);
        end = end < 0 ? text.length() : end;
        boolean carriageReturn = end > start && text.charAt(end - 1) == '\r';
        lines.add(text.substring(start, carriageReturn ? end - 1 : end));
        start = end + 1;
      }
      return lines;
    } catch (CharacterCodingException e) {
      throw new ModelFormatException(
          folder.resolve(name) + ": not UTF-8 text; obtain the file again", e);
    }
  }

  private static List<AddedToken> sorted(List<AddedToken> tokens) {
    return tokens.stream().distinct().sorted(Comparator.comparingInt(AddedToken::id)).toList();
  }
}
