// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Threads, closing, streams and arguments. */
class TokenizerLifecycleTest {

  private static Tokenizer load(String folder) throws IOException {
    return Tokenizers.fromJson(
        Files.readAllBytes(
            Fixtures.root().resolve("tokenizers").resolve(folder).resolve("tokenizer.json")),
        folder);
  }

  @ParameterizedTest
  @ValueSource(strings = {"byte-bpe-gpt2", "wordpiece-uncased"})
  void manyThreadsOneTokenizer(String folder) throws Exception {
    try (Tokenizer tokenizer = load(folder);
        ExecutorService pool = Executors.newFixedThreadPool(4)) {
      String text = "The lock lifts the ship; don't wait, 12345.";
      int[] expected = tokenizer.encodeIds(text, true);
      List<Callable<int[]>> calls = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        calls.add(() -> tokenizer.encodeIds(text, true));
      }
      for (Future<int[]> result : pool.invokeAll(calls)) {
        assertArrayEquals(expected, result.get());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"byte-bpe-gpt2", "wordpiece-uncased"})
  void closesTwiceAndThenRefuses(String folder) throws IOException {
    Tokenizer tokenizer = load(folder);
    tokenizer.close();
    tokenizer.close();
    assertThrows(IllegalStateException.class, () -> tokenizer.encode("a"));
    assertThrows(IllegalStateException.class, () -> tokenizer.encodeIds("a", true));
    assertThrows(IllegalStateException.class, () -> tokenizer.decode(new int[] {1}, true));
  }

  @Test
  void streamsNeverSplitACharacter() throws IOException {
    try (Tokenizer tokenizer = load("byte-bpe-gpt2")) {
      int[] ids = tokenizer.encodeIds("a\ud83d\ude00b", false);
      StreamDecoder stream = tokenizer.streamDecoder(true);
      List<String> pieces = new ArrayList<>();
      for (int id : ids) {
        pieces.add(stream.push(id));
      }
      assertTrue(ids.length > 4, "the emoji must be several tokens for this test");
      assertEquals("a", pieces.getFirst());
      assertEquals("\ud83d\ude00", String.join("", pieces.subList(1, pieces.size() - 1)));
      assertTrue(pieces.stream().allMatch(p -> p.indexOf('\uFFFD') < 0 && Texts.isWellFormed(p)));
      assertEquals("", stream.finish());
      assertEquals("a", stream.push(ids[0]), "a finished stream begins again");
      stream.push(ids[1]);
      assertEquals("\uFFFD", stream.finish(), "what never became a character");
      assertThrows(IllegalArgumentException.class, () -> stream.push(517));
      assertThrows(IllegalArgumentException.class, () -> stream.push(-1));
    }
  }

  @Test
  void unpairedSurrogatesCountAsReplacementCharacters() throws IOException {
    for (String folder : List.of("byte-bpe-gpt2", "wordpiece-uncased")) {
      try (Tokenizer tokenizer = load(folder)) {
        assertArrayEquals(
            tokenizer.encodeIds("a\uFFFDb\uFFFD", true),
            tokenizer.encodeIds("a\ud800b\udc00", true));
      }
    }
  }

  @Test
  void refusesImpossibleTruncation() throws IOException {
    try (Tokenizer tokenizer = load("wordpiece-uncased")) {
      List<String> texts = List.of("the lock lifts the ship");
      assertThrows(
          IllegalArgumentException.class,
          () -> new Truncation(Truncation.Strategy.LONGEST_FIRST, 5, Side.RIGHT, 5));
      // Five tokens less two special ones leave three, which a stride of four cannot pass through.
      Truncation tooWide = new Truncation(Truncation.Strategy.LONGEST_FIRST, 5, Side.RIGHT, 4);
      String message =
          assertThrows(
                  IllegalArgumentException.class,
                  () -> tokenizer.encodeBatch(texts, null, new EncodeOptions(true, tooWide, null)))
              .getMessage();
      assertTrue(message.contains("stride"), message);
      assertThrows(
          IllegalArgumentException.class,
          () ->
              tokenizer.encodeBatch(
                  texts, null, new EncodeOptions(true, Truncation.toLength(1), null)));
      assertThrows(
          IllegalArgumentException.class,
          () -> tokenizer.encodeBatch(texts, List.of(), EncodeOptions.DEFAULT));
      assertThrows(
          IllegalArgumentException.class, () -> tokenizer.decode(new int[] {100_000}, true));
    }
  }

  @Test
  void knowsItsTokens() throws IOException {
    try (Tokenizer tokenizer = load("byte-bpe-llama3")) {
      int begin = tokenizer.idOf("<|begin_of_text|>");
      assertTrue(tokenizer.isSpecial(begin));
      assertFalse(tokenizer.isSpecial(5));
      assertEquals("<|begin_of_text|>", tokenizer.tokenOf(begin));
      assertEquals(-1, tokenizer.idOf("no such token"));
      assertEquals(begin, tokenizer.addedTokens().getFirst().id());
      assertEquals("byte-level BPE, 524 tokens", tokenizer.description());
    }
  }

  @Test
  void acceptsExpressionsOfBoundedWorkOnly() {
    for (String good :
        List.of(
            "\\p{N}",
            "[0-9]{1,3}",
            " ?\\p{L}+|\\s",
            "(?:ab|c)?x",
            "\\d(?=x)",
            "[\\r\\n]+|[^a-z]")) {
      assertTrue(SplitPatterns.isAccepted(good), good);
    }
    for (String bad :
        List.of(
            "",
            "(a+)+",
            "(a|aa)*",
            "a*a*b",
            "a**",
            "(",
            ")",
            "[",
            "[a",
            "\\",
            "a{1,2000}",
            "(?<x>a)",
            "(a)\\1",
            "((a))",
            "a{,}",
            "(?=a+)b",
            "[[a]]",
            "a".repeat(2000))) {
      assertFalse(SplitPatterns.isAccepted(bad), bad);
    }
  }
}
