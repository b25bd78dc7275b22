// SPDX-License-Identifier: Apache-2.0
package dev.gatun.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.data.Batching;
import dev.gatun.data.Example;
import dev.gatun.data.ExampleSet;
import dev.gatun.generate.GenerationConfig;
import dev.gatun.generate.Seq2SeqGenerator;
import dev.gatun.io.JsonConfig;
import dev.gatun.lora.LoraAdapter;
import dev.gatun.lora.LoraConfig;
import dev.gatun.nn.LoadOptions;
import dev.gatun.nn.Parameter;
import dev.gatun.nn.Seq2SeqModel;
import dev.gatun.nn.TrainableModel;
import dev.gatun.optim.AdamW;
import dev.gatun.optim.LearningRateSchedule;
import dev.gatun.tensor.Arithmetic;
import dev.gatun.tensor.Device;
import dev.gatun.train.Objective;
import dev.gatun.train.Trainer;
import dev.gatun.train.TrainerBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The four runs of docs/training-runs on small models and data made here, in seconds: each learns
 * what the large one is to learn.
 */
class TrainingRunsTest {
  private static Device device;

  @BeforeAll
  static void open() {
    device = Device.cpu();
  }

  @AfterAll
  static void close() {
    device.close();
  }

  private static TrainableModel create(String json) {
    LoadOptions options =
        LoadOptions.defaults()
            .withDevice(device)
            .withArithmetic(Arithmetic.F32)
            .withTrainable(true);
    JsonConfig config = JsonConfig.parse(Path.of("config.json"), json);
    return (TrainableModel) GatunModels.create(config, options, 1);
  }

  private static TrainerBuilder trainer(
      TrainableModel model, Objective objective, double rate, int batch, int steps) {
    return Trainer.builder(model, objective)
        .optimizer(AdamW.withLearningRate(rate))
        .schedule(LearningRateSchedule.linear().withWarmup(20))
        .batching(Batching.sequences(batch))
        .evaluateEvery(steps)
        .steps(steps)
        .seed(1);
  }

  private static ExampleSet part(List<Example> examples, int from, int to) {
    return new ExampleSet(examples.subList(from, to));
  }

  // Praise or blame: a denied word of praise is blame, so that no bag of words tells them apart.

  private static final int WORDS = 40;
  private static final int NOT = 4;
  private static final int VERY = 5;
  private static final int GOOD = 6;
  private static final int BAD = 9;
  private static final int PLAIN = 12;

  private static List<Example> reviews(int count) {
    Random random = new Random(5);
    List<Example> reviews = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int[] ids = new int[8 + random.nextInt(4)];
      ids[0] = 2;
      for (int t = 1; t < ids.length; t++) {
        ids[t] = PLAIN + random.nextInt(WORDS - PLAIN);
      }
      boolean denied = random.nextBoolean();
      boolean good = random.nextBoolean();
      int at = 1 + random.nextInt(ids.length - 2);
      ids[at] = denied ? NOT : VERY;
      ids[at + 1] = (good ? GOOD : BAD) + random.nextInt(3);
      reviews.add(Example.labelled(ids, null, denied == good ? 0 : 1));
    }
    return reviews;
  }

  /** The accuracy of logistic regression on the numbers of each word. */
  private static double bagOfWords(List<Example> train, List<Example> test) {
    double[] weights = new double[WORDS];
    for (int pass = 0; pass < 20; pass++) {
      for (Example example : train) {
        double error = example.labels()[0] - 1 / (1 + Math.exp(-score(weights, example)));
        for (int word : example.ids()) {
          weights[word] += 0.02 * error;
        }
      }
    }
    long right =
        test.stream()
            .filter(example -> (score(weights, example) > 0 ? 1 : 0) == example.labels()[0])
            .count();
    return (double) right / test.size();
  }

  private static double score(double[] weights, Example example) {
    return Arrays.stream(example.ids()).mapToDouble(word -> weights[word]).sum();
  }

  @Test
  void anEncoderReadsMoreThanABagOfWords() {
    List<Example> all = reviews(2200);
    double baseline = bagOfWords(all.subList(0, 2000), all.subList(2000, 2200));
    try (TrainableModel model =
        create(
            """
            {"model_type": "bert", "architectures": ["BertForSequenceClassification"],
             "vocab_size": 40, "hidden_size": 32, "num_hidden_layers": 2,
             "num_attention_heads": 2, "intermediate_size": 64, "hidden_act": "gelu",
             "max_position_embeddings": 16, "type_vocab_size": 2, "layer_norm_eps": 1e-12,
             "pad_token_id": 0, "hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0,
             "initializer_range": 0.1, "num_labels": 2}\
            """)) {
      double accuracy =
          trainer(model, Objective.sequenceClassification(2), 3e-3, 32, 400)
              .build()
              .fit(part(all, 0, 2000), part(all, 2000, 2200))
              .evaluation()
              .orElseThrow()
              .measures()
              .get("accuracy");
      assertTrue(baseline < 0.65, () -> "a bag of words has " + baseline);
      assertTrue(accuracy > baseline + 0.05 && accuracy > 0.9, () -> "accuracy " + accuracy);
    }
  }

  // A decoder of letters.

  private static final int LETTERS = 96;

  /** The project's own documents, as printable ASCII in pieces. */
  private static List<Example> text() throws IOException {
    StringBuilder text = new StringBuilder();
    for (String name : List.of("training.md", "library.md", "cli.md")) {
      text.append(Files.readString(Path.of("..", "docs", name), StandardCharsets.UTF_8));
    }
    return pieces(text.toString(), 64);
  }

  private static List<Example> pieces(String text, int length) {
    int[] ids = text.chars().map(c -> c >= ' ' && c < 127 ? c - ' ' : LETTERS - 1).toArray();
    List<Example> pieces = new ArrayList<>();
    for (int at = 0; at + length <= ids.length; at += length) {
      pieces.add(Example.of(Arrays.copyOfRange(ids, at, at + length)));
    }
    return pieces;
  }

  /** Bits of nothing but how often each letter stands there, in nats. */
  private static double entropy(List<Example> pieces) {
    double[] counts = new double[LETTERS];
    double total = 0;
    for (Example piece : pieces) {
      for (int id : piece.ids()) {
        counts[id]++;
        total++;
      }
    }
    double sum = 0;
    for (double count : counts) {
      sum -= count == 0 ? 0 : count / total * Math.log(count / total);
    }
    return sum;
  }

  private static TrainableModel decoder() {
    return create(
        """
        {"model_type": "llama", "architectures": ["LlamaForCausalLM"], "vocab_size": 96,
         "hidden_size": 64, "intermediate_size": 160, "num_hidden_layers": 2,
         "num_attention_heads": 2, "num_key_value_heads": 1, "max_position_embeddings": 64,
         "rms_norm_eps": 1e-5, "hidden_act": "silu", "tie_word_embeddings": true,
         "initializer_range": 0.05}\
        """);
  }

  @Test
  void aDecoderKnowsMoreThanTheFrequencyOfLetters() throws IOException {
    List<Example> pieces = text();
    Collections.shuffle(pieces, new Random(3));
    int held = pieces.size() / 10;
    try (TrainableModel model = decoder()) {
      double loss =
          trainer(model, Objective.nextToken(), 5e-3, 16, 150)
              .build()
              .fit(part(pieces, held, pieces.size()), part(pieces, 0, held))
              .evaluation()
              .orElseThrow()
              .measures()
              .get("loss");
      double bound = 0.85 * entropy(pieces);
      assertTrue(loss < bound, () -> "loss " + loss + ", expected below " + bound);
    }
  }

  // An adapter for another language: the same text, its letters exchanged.

  private static List<Example> exchanged(List<Example> pieces) {
    return pieces.stream()
        .map(
            piece -> Example.of(Arrays.stream(piece.ids()).map(id -> (id + 7) % LETTERS).toArray()))
        .toList();
  }

  @Test
  void anAdapterLowersThePerplexityOfItsDomain() throws IOException {
    List<Example> pieces = text();
    Collections.shuffle(pieces, new Random(3));
    int held = pieces.size() / 10;
    ExampleSet base = part(pieces, held, pieces.size());
    ExampleSet domain = part(exchanged(pieces), held, pieces.size());
    ExampleSet test = part(exchanged(pieces), 0, held);
    try (TrainableModel model = decoder()) {
      trainer(model, Objective.nextToken(), 5e-3, 16, 60).build().fit(base);
      List<float[]> frozen = values(model.parameters());
      try (LoraAdapter adapter =
          LoraAdapter.create(model, LoraConfig.defaults().withTargets(LoraConfig.ALL_LINEAR), 1)) {
        adapter.attach();
        Trainer trainer =
            trainer(model, Objective.nextToken(), 1e-2, 16, 60)
                .trainable(adapter.parameters())
                .build();
        double before = trainer.evaluate(test).measures().get("perplexity");
        Map<String, Double> after = trainer.fit(domain, test).evaluation().orElseThrow().measures();
        assertTrue(after.get("perplexity") < before / 2, () -> before + " before, after " + after);
        List<float[]> now = values(model.parameters());
        for (int i = 0; i < frozen.size(); i++) {
          assertTrue(Arrays.equals(frozen.get(i), now.get(i)), "the base is as it was");
        }
        adapter.detach();
        double without =
            trainer(model, Objective.nextToken(), 1e-2, 16, 1)
                .build()
                .evaluate(test)
                .measures()
                .get("perplexity");
        assertEquals(before, without, 1e-6 * before);
      }
    }
  }

  private static List<float[]> values(List<Parameter> parameters) {
    return parameters.stream().map(parameter -> parameter.values().toFloatArray()).toList();
  }

  // Dates into ISO form.

  private static final int END = 1;
  private static final String SIGNS = "0123456789-./ ,JFMASONDabceghilmnoprstuvy";

  private static int[] written(String text) {
    int[] ids = new int[text.length() + 1];
    for (int i = 0; i < text.length(); i++) {
      ids[i] = 2 + SIGNS.indexOf(text.charAt(i));
    }
    ids[text.length()] = END;
    return ids;
  }

  private static Example date(LocalDate day, int form) {
    int[] numbers = {day.getDayOfMonth(), day.getMonthValue(), day.getYear()};
    String source =
        switch (form) {
          case 0 -> numbers[0] + "." + numbers[1] + "." + numbers[2];
          case 1 -> numbers[2] + "/" + numbers[1] + "/" + numbers[0];
          default -> {
            String name = day.getMonth().toString();
            String month = name.charAt(0) + name.substring(1, 3).toLowerCase(Locale.ROOT);
            yield month + " " + numbers[0] + ", " + numbers[2];
          }
        };
    return Example.pair(written(source), written(day.toString()));
  }

  @Test
  void anEncoderDecoderWritesDates() {
    List<Example> dates = new ArrayList<>();
    Random random = new Random(7);
    LocalDate first = LocalDate.of(1900, 1, 1);
    List<Integer> days = new ArrayList<>(IntStream.range(0, 36500).boxed().toList());
    Collections.shuffle(days, random);
    for (int day : days.subList(0, 8100)) {
      dates.add(date(first.plusDays(day), random.nextInt(3)));
    }
    try (TrainableModel model =
        create(
            """
            {"model_type": "t5", "architectures": ["T5ForConditionalGeneration"],
             "vocab_size": 44, "d_model": 64, "d_kv": 16, "d_ff": 128, "num_heads": 4,
             "num_layers": 2, "num_decoder_layers": 2, "feed_forward_proj": "gated-gelu",
             "tie_word_embeddings": true, "relative_attention_num_buckets": 16,
             "relative_attention_max_distance": 32, "dropout_rate": 0.0,
             "layer_norm_epsilon": 1e-6, "initializer_factor": 1.0, "is_encoder_decoder": true,
             "decoder_start_token_id": 0, "pad_token_id": 0, "eos_token_id": 1}\
            """)) {
      trainer(model, Objective.sequenceToSequence(0), 4e-3, 32, 600)
          .build()
          .fit(part(dates, 100, dates.size()));
      int right = 0;
      try (Seq2SeqGenerator generator = new Seq2SeqGenerator((Seq2SeqModel) model)) {
        GenerationConfig greedy =
            GenerationConfig.greedy().maxNewTokens(12).toBuilder().eosTokens(List.of(END)).build();
        for (Example example : dates.subList(0, 100)) {
          int[] answer = generator.generate(example.ids(), greedy);
          int[] wanted = example.target();
          int length = answer.length > 0 && answer[answer.length - 1] == END ? wanted.length : 10;
          right += Arrays.equals(Arrays.copyOf(wanted, length), answer) ? 1 : 0;
        }
      }
      int exact = right;
      assertTrue(exact >= 70, () -> exact + " of 100 dates are right");
    }
  }
}
