// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer;

import dev.gatun.io.ModelFormatException;
import dev.gatun.io.UnsupportedModelException;
import java.util.Base64;
import java.util.HashSet;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a document must satisfy before the native library sees it: known parts only, no number that
 * makes the library index outside a string, merges of known tokens, expressions of bounded work,
 * and a bound on how much a normaliser can blow a text up.
 */
final class DocumentChecks {
  private static final int MAX_PARTS = 64;
  private static final int MAX_TEXT = 64;
  private static final int MAX_GROWTH = 64;
  private static final int MAX_WORD = 1000;
  private static final int MAX_ADDED_TOKEN = 4096;

  private static final Set<String> NORMALIZERS =
      Set.of(
          "BertNormalizer",
          "NFC",
          "NFD",
          "NFKC",
          "NFKD",
          "Nmt",
          "Lowercase",
          "StripAccents",
          "Strip",
          "Prepend",
          "Replace",
          "Precompiled");
  private static final Set<String> PRE_TOKENIZERS =
      Set.of(
          "BertPreTokenizer",
          "ByteLevel",
          "Digits",
          "Metaspace",
          "Punctuation",
          "Split",
          "UnicodeScripts",
          "Whitespace",
          "WhitespaceSplit");
  private static final Set<String> DECODERS =
      Set.of(
          "BPEDecoder",
          "ByteFallback",
          "ByteLevel",
          "Fuse",
          "Metaspace",
          "Replace",
          "Strip",
          "WordPiece");
  private static final Set<String> BEHAVIORS =
      Set.of("Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous");

  private final TokenizerDocument document;
  private int parts;
  private long growth = 1;

  private DocumentChecks(TokenizerDocument document) {
    this.document = document;
  }

  static void check(TokenizerDocument document) {
    DocumentChecks checks = new DocumentChecks(document);
    checks.model();
    checks.addedTokens();
    checks.part("normalizer", "normalizers", NORMALIZERS, document.normalizer());
    checks.part("pre_tokenizer", "pretokenizers", PRE_TOKENIZERS, document.preTokenizer());
    checks.part("decoder", "decoders", DECODERS, document.decoder());
  }

  private void model() {
    ObjectNode options = document.modelOptions();
    Vocabulary vocabulary = document.vocabulary();
    if (vocabulary.count() == 0) {
      throw wrong("model.vocab", "is empty");
    }
    switch (document.algorithm()) {
      case BPE -> {
        options.putNull("dropout"); // a training option: it would make encoding random
        knownToken("unk_token", false);
        text(options, "continuing_subword_prefix", 0, MAX_TEXT);
        text(options, "end_of_word_suffix", 0, MAX_TEXT);
      }
      case WORD_PIECE -> {
        knownToken("unk_token", true);
        text(options, "continuing_subword_prefix", 1, MAX_TEXT);
        number(options, "max_input_chars_per_word", 1, MAX_WORD);
      }
      case UNIGRAM -> unigram();
    }
  }

  private void unigram() {
    int size = document.vocabulary().size();
    if (document.modelOptions().path("unk_id").isMissingNode()) {
      throw wrong("model.unk_id", "is missing: text outside the vocabulary would have no id");
    }
    number(document.modelOptions(), "unk_id", 0, size - 1L);
    for (int id = 0; id < size; id++) {
      if (!Double.isFinite(document.scores().get(id))
          || document.vocabulary().token(id).isEmpty()) {
        throw wrong("model.vocab", "has an empty token or a score that is no number at id " + id);
      }
    }
  }

  private void addedTokens() {
    Set<String> contents = new HashSet<>();
    Set<Integer> ids = new HashSet<>();
    Vocabulary vocabulary = document.vocabulary();
    for (AddedToken token : document.addedTokens()) {
      Texts.requireWellFormed(document.source(), "an added token", token.content());
      if (token.content().length() > MAX_ADDED_TOKEN) {
        throw wrong("added_tokens", "has an entry longer than " + MAX_ADDED_TOKEN);
      }
      if (token.content().isEmpty() || !contents.add(token.content()) || !ids.add(token.id())) {
        throw wrong("added_tokens", "has an empty or repeated entry, id " + token.id());
      }
      String known = vocabulary.token(token.id());
      int id = vocabulary.id(token.content());
      if (token.id() < 0
          || token.id() > Vocabulary.MAX_ID
          || (known != null && !known.equals(token.content()))
          || (id >= 0 && id != token.id())) {
        throw wrong(
            "added_tokens",
            "gives "
                + Texts.quote(token.content())
                + " id "
                + token.id()
                + ", which the vocabulary contradicts");
      }
    }
  }

  /** Checks a part; a Sequence may hold plain parts only. */
  private void part(String where, String listField, Set<String> known, JsonNode part) {
    if (part == null) {
      return;
    }
    if (type(part).equals("Sequence")) {
      JsonNode list = part.path(listField);
      if (!list.isArray()) {
        throw wrong(where, "is a Sequence without " + listField);
      }
      list.forEach(inner -> plainPart(where, known, inner));
    } else {
      plainPart(where, known, part);
    }
  }

  private void plainPart(String where, Set<String> known, JsonNode part) {
    String type = type(part);
    if (++parts > MAX_PARTS) {
      throw wrong(where, "has too many parts, more than " + MAX_PARTS);
    }
    if (!known.contains(type)) {
      throw new UnsupportedModelException(
          document.source()
              + ": "
              + where
              + " type "
              + Texts.quote(type)
              + " is not supported, expected one of "
              + new java.util.TreeSet<>(known)
              + "; use another model");
    }
    String field = where + "." + type;
    switch (type) {
      case "Prepend" -> text(part, "prepend", 1, MAX_TEXT);
      case "Replace" -> replace(field, part);
      case "Precompiled" -> precompiled(field, part);
      case "Metaspace" -> {
        text(part, "replacement", 1, 1);
        if (part.path("replacement").isMissingNode()) {
          throw wrong(field, "has no replacement");
        }
      }
      case "Split" -> {
        pattern(field, part.path("pattern"));
        oneOf(field, part, "behavior", BEHAVIORS);
      }
      case "Punctuation" -> oneOf(field, part, "behavior", BEHAVIORS);
      case "Strip" -> {
        if (where.equals("decoder")) { // the library counts back from the end without looking
          text(part, "content", 1, 1);
          number(part, "start", 0, MAX_TEXT);
          number(part, "stop", 0, 0);
        }
      }
      case "WordPiece" -> text(part, "prefix", 0, MAX_TEXT);
      case "BPEDecoder" -> text(part, "suffix", 0, MAX_TEXT);
      default -> {
        // The others have switches only; the library refuses what is not true or false.
      }
    }
  }

  private void replace(String field, JsonNode part) {
    int matched = pattern(field, part.path("pattern"));
    text(part, "content", 0, MAX_TEXT);
    growth *= Math.max(1, part.path("content").asString("").length() / matched);
    if (growth > MAX_GROWTH) {
      throw wrong(field, "can blow a text up more than " + MAX_GROWTH + " times");
    }
  }

  /** Checks a pattern and gives the least number of characters it matches. */
  private int pattern(String field, JsonNode pattern) {
    JsonNode literal = pattern.path("String");
    if (literal.isString() && !literal.stringValue().isEmpty()) {
      return literal.stringValue().length();
    }
    JsonNode regex = pattern.path("Regex");
    if (!regex.isString()) {
      throw wrong(field, "has no pattern, expected a String that is not empty or a Regex");
    }
    if (!SplitPatterns.isAccepted(regex.stringValue())) {
      throw new UnsupportedModelException(
          document.source()
              + ": "
              + field
              + " splits by "
              + Texts.quote(regex.stringValue())
              + ", an expression that is not one of a known model and could take for ever; use"
              + " another model");
    }
    return 1;
  }

  private void precompiled(String field, JsonNode part) {
    JsonNode map = part.path("precompiled_charsmap");
    if (!map.isString()) {
      throw wrong(field, "has no precompiled_charsmap");
    }
    try {
      Charsmap.parse(document.source(), Base64.getDecoder().decode(map.stringValue()));
    } catch (IllegalArgumentException e) {
      throw new ModelFormatException(
          document.source() + ": " + field + " is not base64; obtain the file again", e);
    }
  }

  private void knownToken(String option, boolean required) {
    JsonNode token = document.modelOptions().path(option);
    boolean absent = token.isNull() || token.isMissingNode();
    if (absent ? required : document.vocabulary().id(token.asString("")) < 0) {
      throw wrong("model." + option, "is " + token + ", expected a token of the vocabulary");
    }
  }

  private void text(JsonNode part, String field, int min, int max) {
    JsonNode value = part.path(field);
    if (value.isNull() || value.isMissingNode()) {
      return;
    }
    int length =
        value.isString() ? value.stringValue().codePointCount(0, value.stringValue().length()) : -1;
    if (length < min || length > max) {
      throw wrong(
          field,
          "is "
              + Texts.quote(value.toString())
              + ", expected a text of "
              + min
              + " to "
              + max
              + " characters");
    }
    Texts.requireWellFormed(document.source(), field, value.stringValue());
  }

  private void number(JsonNode part, String field, long min, long max) {
    JsonNode value = part.path(field);
    if (value.isMissingNode()) {
      return;
    }
    if (!value.isIntegralNumber()
        || !value.canConvertToLong()
        || value.longValue() < min
        || value.longValue() > max) {
      throw wrong(field, "is " + value + ", expected a number from " + min + " to " + max);
    }
  }

  private void oneOf(String where, JsonNode part, String field, Set<String> values) {
    JsonNode value = part.path(field);
    if (!value.isMissingNode() && !values.contains(value.asString(""))) {
      throw wrong(where + "." + field, "is " + value + ", expected one of " + values);
    }
  }

  private static String type(JsonNode part) {
    return part.path("type").asString("");
  }

  private ModelFormatException wrong(String field, String problem) {
    return new ModelFormatException(
        document.source() + ": " + field + " " + problem + "; obtain the file again");
  }
}
