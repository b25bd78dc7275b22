// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Cuts encodings, puts special tokens around them and fills them up, with the semantics of the
 * reference tokenizers: texts are cut before special tokens are added, and every piece that was cut
 * off gets the special tokens too.
 */
final class EncodingAssembly {
  /** A pair of long texts cut into small pieces overflows into every combination of pieces. */
  private static final long MAX_OVERFLOWING = 1 << 16;

  private EncodingAssembly() {}

  /**
   * Cuts the texts to what remains beside the special tokens.
   *
   * @param texts one or two encodings without special tokens; replaced in place
   * @param added number of special tokens
   */
  static void truncate(Encoding[] texts, Truncation truncation, int added) {
    int room = truncation.maxLength() - added;
    if (room < 0) {
      throw new IllegalArgumentException(
          "truncation to "
              + truncation.maxLength()
              + " tokens leaves no room for the "
              + added
              + " special tokens; raise maxLength");
    }
    int total = Arrays.stream(texts).mapToInt(Encoding::length).sum();
    if (total <= room) {
      return;
    }
    switch (truncation.strategy()) {
      case LONGEST_FIRST -> {
        if (texts.length == 1) {
          texts[0] = cut(texts[0], room, truncation);
        } else {
          int[] lengths = longestFirst(texts[0].length(), texts[1].length(), room);
          texts[0] = cut(texts[0], lengths[0], truncation);
          texts[1] = cut(texts[1], lengths[1], truncation);
        }
      }
      case ONLY_FIRST -> texts[0] = cutAlone(texts[0], total - room, truncation, "first");
      case ONLY_SECOND -> {
        if (texts.length == 1) {
          throw new IllegalArgumentException(
              "truncation ONLY_SECOND needs pairs of texts; use ONLY_FIRST or LONGEST_FIRST");
        }
        texts[1] = cutAlone(texts[1], total - room, truncation, "second");
      }
    }
  }

  /** The lengths to which two texts are cut when the longer one gives way first. */
  private static int[] longestFirst(int first, int second, int room) {
    boolean swap = first > second;
    int shorter = Math.min(first, second);
    int longer = shorter > room ? shorter : Math.max(shorter, room - shorter);
    if (shorter + longer > room) {
      shorter = room / 2;
      longer = shorter + room % 2;
    }
    return swap ? new int[] {longer, shorter} : new int[] {shorter, longer};
  }

  private static Encoding cutAlone(
      Encoding text, int toRemove, Truncation truncation, String which) {
    if (text.length() <= toRemove) {
      throw new IllegalArgumentException(
          "truncation: the "
              + which
              + " text has "
              + text.length()
              + " tokens, too few to remove "
              + toRemove
              + "; raise maxLength or use LONGEST_FIRST");
    }
    return cut(text, text.length() - toRemove, truncation);
  }

  private static Encoding cut(Encoding text, int length, Truncation truncation) {
    int n = text.length();
    if (n <= length) {
      return text;
    }
    if (length == 0) {
      return slice(text, 0, 0, List.of(text));
    }
    if (truncation.stride() >= length) {
      throw new IllegalArgumentException(
          "truncation: stride "
              + truncation.stride()
              + " must be smaller than the "
              + length
              + " tokens left for one text; lower the stride or raise maxLength");
    }
    int step = length - truncation.stride();
    List<Encoding> pieces = new ArrayList<>();
    boolean right = truncation.direction() == Side.RIGHT;
    for (int i = 0; ; i += step) {
      int start = right ? i : Math.max(0, n - i - length);
      int end = right ? Math.min(n, i + length) : n - i;
      pieces.add(slice(text, start, end, List.of()));
      if (right ? end == n : start == 0) {
        break;
      }
    }
    Encoding kept = pieces.getFirst();
    return slice(kept, 0, kept.length(), pieces.subList(1, pieces.size()));
  }

  private static Encoding slice(Encoding text, int start, int end, List<Encoding> overflowing) {
    return new Encoding(
        Arrays.copyOfRange(text.ids(), start, end),
        Arrays.copyOfRange(text.tokenArray(), start, end),
        Arrays.copyOfRange(text.offsetArray(), 2 * start, 2 * end),
        Arrays.copyOfRange(text.typeIds(), start, end),
        Arrays.copyOfRange(text.specialTokensMask(), start, end),
        Arrays.copyOfRange(text.attentionMask(), start, end),
        overflowing);
  }

  /** Fills a template with texts; special tokens only if asked for. */
  static Encoding fill(List<PostProcessor.Piece> template, Encoding[] texts, boolean special) {
    long combinations = 1;
    for (Encoding text : texts) {
      combinations *= 1 + text.overflowing().size();
    }
    if (combinations > MAX_OVERFLOWING) {
      throw new IllegalArgumentException(
          "truncation cuts the texts into "
              + combinations
              + " overlapping pieces, expected at most "
              + MAX_OVERFLOWING
              + "; raise maxLength or lower the stride");
    }
    Encoding main = null;
    List<Encoding> overflowing = List.of();
    for (PostProcessor.Piece piece : template) {
      Encoding next = encoding(piece, texts, special);
      if (next == null) {
        continue;
      }
      if (main == null) {
        main = next;
        overflowing = typed(next.overflowing(), piece.typeId());
        continue;
      }
      List<Encoding> cutOff = typed(next.overflowing(), piece.typeId());
      List<Encoding> merged = new ArrayList<>();
      for (Encoding earlier : overflowing) {
        merged.add(join(earlier, next));
        cutOff.forEach(part -> merged.add(join(earlier, part)));
      }
      for (Encoding part : cutOff) {
        merged.add(join(main, part));
      }
      main = join(main, next);
      overflowing = merged;
    }
    return slice(main, 0, main.length(), overflowing);
  }

  private static List<Encoding> typed(List<Encoding> parts, int typeId) {
    return parts.stream().map(part -> withTypeId(part, typeId)).toList();
  }

  private static Encoding encoding(PostProcessor.Piece piece, Encoding[] texts, boolean special) {
    return switch (piece) {
      case PostProcessor.Piece.Text text -> withTypeId(texts[text.index()], text.typeId());
      case PostProcessor.Piece.Special token ->
          !special
              ? null
              : new Encoding(
                  new int[] {token.id()},
                  new String[] {token.token()},
                  new int[2],
                  new int[] {token.typeId()},
                  new int[] {1},
                  new int[] {1},
                  List.of());
    };
  }

  private static Encoding withTypeId(Encoding text, int typeId) {
    int[] typeIds = new int[text.length()];
    Arrays.fill(typeIds, typeId);
    return new Encoding(
        text.ids(),
        text.tokenArray(),
        text.offsetArray(),
        typeIds,
        text.specialTokensMask(),
        text.attentionMask(),
        text.overflowing());
  }

  private static Encoding join(Encoding a, Encoding b) {
    String[] tokens = Arrays.copyOf(a.tokenArray(), a.length() + b.length());
    System.arraycopy(b.tokenArray(), 0, tokens, a.length(), b.length());
    return new Encoding(
        join(a.ids(), b.ids()),
        tokens,
        join(a.offsetArray(), b.offsetArray()),
        join(a.typeIds(), b.typeIds()),
        join(a.specialTokensMask(), b.specialTokensMask()),
        join(a.attentionMask(), b.attentionMask()),
        List.of());
  }

  private static int[] join(int[] a, int[] b) {
    int[] joined = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, joined, a.length, b.length);
    return joined;
  }

  /** Fills the encodings of a batch, and what was cut off them, to a common length. */
  static List<Encoding> pad(List<Encoding> batch, Padding padding) {
    int length = padding.length();
    if (length == 0) {
      length = batch.stream().mapToInt(Encoding::length).max().orElse(0);
    }
    int multiple = padding.padToMultipleOf();
    if (multiple > 0 && length % multiple > 0) {
      length = Math.addExact(length, multiple - length % multiple);
    }
    int target = length;
    return batch.stream().map(encoding -> pad(encoding, target, padding)).toList();
  }

  private static Encoding pad(Encoding encoding, int target, Padding padding) {
    List<Encoding> overflowing =
        encoding.overflowing().stream().map(part -> pad(part, target, padding)).toList();
    int missing = target - encoding.length();
    if (missing <= 0) {
      return slice(encoding, 0, encoding.length(), overflowing);
    }
    Encoding filling =
        new Encoding(
            filled(missing, padding.padId()),
            filled(missing, padding.padToken()),
            new int[2 * missing],
            filled(missing, padding.padTypeId()),
            filled(missing, 1),
            new int[missing],
            List.of());
    Encoding padded =
        padding.direction() == Side.LEFT ? join(filling, encoding) : join(encoding, filling);
    return slice(padded, 0, target, overflowing);
  }

  private static int[] filled(int n, int value) {
    int[] values = new int[n];
    Arrays.fill(values, value);
    return values;
  }

  private static String[] filled(int n, String value) {
    String[] values = new String[n];
    Arrays.fill(values, value);
    return values;
  }
}
