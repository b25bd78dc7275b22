// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * BPE in Java for the two forms that today's decoders use: byte-level words, and SentencePiece with
 * byte fallback. It gives the same tokens as the native library (the tests compare both) and exists
 * for the first token of a command line: it needs neither a document of megabytes nor a second copy
 * of the vocabulary outside the heap.
 */
final class BytePairEncoder implements TextEncoder {
  private static final char METASPACE = '\u2581';

  private final TokenizerDocument document;
  private final Vocabulary vocabulary;
  private final TokenBytes.Form form;
  private final WordSplitter splitter; // byte-level only
  private final boolean ignoresMerges;
  private final boolean addsPrefix; // SentencePiece only
  private final int unkId; // SentencePiece only; -1 for none
  private final int[] byteIds; // [256]: the token of a byte, or -1
  private final MergeTable merges;
  private final AddedTokenMatcher addedTokens;
  private final BitSet special = new BitSet();
  private volatile boolean closed;

  private BytePairEncoder(
      TokenizerDocument document,
      TokenBytes.Form form,
      WordSplitter splitter,
      boolean addsPrefix,
      int[] byteIds) {
    this.document = document.withoutMerges();
    this.vocabulary = document.vocabulary();
    this.form = form;
    this.splitter = splitter;
    this.addsPrefix = addsPrefix;
    this.byteIds = byteIds;
    ObjectNode options = document.modelOptions();
    this.ignoresMerges = options.path("ignore_merges").asBoolean(false);
    this.unkId = vocabulary.id(options.path("unk_token").asString(""));
    this.merges = new MergeTable(document.merges());
    this.addedTokens = new AddedTokenMatcher(document.addedTokens());
    document.addedTokens().forEach(token -> special.set(token.id(), token.special()));
  }

  /**
   * The encoder of a checked document, or null if it is not of the two forms.
   *
   * @param isNormalized whether texts come as the SentencePiece library normalises them
   */
  static BytePairEncoder of(
      TokenizerDocument document, PostProcessor postProcessor, boolean isNormalized) {
    if (document.algorithm() != TokenizerDocument.Algorithm.BPE) {
      return null;
    }
    ObjectNode options = document.modelOptions();
    boolean plain =
        options.path("continuing_subword_prefix").asString("").isEmpty()
            && options.path("end_of_word_suffix").asString("").isEmpty()
            && document.addedTokens().stream().allMatch(BytePairEncoder::isPlain)
            && !trimsOffsets(postProcessor);
    TokenBytes.Form form = TokenBytes.form(document.decoder());
    if (!plain || form == null) {
      return null;
    }
    boolean byteFallback = options.path("byte_fallback").asBoolean(false);
    int[] byteIds = TokenBytes.byteIds(document.vocabulary(), form);
    if (form == TokenBytes.Form.BYTE_LEVEL) {
      WordSplitter splitter = WordSplitter.of(document.preTokenizer());
      boolean fits = splitter != null && !byteFallback && document.normalizer() == null;
      return fits ? new BytePairEncoder(document, form, splitter, false, byteIds) : null;
    }
    if (isNormalized) {
      if (!byteFallback) {
        Arrays.fill(byteIds, -1);
      }
      return new BytePairEncoder(document, form, null, false, byteIds);
    }
    JsonNode normalizer = document.normalizer();
    boolean prefix = DocumentParts.spacesToMetaspace(true).equals(normalizer);
    boolean fits =
        (prefix || DocumentParts.spacesToMetaspace(false).equals(normalizer))
            && byteFallback
            && options.path("fuse_unk").asBoolean(false)
            && !options.path("ignore_merges").asBoolean(false)
            && (document.preTokenizer() == null
                || DocumentParts.splitAtSpaces().equals(document.preTokenizer()));
    return fits ? new BytePairEncoder(document, form, null, prefix, byteIds) : null;
  }

  private static boolean isPlain(AddedToken token) {
    return !token.singleWord() && !token.lstrip() && !token.rstrip() && !token.normalized();
  }

  private static boolean trimsOffsets(PostProcessor postProcessor) {
    JsonNode trimming = postProcessor.offsetTrimming();
    return trimming != null && trimming.path("trim_offsets").asBoolean(true);
  }

  @Override
  public Encoding encode(String text) {
    Output output = run(text);
    int[] ids = output.ids.toArray();
    String[] tokens = new String[ids.length];
    int[] attention = new int[ids.length];
    Arrays.fill(attention, 1);
    for (int i = 0; i < ids.length; i++) {
      tokens[i] = document.tokenOf(ids[i]);
    }
    return new Encoding(
        ids,
        tokens,
        output.offsets.toArray(),
        new int[ids.length],
        new int[ids.length],
        attention,
        List.of());
  }

  @Override
  public int[] encodeIds(String text) {
    return run(text).ids.toArray();
  }

  /** What is built while one text is encoded. */
  private final class Output {
    private final IntList ids;
    private final IntList offsets; // start and end in turn
    private final MergeTable.Word word = merges.new Word();

    Output(int expected) {
      ids = new IntList(expected);
      offsets = new IntList(2 * expected);
    }

    void add(int id, int start, int end) {
      ids.add(id);
      offsets.add(start);
      offsets.add(end);
    }

    void addWord() {
      word.merge();
      for (int i = 0; i < word.size(); i++) {
        add(word.id(i), word.start(i), word.end(i));
      }
    }
  }

  private Output run(String text) {
    if (closed) {
      throw new IllegalStateException("Tokenizer: used after close()");
    }
    Output output = new Output(text.length() / 3 + 8);
    int at = 0;
    int codePoint = 0; // index of the code point at 'at'
    while (at < text.length()) {
      AddedTokenMatcher.Match match = addedTokens.find(text, at);
      int end = match == null ? text.length() : match.start();
      if (end > at) {
        encodeSegment(text, at, end, codePoint, output);
        codePoint += text.codePointCount(at, end);
      }
      if (match == null) {
        break;
      }
      int matchEnd = codePoint + text.codePointCount(match.start(), match.end());
      output.add(match.id(), codePoint, matchEnd);
      codePoint = matchEnd;
      at = match.end();
    }
    return output;
  }

  private void encodeSegment(String text, int from, int to, int codePoint, Output output) {
    if (form != TokenBytes.Form.BYTE_LEVEL) {
      encodeSentencePiece(text, from, to, codePoint, output);
      return;
    }
    int start = from;
    int first = codePoint;
    for (int end : splitter.ends(text, from, to)) {
      first = encodeWord(text, start, end, first, output);
      start = end;
    }
  }

  /** Encodes one word and gives the index of the code point behind it. */
  private int encodeWord(String text, int from, int to, int codePoint, Output output) {
    if (ignoresMerges) {
      int whole = vocabulary.id(TokenBytes.byteLevelToken(text.substring(from, to)));
      if (whole >= 0) {
        int end = codePoint + text.codePointCount(from, to);
        output.add(whole, codePoint, end);
        return end;
      }
    }
    output.word.clear();
    int index = codePoint;
    int c;
    for (int i = from; i < to; i += Character.charCount(c)) {
      c = text.codePointAt(i);
      addBytes(c, index, output.word);
      index++;
    }
    output.addWord();
    return index;
  }

  private void encodeSentencePiece(String text, int from, int to, int codePoint, Output output) {
    MergeTable.Word word = output.word;
    word.clear();
    int index = codePoint;
    if (addsPrefix) {
      addCharacter(METASPACE, index, index + 1, word); // counts as part of the first character
    }
    int c;
    for (int i = from; i < to; i += Character.charCount(c)) {
      c = text.codePointAt(i);
      addCharacter(c == ' ' ? METASPACE : c, index, index + 1, word);
      index++;
    }
    output.addWord();
  }

  private void addCharacter(int c, int start, int end, MergeTable.Word word) {
    int id = vocabulary.id(Character.toString(c));
    if (id >= 0) {
      word.add(id, start, end);
    } else if (hasBytes(c)) {
      addBytes(c, start, word);
    } else if (unkId >= 0) {
      if (word.size() > 0 && word.id(word.size() - 1) == unkId) {
        word.extendLast(end);
      } else {
        word.add(unkId, start, end);
      }
    }
  }

  private boolean hasBytes(int c) {
    for (int i = 0; i < utf8Length(c); i++) {
      if (byteIds[utf8Byte(c, i)] < 0) {
        return false;
      }
    }
    return true;
  }

  private void addBytes(int c, int index, MergeTable.Word word) {
    for (int i = 0; i < utf8Length(c); i++) {
      int id = byteIds[utf8Byte(c, i)];
      if (id >= 0) { // byte-level text is lost where the vocabulary lacks a byte
        word.add(id, index, index + 1);
      }
    }
  }

  private static int utf8Length(int c) {
    return c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
  }

  /** Byte i of the UTF-8 form of a code point. */
  private static int utf8Byte(int c, int i) {
    int length = utf8Length(c);
    int bits = c >>> 6 * (length - 1 - i);
    if (i > 0) {
      return 0x80 | bits & 0x3F;
    }
    return length == 1 ? bits : (0xF00 >> length & 0xFF) | bits;
  }

  @Override
  public String decode(int[] ids, boolean skipSpecialTokens) {
    if (closed) {
      throw new IllegalStateException("Tokenizer: used after close()");
    }
    ByteText text = new ByteText(4 * ids.length, form != TokenBytes.Form.BYTE_LEVEL);
    for (int id : ids) {
      String token = document.tokenOf(id);
      if (token != null && !(skipSpecialTokens && special.get(id))) {
        text.add(TokenBytes.of(token, form), TokenBytes.byteValue(token) >= 0);
      }
    }
    String decoded = text.text();
    boolean strip = form == TokenBytes.Form.SENTENCE_PIECE_STRIPPED && decoded.startsWith(" ");
    return strip ? decoded.substring(1) : decoded;
  }

  @Override
  public void close() {
    closed = true;
  }
}
