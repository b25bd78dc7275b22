// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer;

import dev.gatun.io.UnsupportedModelException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/**
 * The splitting rules that {@code tokenizer.ggml.pre} names. Each list of expressions is applied in
 * turn, then what remains is mapped to bytes.
 *
 * @param patterns expressions applied in turn
 * @param gpt2 whether GPT-2's expression comes last
 * @param ignoreMerges whether a word that is a token stays whole
 * @param addsBos whether a begin token is added when the file does not say
 */
record GgufPreTokenizers(
    List<String> patterns, boolean gpt2, boolean ignoreMerges, boolean addsBos) {

  private static final Map<String, GgufPreTokenizers> BY_NAME = byName();

  /** The rules of a name; null stands for files older than the key. */
  static GgufPreTokenizers of(String source, String pre) {
    GgufPreTokenizers rules = BY_NAME.get(pre == null ? "default" : pre);
    if (rules == null) {
      throw new UnsupportedModelException(
          source
              + ": tokenizer.ggml.pre is "
              + Texts.quote(pre)
              + ", expected one of "
              + BY_NAME.keySet()
              + "; use another model");
    }
    return rules;
  }

  JsonNode preTokenizer() {
    List<JsonNode> parts = new ArrayList<>();
    patterns.forEach(pattern -> parts.add(DocumentParts.split(pattern)));
    parts.add(DocumentParts.byteLevel(false, true, gpt2));
    return DocumentParts.preTokenizers(parts);
  }

  private static Map<String, GgufPreTokenizers> byName() {
    Map<String, GgufPreTokenizers> map = new TreeMap<>();
    put(map, rules(SplitPatterns.GGUF_DEFAULT, false), "default");
    put(
        map,
        rules(List.of(), true),
        "gpt-2",
        "phi-2",
        "jina-es",
        "jina-de",
        "jina-v2-es",
        "jina-v2-de",
        "jina-v2-code",
        "gigachat",
        "mpt",
        "olmo",
        "jais",
        "trillion",
        "granite-docling",
        "roberta-bpe",
        "exaone4");
    put(
        map,
        rules(List.of(SplitPatterns.DIGIT), true),
        "smollm",
        "starcoder",
        "refact",
        "command-r",
        "codeshell",
        "exaone",
        "minerva-7b");
    put(
        map,
        new GgufPreTokenizers(List.of(SplitPatterns.LLAMA3), false, true, true),
        "llama3",
        "llama-v3",
        "llama-bpe",
        "falcon3",
        "falcon-h1",
        "pixtral",
        "midm-2.0",
        "lfm2");
    put(map, rules(List.of(SplitPatterns.QWEN35), false), "qwen35");
    put(
        map,
        rules(List.of(SplitPatterns.QWEN2), false), // GGUF readers do not apply Qwen's form C
        "qwen2",
        "deepseek-r1-qwen",
        "stablelm2",
        "hunyuan",
        "megrez");
    put(map, rules(List.of(SplitPatterns.O200K), false), "gpt-4o", "llama4");
    put(map, new GgufPreTokenizers(List.of(SplitPatterns.TEKKEN), false, true, true), "tekken");
    put(
        map,
        rules(
            List.of(
                SplitPatterns.UP_TO_THREE_DIGITS, SplitPatterns.CJK_RUN, SplitPatterns.DEEPSEEK3),
            false),
        "deepseek-v3");
    return map;
  }

  private static GgufPreTokenizers rules(List<String> patterns, boolean gpt2) {
    return new GgufPreTokenizers(patterns, gpt2, false, false);
  }

  private static void put(
      Map<String, GgufPreTokenizers> map, GgufPreTokenizers rules, String... names) {
    for (String name : names) {
      map.put(name, rules);
    }
  }
}
