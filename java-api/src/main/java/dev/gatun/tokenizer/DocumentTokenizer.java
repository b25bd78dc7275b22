// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** The tokenizer of a document: the native library for texts, Java for everything around them. */
final class DocumentTokenizer implements Tokenizer {
  private static final byte[] NOTHING = new byte[0];

  private final TokenizerDocument document;
  private final PostProcessor postProcessor;
  private final SpecialTokens specialTokens;
  private final SentencePieceRules rules; // or null
  private final TextEncoder encoder;
  private final TokenBytes.Form streamForm;
  private final Map<String, Integer> addedIds = new HashMap<>();
  private final Map<Integer, String> addedContents = new HashMap<>();
  private final BitSet special = new BitSet();
  private final int vocabSize;

  /** The bytes of ids that have been streamed: spelled out once, so that later ones are free. */
  private final AtomicReferenceArray<byte[]> streamed;

  private DocumentTokenizer(TokenizerPlan plan, TokenizerDocument document, TextEncoder encoder) {
    this.document = document;
    this.postProcessor = plan.postProcessor();
    this.specialTokens = plan.specialTokens();
    this.rules = plan.sentencePiece();
    this.encoder = encoder;
    this.streamForm = TokenBytes.form(document.decoder());
    int size = document.vocabulary().size();
    for (AddedToken token : document.addedTokens()) {
      addedIds.put(token.content(), token.id());
      addedContents.put(token.id(), token.content());
      special.set(token.id(), token.special());
      size = Math.max(size, token.id() + 1);
    }
    this.vocabSize = size;
    this.streamed = new AtomicReferenceArray<>(streamForm == null ? 0 : size);
  }

  /** Checks the document and builds its tokenizer. */
  static DocumentTokenizer create(TokenizerPlan plan) {
    DocumentChecks.check(plan.document());
    TokenizerDocument placed = AddedTokenPlacement.place(plan.document());
    TextEncoder encoder =
        BytePairEncoder.of(placed, plan.postProcessor(), plan.sentencePiece() != null);
    if (encoder == null) {
      TokenizerDocument matchable =
          plan.sentencePiece() == null
              ? placed
              : placed.withVocabulary(
                  plan.sentencePiece().withoutUnmatchable(placed.source(), placed.vocabulary()));
      encoder = nativeEncoder(matchable, plan.postProcessor());
    }
    return new DocumentTokenizer(plan, placed.withoutMerges(), encoder);
  }

  /** The encoder of the native library, for a checked document. */
  static NativeEncoder nativeEncoder(TokenizerDocument document, PostProcessor postProcessor) {
    return new NativeEncoder(document.source(), TokenizerJsonWriter.write(document, postProcessor));
  }

  private Encoding encodeText(String text) {
    String wellFormed = Texts.wellFormed(text);
    if (rules == null) {
      return encoder.encode(wellFormed);
    }
    NormalizedText normalized = rules.normalize(wellFormed);
    Encoding encoding = encoder.encode(normalized.text());
    normalized.toOriginal(encoding.offsetArray());
    return encoding;
  }

  @Override
  public Encoding encode(String text, boolean addSpecialTokens) {
    Encoding[] texts = {encodeText(text)};
    return EncodingAssembly.fill(postProcessor.single(), texts, addSpecialTokens);
  }

  @Override
  public Encoding encodePair(String first, String second, boolean addSpecialTokens) {
    Encoding[] texts = {encodeText(first), encodeText(second)};
    return EncodingAssembly.fill(postProcessor.pair(), texts, addSpecialTokens);
  }

  @Override
  public List<Encoding> encodeBatch(List<String> texts, List<String> pairs, EncodeOptions options) {
    Objects.requireNonNull(options, "options");
    boolean isPair = pairs != null;
    if (isPair && pairs.size() != texts.size()) {
      throw new IllegalArgumentException(
          "encodeBatch: "
              + texts.size()
              + " texts and "
              + pairs.size()
              + " second texts, expected as many; pass null for single texts");
    }
    int added = options.addSpecialTokens() ? postProcessor.addedTokens(isPair) : 0;
    List<Encoding> encodings = new ArrayList<>(texts.size());
    for (int i = 0; i < texts.size(); i++) {
      Encoding first = encodeText(texts.get(i));
      Encoding[] parts =
          isPair ? new Encoding[] {first, encodeText(pairs.get(i))} : new Encoding[] {first};
      if (options.truncation() != null) {
        EncodingAssembly.truncate(parts, options.truncation(), added);
      }
      encodings.add(
          EncodingAssembly.fill(
              isPair ? postProcessor.pair() : postProcessor.single(),
              parts,
              options.addSpecialTokens()));
    }
    return options.padding() == null
        ? encodings
        : EncodingAssembly.pad(encodings, options.padding());
  }

  @Override
  public int[] encodeIds(String text, boolean addSpecialTokens) {
    String wellFormed = Texts.wellFormed(text);
    int[] ids = encoder.encodeIds(rules == null ? wellFormed : rules.normalize(wellFormed).text());
    if (!addSpecialTokens || postProcessor.addedTokens(false) == 0) {
      return ids;
    }
    int[] all = new int[ids.length + postProcessor.addedTokens(false)];
    int n = 0;
    for (PostProcessor.Piece piece : postProcessor.single()) {
      switch (piece) {
        case PostProcessor.Piece.Special token -> all[n++] = token.id();
        case PostProcessor.Piece.Text _ -> {
          System.arraycopy(ids, 0, all, n, ids.length);
          n += ids.length;
        }
      }
    }
    return all;
  }

  @Override
  public String decode(int[] ids, boolean skipSpecialTokens) {
    for (int id : ids) {
      requireId(id);
    }
    return rules == null
        ? encoder.decode(ids, skipSpecialTokens)
        : decodeSentencePiece(ids, skipSpecialTokens);
  }

  private String decodeSentencePiece(int[] ids, boolean skipSpecialTokens) {
    ByteText text = new ByteText(4 * ids.length, true);
    for (int id : ids) {
      boolean isByte = TokenBytes.byteValue(tokenOf(id)) >= 0;
      text.add(rules.bytes(id, tokenOf(id), skipSpecialTokens), isByte);
    }
    String decoded = text.text();
    return rules.stripsFirstSpace() && decoded.startsWith(" ") ? decoded.substring(1) : decoded;
  }

  @Override
  public StreamDecoder streamDecoder(boolean skipSpecialTokens) {
    if (streamForm == null) {
      return new WindowStreamDecoder(this, skipSpecialTokens);
    }
    return new ByteStreamDecoder(
        id -> tokenBytes(id, skipSpecialTokens),
        streamForm == TokenBytes.Form.SENTENCE_PIECE_STRIPPED);
  }

  private byte[] tokenBytes(int id, boolean skipSpecialTokens) {
    requireId(id);
    if (skipSpecialTokens && (rules == null ? special.get(id) : rules.isControl(id))) {
      return NOTHING;
    }
    byte[] bytes = streamed.get(id);
    if (bytes == null) {
      bytes = spelled(id);
      streamed.set(id, bytes);
    }
    return bytes;
  }

  private byte[] spelled(int id) {
    String token = tokenOf(id);
    if (rules != null) {
      return rules.bytes(id, token, false);
    }
    return token == null ? NOTHING : TokenBytes.of(token, streamForm);
  }

  private void requireId(int id) {
    if (id < 0 || id >= vocabSize) {
      throw new IllegalArgumentException(
          "decode: id " + id + " is outside the vocabulary of " + vocabSize + " tokens");
    }
  }

  @Override
  public int vocabSize() {
    return vocabSize;
  }

  @Override
  public int idOf(String token) {
    Integer added = addedIds.get(token);
    return added != null ? added : document.vocabulary().id(token);
  }

  @Override
  public String tokenOf(int id) {
    String added = addedContents.get(id);
    return added != null ? added : document.vocabulary().token(id);
  }

  @Override
  public boolean isSpecial(int id) {
    return id >= 0 && (special.get(id) || (rules != null && rules.isControl(id)));
  }

  @Override
  public SpecialTokens specialTokens() {
    return specialTokens;
  }

  @Override
  public List<AddedToken> addedTokens() {
    return document.addedTokens();
  }

  @Override
  public String description() {
    String form =
        streamForm == TokenBytes.Form.BYTE_LEVEL
            ? "byte-level "
            : streamForm == null ? "" : "SentencePiece ";
    return form + document.algorithm().jsonName() + ", " + vocabSize + " tokens";
  }

  @Override
  public void close() {
    encoder.close();
  }
}
