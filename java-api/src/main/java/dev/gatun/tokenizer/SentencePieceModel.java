// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer;

import dev.gatun.io.ModelFormatException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The fields of a SentencePiece {@code .model}, a protocol buffer, that tokenizing needs. Unknown
 * fields are skipped; every length is checked against what is left before anything is allocated.
 */
final class SentencePieceModel {
  static final int NORMAL = 1;
  static final int UNKNOWN = 2;
  static final int CONTROL = 3;
  static final int USER_DEFINED = 4;
  static final int UNUSED = 5;
  static final int BYTE = 6;

  static final int UNIGRAM = 1;
  static final int BPE = 2;

  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int BYTES = 2;
  private static final int FIXED32 = 5;

  private final String source;
  private final List<String> pieces = new ArrayList<>();
  private final IntList types = new IntList(1024);
  private final IntList scoreBits = new IntList(1024);
  private int modelType = UNIGRAM;
  private boolean byteFallback;
  private boolean whitespaceAsSuffix;
  private int bosId = 1;
  private int eosId = 2;
  private int padId = -1;
  private byte[] charsmap = new byte[0];
  private boolean addDummyPrefix = true;
  private boolean removeExtraWhitespaces = true;
  private boolean escapeWhitespaces = true;

  private SentencePieceModel(String source) {
    this.source = source;
  }

  static SentencePieceModel parse(byte[] bytes, String source) {
    SentencePieceModel model = new SentencePieceModel(source);
    model.message(
        ByteBuffer.wrap(bytes),
        (field, type, value) -> {
          switch (field) {
            case 1 -> model.piece(bytes(model, "pieces", type, value));
            case 2 -> model.trainer(bytes(model, "trainer_spec", type, value));
            case 3 -> model.normalizer(bytes(model, "normalizer_spec", type, value));
            default -> {
              // self-test data, denormaliser and extensions
            }
          }
        });
    if (model.pieces.isEmpty() || model.pieces.size() > Vocabulary.MAX_ID) {
      throw model.wrong("has " + model.pieces.size() + " pieces");
    }
    return model;
  }

  /** Takes the fields of a message; numbers as they are, byte strings as place and length. */
  private interface Fields {
    void field(int number, int type, Value value);
  }

  /** A value: a number, or a part of the file. */
  private record Value(long number, ByteBuffer part) {}

  private void message(ByteBuffer in, Fields fields) {
    in.order(ByteOrder.LITTLE_ENDIAN);
    while (in.hasRemaining()) {
      long key = varint(in);
      int type = (int) (key & 7);
      long number = key >>> 3;
      if (number == 0 || number > 1 << 29) {
        throw wrong("has a field with the impossible number " + number);
      }
      Value value =
          switch (type) {
            case VARINT -> new Value(varint(in), null);
            case FIXED64 -> new Value(take(in, 8).order(ByteOrder.LITTLE_ENDIAN).getLong(), null);
            case FIXED32 -> new Value(take(in, 4).order(ByteOrder.LITTLE_ENDIAN).getInt(), null);
            case BYTES -> new Value(0, take(in, varint(in)));
            default -> throw wrong("has a field of the unknown wire type " + type);
          };
      fields.field((int) number, type, value);
    }
  }

  private long varint(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (!in.hasRemaining()) {
        throw wrong("ends inside a number");
      }
      byte b = in.get();
      value |= (long) (b & 0x7F) << shift;
      if (b >= 0) {
        return value;
      }
    }
    throw wrong("has a number of more than ten bytes");
  }

  private ByteBuffer take(ByteBuffer in, long length) {
    if (length < 0 || length > in.remaining()) {
      throw wrong("has a field of " + length + " bytes where " + in.remaining() + " are left");
    }
    ByteBuffer part = in.slice(in.position(), (int) length);
    in.position(in.position() + (int) length);
    return part;
  }

  private static ByteBuffer bytes(SentencePieceModel model, String field, int type, Value value) {
    if (type != BYTES) {
      throw model.wrong("has a " + field + " of wire type " + type + ", expected " + BYTES);
    }
    return value.part();
  }

  private void piece(ByteBuffer message) {
    int[] type = {NORMAL};
    int[] score = {0};
    String[] text = {""};
    message(
        message,
        (field, wire, value) -> {
          if (field == 1 && wire == BYTES) {
            text[0] = utf8(value.part());
          } else if (field == 2 && wire == FIXED32) {
            score[0] = (int) value.number();
          } else if (field == 3 && wire == VARINT) {
            type[0] = (int) value.number();
          }
        });
    if (type[0] < NORMAL || type[0] > BYTE || !Float.isFinite(Float.intBitsToFloat(score[0]))) {
      throw wrong("has piece " + pieces.size() + " of unknown type or without a score");
    }
    pieces.add(text[0]);
    types.add(type[0]);
    scoreBits.add(score[0]);
  }

  private String utf8(ByteBuffer part) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(part).toString();
    } catch (CharacterCodingException e) {
      throw new ModelFormatException(
          source
              + ": piece "
              + pieces.size()
              + " of the SentencePiece model is not UTF-8; obtain the file again",
          e);
    }
  }

  private void trainer(ByteBuffer message) {
    message(
        message,
        (field, wire, value) -> {
          if (wire != VARINT) {
            return;
          }
          switch (field) {
            case 3 -> modelType = (int) value.number();
            case 24 -> whitespaceAsSuffix = value.number() != 0;
            case 35 -> byteFallback = value.number() != 0;
            case 41 -> bosId = (int) value.number();
            case 42 -> eosId = (int) value.number();
            case 43 -> padId = (int) value.number();
            default -> {
              // how the model was trained
            }
          }
        });
  }

  private void normalizer(ByteBuffer message) {
    message(
        message,
        (field, wire, value) -> {
          if (field == 2 && wire == BYTES) {
            charsmap = new byte[value.part().remaining()];
            value.part().get(charsmap);
          } else if (wire == VARINT) {
            switch (field) {
              case 3 -> addDummyPrefix = value.number() != 0;
              case 4 -> removeExtraWhitespaces = value.number() != 0;
              case 5 -> escapeWhitespaces = value.number() != 0;
              default -> {
                // none that matters here
              }
            }
          }
        });
  }

  List<String> pieces() {
    return pieces;
  }

  /** Type of each piece, [pieces]. */
  int[] types() {
    return types.toArray();
  }

  /** Score of each piece, [pieces]. */
  float[] scores() {
    int[] bits = scoreBits.toArray();
    float[] scores = new float[bits.length];
    for (int i = 0; i < bits.length; i++) {
      scores[i] = Float.intBitsToFloat(bits[i]);
    }
    return scores;
  }

  int modelType() {
    return modelType;
  }

  boolean byteFallback() {
    return byteFallback;
  }

  boolean whitespaceAsSuffix() {
    return whitespaceAsSuffix;
  }

  int bosId() {
    return bosId;
  }

  int eosId() {
    return eosId;
  }

  int padId() {
    return padId;
  }

  /** The precompiled charsmap, empty for none. */
  byte[] charsmap() {
    return charsmap;
  }

  boolean addDummyPrefix() {
    return addDummyPrefix;
  }

  boolean removeExtraWhitespaces() {
    return removeExtraWhitespaces;
  }

  boolean escapeWhitespaces() {
    return escapeWhitespaces;
  }

  private ModelFormatException wrong(String problem) {
    return new ModelFormatException(
        source + ": the SentencePiece model " + problem + "; obtain the file again");
  }
}
