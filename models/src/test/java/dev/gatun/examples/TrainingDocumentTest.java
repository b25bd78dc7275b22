// SPDX-License-Identifier: Apache-2.0
package dev.gatun.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.data.LabelNames;
import dev.gatun.io.JsonConfig;
import dev.gatun.io.ModelFiles;
import dev.gatun.nn.CausalModel;
import dev.gatun.nn.LoadOptions;
import dev.gatun.nn.Model;
import dev.gatun.nn.ModelLoader;
import dev.gatun.nn.SequenceBatch;
import dev.gatun.nn.TaskModel;
import dev.gatun.tensor.Context;
import dev.gatun.tokenizer.Tokenizer;
import dev.gatun.tokenizer.Tokenizers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The examples of docs/training.md: each trains, saves, and what it saved is loaded and answers.
 */
final class TrainingDocumentTest {
  private static final List<String> GOOD = List.of("good", "fine", "great", "lovely");
  private static final List<String> BAD = List.of("bad", "poor", "awful", "boring");

  @TempDir private Path folder;

  private static Path tokenizers(String name) {
    return Path.of(System.getProperty("gatun.golden"), "tokenizers", name);
  }

  private static void copyTokenizer(String name, Path to) throws IOException {
    try (var files = Files.list(tokenizers(name))) {
      for (Path file : files.filter(f -> !f.endsWith("cases.json")).toList()) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
  }

  private static int vocabulary(Path base) {
    try (Tokenizer tokenizer = Tokenizers.fromFolder(base)) {
      return tokenizer.vocabSize();
    }
  }

  private static String text(int i, List<String> words) {
    return "the film number " + i + " was " + words.get(i % words.size()) + " to see";
  }

  @Test
  void theClassifierAnswers() throws Exception {
    Path base = Files.createDirectory(folder.resolve("base"));
    copyTokenizer("wordpiece-uncased", base);
    JsonConfig config =
        JsonConfig.parse(
            base.resolve("config.json"),
            "{\"model_type\": \"bert\", \"architectures\": [\"BertModel\"], \"hidden_size\": 32,"
                + " \"num_hidden_layers\": 2, \"num_attention_heads\": 4, \"intermediate_size\":"
                + " 64, \"max_position_embeddings\": 64, \"vocab_size\": "
                + vocabulary(base)
                + "}");
    try (Model encoder = ModelLoader.create(config, LoadOptions.defaults(), 5)) {
      encoder.save(base);
    }
    StringBuilder csv = new StringBuilder("text,label\n");
    for (int i = 0; i < 100; i++) {
      csv.append(text(i, GOOD)).append(",pos\n").append(text(i, BAD)).append(",neg\n");
    }
    Path data = Files.writeString(folder.resolve("reviews.csv"), csv);
    Path saved = folder.resolve("classifier");
    String example = Documents.examples("docs/training.md").get(0);
    assertTrue(example.contains("(5e-5)"), "the usual rate for a trained encoder");
    // This one is small and knows nothing yet.
    Documents.compile(
        example.replace("(5e-5)", "(1e-2)").replace("epochs(3)", "epochs(6)"), folder);
    String said =
        Documents.run(
            folder,
            base.toString(),
            data.toString(),
            saved.toString(),
            folder.resolve("run").toString());
    assertTrue(said.contains("complete after 72 steps"), said);
    assertTrue(Files.exists(folder.resolve("run/loss.svg")));
    int right = 0;
    try (ModelFiles files = ModelFiles.open(saved);
        Tokenizer tokenizer = Tokenizers.fromFolder(saved);
        TaskModel model = (TaskModel) ModelLoader.load(files, LoadOptions.defaults());
        Context context = model.newContext()) {
      LabelNames labels = new LabelNames(List.of("neg", "pos"));
      assertEquals("pos", files.config().requireNested("id2label").requireString("1"));
      for (int i = 200; i < 220; i++) {
        for (List<String> words : List.of(GOOD, BAD)) {
          int[] ids = tokenizer.encode(text(i, words)).ids();
          float[] scores =
              model.outputs(context, SequenceBatch.of(context, ids)).get("logits").toFloatArray();
          String answer = labels.nameOf(scores[1] > scores[0] ? 1 : 0);
          right += answer.equals(words == GOOD ? "pos" : "neg") ? 1 : 0;
        }
      }
    }
    assertTrue(right >= 38, right + " of 40 are right");
  }

  @Test
  void theLanguageModelContinues() throws Exception {
    Path base = Files.createDirectory(folder.resolve("base"));
    copyTokenizer("byte-bpe-gpt2", base);
    Files.writeString(
        base.resolve("config.json"),
        "{\"model_type\": \"gpt2\", \"architectures\": [\"GPT2LMHeadModel\"], \"n_embd\": 32,"
            + " \"n_layer\": 2, \"n_head\": 2, \"n_positions\": 64, \"resid_pdrop\": 0.0,"
            + " \"embd_pdrop\": 0.0, \"attn_pdrop\": 0.0, \"vocab_size\": "
            + vocabulary(base)
            + "}");
    Path data = folder.resolve("text.txt");
    Files.writeString(data, "one two three four five six seven eight nine ten\n".repeat(2500));
    Path saved = folder.resolve("model");
    Documents.compile(Documents.examples("docs/training.md").get(1), folder);
    String said = Documents.run(folder, base.toString(), data.toString(), saved.toString());
    assertTrue(said.contains("activations") && said.contains("complete after"), said);
    try (ModelFiles files = ModelFiles.open(saved);
        Tokenizer tokenizer = Tokenizers.fromFolder(saved);
        CausalModel model = (CausalModel) ModelLoader.load(files, LoadOptions.defaults());
        Context context = model.newContext()) {
      int[] ids = tokenizer.encodeIds("one two three four five six seven", false);
      SequenceBatch batch = SequenceBatch.of(context, ids);
      int[] last = {ids.length - 1};
      float[] scores =
          model.logits(context, model.hidden(context, batch), context.indices(last)).toFloatArray();
      int best = 0;
      for (int i = 1; i < scores.length; i++) {
        best = scores[i] > scores[best] ? i : best;
      }
      int expected = tokenizer.encodeIds(" eight", false)[0];
      assertEquals(tokenizer.tokenOf(expected), tokenizer.tokenOf(best));
    }
  }
}
