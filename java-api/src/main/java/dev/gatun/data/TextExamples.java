// SPDX-License-Identifier: Apache-2.0
package dev.gatun.data;

import dev.gatun.tokenizer.EncodeOptions;
import dev.gatun.tokenizer.Encoding;
import dev.gatun.tokenizer.Tokenizer;
import dev.gatun.tokenizer.Truncation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Turns rows into examples with a model's tokenizer. Texts are cut at a length where the objective
 * bears it; what the data get wrong is a {@link DataException} with file and line, for all rows at
 * once. Does not own the tokenizer.
 */
public final class TextExamples {
  private final Tokenizer tokenizer;
  private final int maxLength;

  /**
   * With a length at which texts are cut, special tokens included.
   *
   * @param maxLength at most the positions of the model
   */
  public TextExamples(Tokenizer tokenizer, int maxLength) {
    if (maxLength < 2) {
      throw new IllegalArgumentException(
          "examples: maxLength is " + maxLength + ", expected at least 2");
    }
    this.tokenizer = tokenizer;
    this.maxLength = maxLength;
  }

  /** Makes the example of a row, or throws. */
  private interface Maker {
    Example of(Row row);
  }

  private static ExampleSet collect(List<Row> rows, Maker maker) {
    List<Example> examples = new ArrayList<>(rows.size());
    Problems problems = new Problems();
    for (Row row : rows) {
      try {
        examples.add(maker.of(row));
      } catch (DataException e) {
        problems.add(e.getMessage());
      }
    }
    problems.raise();
    return new ExampleSet(examples);
  }

  /**
   * Sequences with a class.
   *
   * @param text field of the text
   * @param second field of a second text, or null
   * @param label field of the class's name
   */
  public ExampleSet classification(
      List<Row> rows, String text, String second, String label, LabelNames labels) {
    return collect(
        rows,
        row -> {
          int id = labelOf(row, label, row.text(label), labels);
          Encoding encoding = encode(row.text(text), second == null ? null : row.text(second));
          return Example.labelled(nonEmpty(row, text, encoding.ids()), encoding.typeIds(), id);
        });
  }

  /**
   * Words with a tag each; the first token of a word carries its tag.
   *
   * @param words field of the list of words
   * @param tags field of the list of tags, as many as words
   */
  public ExampleSet tokenClassification(
      List<Row> rows, String words, String tags, LabelNames labels) {
    return collect(
        rows,
        row -> {
          List<String> texts = row.texts(words);
          List<String> names = row.texts(tags);
          if (texts.size() != names.size()) {
            throw row.error(tags, texts.size() + " tags, one per word, got " + names.size());
          }
          int[] ids = new int[names.size()];
          for (int i = 0; i < ids.length; i++) {
            ids[i] = labelOf(row, tags, names.get(i), labels);
          }
          Encoding encoding = encode(String.join(" ", texts), null);
          int[] tokens = nonEmpty(row, words, encoding.ids());
          return new Example(
              tokens, encoding.typeIds(), WordLabels.align(texts, ids, encoding), null);
        });
  }

  /**
   * Sources with what is to be written; both end with the tokenizer's own special tokens.
   *
   * @param prefix put before every source, such as "summarize: "
   * @param maxTarget the most tokens of a target
   */
  public ExampleSet pairs(
      List<Row> rows, String source, String target, String prefix, int maxTarget) {
    Truncation cut = Truncation.toLength(maxTarget);
    return collect(
        rows,
        row -> {
          int[] ids = encode(prefix + row.text(source), null).ids();
          int[] written = encode(row.text(target), null, cut).ids();
          return Example.pair(nonEmpty(row, source, ids), nonEmpty(row, target, written));
        });
  }

  /**
   * Documents, one per row, cut into pieces that fit: {@link Packing#cut}. Each ends with the
   * tokenizer's end token, where it has one.
   */
  public ExampleSet documents(List<Row> rows, String text) {
    List<Example> examples = new ArrayList<>();
    for (int[] document : tokens(rows, text)) {
      for (int[] piece : Packing.cut(document, maxLength)) {
        if (piece.length > 1) {
          examples.add(Example.of(piece));
        }
      }
    }
    return new ExampleSet(examples);
  }

  /**
   * The ids of each row's text, from the beginning-of-sequence token, where the tokenizer adds one,
   * to the end-of-sequence token, where it has one.
   */
  public List<int[]> tokens(List<Row> rows, String text) {
    Integer end = tokenizer.specialTokens().eos();
    List<int[]> documents = new ArrayList<>();
    Problems problems = new Problems();
    for (Row row : rows) {
      try {
        int[] ids = tokenizer.encodeIds(row.text(text), true);
        boolean open = end != null && (ids.length == 0 || ids[ids.length - 1] != end);
        int[] document = open ? Arrays.copyOf(ids, ids.length + 1) : ids;
        if (open) {
          document[ids.length] = end;
        }
        documents.add(document);
      } catch (DataException e) {
        problems.add(e.getMessage());
      }
    }
    problems.raise();
    return documents;
  }

  private static int labelOf(Row row, String field, String name, LabelNames labels) {
    int id = labels.idOf(name);
    if (id < 0) {
      throw row.error(field, "one of " + labels.names() + ", got \"" + name + "\"");
    }
    return id;
  }

  private static int[] nonEmpty(Row row, String field, int[] ids) {
    if (ids.length == 0) {
      throw row.error(field, "a text with at least one token, got none");
    }
    return ids;
  }

  private Encoding encode(String text, String second) {
    return encode(text, second, Truncation.toLength(maxLength));
  }

  private Encoding encode(String text, String second, Truncation truncation) {
    return tokenizer
        .encodeBatch(
            List.of(text),
            second == null ? null : List.of(second),
            new EncodeOptions(true, truncation, null))
        .getFirst();
  }
}
