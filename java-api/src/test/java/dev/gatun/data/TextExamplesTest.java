// SPDX-License-Identifier: Apache-2.0
package dev.gatun.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.tokenizer.Tokenizer;
import dev.gatun.tokenizer.Tokenizers;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class TextExamplesTest {
  private static Tokenizer words;
  private static Tokenizer bytes;

  @BeforeAll
  static void open() {
    Path folder = Path.of(System.getProperty("gatun.golden"), "tokenizers");
    words = Tokenizers.fromFolder(folder.resolve("wordpiece-uncased"));
    bytes = Tokenizers.fromFolder(folder.resolve("byte-bpe-gpt2"));
  }

  @AfterAll
  static void close() {
    words.close();
    bytes.close();
  }

  private static Row row(long line, Map<String, Object> values) {
    return new Row(Path.of("data.jsonl"), line, values);
  }

  @Test
  void classifiesTextsAndPairs() {
    LabelNames labels = new LabelNames(List.of("neg", "pos"));
    List<Row> rows =
        List.of(
            row(1, Map.of("text", "good film", "more", "see it", "label", "pos")),
            row(2, Map.of("text", "bad film", "more", "avoid", "label", "neg")));
    ExampleSet set =
        new TextExamples(words, 64).classification(rows, "text", null, "label", labels);
    assertArrayEquals(words.encode("good film").ids(), set.get(0).ids());
    assertArrayEquals(new int[] {1}, set.get(0).labels());
    assertArrayEquals(new int[] {0}, set.get(1).labels());
    ExampleSet pairs =
        new TextExamples(words, 64).classification(rows, "text", "more", "label", labels);
    assertArrayEquals(
        words.encodePair("good film", "see it", true).typeIds(), pairs.get(0).types());
    ExampleSet cut = new TextExamples(words, 3).classification(rows, "text", null, "label", labels);
    assertEquals(3, cut.get(0).ids().length);
  }

  @Test
  void reportsEveryRowThatDoesNotFit() {
    LabelNames labels = new LabelNames(List.of("neg", "pos"));
    List<Row> rows =
        List.of(
            row(1, Map.of("text", "a", "label", "pos")),
            row(2, Map.of("text", "b", "label", "positive")),
            row(5, Map.of("text", "c")));
    String message =
        assertThrows(
                DataException.class,
                () ->
                    new TextExamples(words, 64).classification(rows, "text", null, "label", labels))
            .getMessage();
    assertEquals(
        List.of(
            "data.jsonl:2: label: expected one of [neg, pos], got \"positive\"",
            "data.jsonl:5: label: expected a value, got no such field; the fields are [text]"),
        message.lines().toList());
    assertEquals(List.of("pos", "positive"), LabelNames.of(rows.subList(0, 2), "label").names());
  }

  @Test
  void labelsTheFirstTokenOfAWord() {
    LabelNames labels = new LabelNames(List.of("O", "B", "I"));
    List<String> texts = List.of("the", "unbelievably", "\uD83D\uDE00", "good");
    Row row = row(1, Map.of("words", texts, "tags", List.of("O", "B", "I", "B")));
    for (Tokenizer tokenizer : List.of(words, bytes)) {
      Example example =
          new TextExamples(tokenizer, 64)
              .tokenClassification(List.of(row), "words", "tags", labels)
              .get(0);
      int[] kept =
          java.util.Arrays.stream(example.labels()).filter(l -> l != Example.IGNORED).toArray();
      assertArrayEquals(new int[] {0, 1, 2, 1}, kept, tokenizer.description());
      assertEquals(example.ids().length, example.labels().length);
    }
    Row uneven = row(9, Map.of("words", texts, "tags", List.of("O")));
    String message =
        assertThrows(
                DataException.class,
                () ->
                    new TextExamples(words, 64)
                        .tokenClassification(List.of(uneven), "words", "tags", labels))
            .getMessage();
    assertEquals("data.jsonl:9: tags: expected 4 tags, one per word, got 1", message);
  }

  @Test
  void pairsHaveTheirPrefix() {
    Row row = row(1, Map.of("source", "a b", "target", "c"));
    Example example =
        new TextExamples(words, 64).pairs(List.of(row), "source", "target", "sum: ", 8).get(0);
    assertArrayEquals(words.encode("sum: a b").ids(), example.ids());
    assertArrayEquals(words.encode("c").ids(), example.target());
    assertEquals(example.ids().length + example.target().length, example.tokens());
  }

  @Test
  void documentsEndAndAreCut() {
    Row row = row(1, Map.of("text", "one two three four five six seven"));
    int end = bytes.specialTokens().eos();
    int[] whole = new TextExamples(bytes, 1000).tokens(List.of(row), "text").getFirst();
    assertEquals(end, whole[whole.length - 1]);
    ExampleSet set = new TextExamples(bytes, 5).documents(List.of(row), "text");
    assertTrue(set.size() > 1);
    int predicted = set.examples().stream().mapToInt(example -> example.ids().length - 1).sum();
    assertEquals(whole.length - 1, predicted);
  }
}
