// SPDX-License-Identifier: Apache-2.0
package dev.gatun.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.data.Batching;
import dev.gatun.data.DataException;
import dev.gatun.data.Example;
import dev.gatun.data.ExampleSet;
import dev.gatun.data.Masking;
import dev.gatun.io.ModelFiles;
import dev.gatun.io.UnsupportedModelException;
import dev.gatun.nn.LoadOptions;
import dev.gatun.nn.Parameter;
import dev.gatun.nn.TrainableModel;
import dev.gatun.optim.AdamW;
import dev.gatun.optim.LearningRateSchedule;
import dev.gatun.tensor.Arithmetic;
import dev.gatun.tensor.Device;
import dev.gatun.train.Objective;
import dev.gatun.train.Pretrained;
import dev.gatun.train.StepReport;
import dev.gatun.train.Trainer;
import dev.gatun.train.TrainingListener;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every objective on small models: it is learnt, and what is saved measures the same. */
class ObjectivesTest {
  private static final int EXAMPLES = 12;
  private static final int LENGTH = 10;
  private static Device device;

  @TempDir Path folder;

  @BeforeAll
  static void open() {
    device = Device.cpu();
  }

  @AfterAll
  static void close() {
    device.close();
  }

  private static LoadOptions options() {
    return LoadOptions.defaults().withDevice(device).withArithmetic(Arithmetic.F32);
  }

  private static TrainableModel load(Path path) {
    try (ModelFiles files = ModelFiles.open(path)) {
      return Pretrained.load(files, options());
    }
  }

  private static ExampleSet examples(Function<Integer, Example> maker) {
    return new ExampleSet(IntStream.range(0, EXAMPLES).boxed().map(maker).toList());
  }

  private static int[] tokens(int seed) {
    return Fixtures.tokens(LENGTH - seed % 4, 90, seed);
  }

  /** Learns a set by heart, saves, loads, measures again. */
  private Map<String, Double> learn(TrainableModel model, Objective objective, ExampleSet set) {
    List<Double> losses = new ArrayList<>();
    try (model) {
      Trainer trainer =
          Trainer.builder(model, objective)
              .optimizer(AdamW.withLearningRate(5e-3).withWeightDecay(0))
              .schedule(LearningRateSchedule.constant())
              .batching(Batching.sequences(6))
              .accumulation(2)
              .dropout(false)
              .epochs(60)
              .listener(
                  new TrainingListener() {
                    @Override
                    public void stepped(StepReport report) {
                      losses.add(report.loss());
                    }
                  })
              .build();
      Map<String, Double> learnt = trainer.fit(set, set).evaluation().orElseThrow().measures();
      assertTrue(
          losses.getLast() < losses.getFirst() / 3,
          () -> losses.getFirst() + " became " + losses.getLast());
      model.save(folder.resolve("saved"));
      try (TrainableModel saved = load(folder.resolve("saved"))) {
        Map<String, Double> again =
            Trainer.builder(saved, objective)
                .batching(Batching.sequences(6))
                .build()
                .evaluate(set)
                .measures();
        assertEquals(learnt, again, "what was saved is what was trained");
      }
      return learnt;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt2", "llama3", "smollm2"})
  void nextToken(String name) {
    ExampleSet set = examples(i -> Example.of(tokens(i)));
    Map<String, Double> measures = learn(load(Fixtures.golden(name)), Objective.nextToken(), set);
    assertTrue(measures.get("perplexity") < 5, measures.toString());
  }

  @Test
  void nextTokenOfAnswersOnly() {
    ExampleSet set =
        examples(i -> {
          int[] labels = tokens(i);
          Arrays.fill(labels, 0, 4, Example.IGNORED);
          return new Example(tokens(i), null, labels, null);
        });
    Map<String, Double> measures = learn(load(Fixtures.golden("gpt2")), Objective.nextToken(), set);
    assertTrue(measures.get("accuracy") > 0.9, measures.toString());
  }

  @Test
  void sequenceClassification() {
    ExampleSet set = examples(i -> Example.labelled(tokens(i), null, i % 3));
    Map<String, Double> measures =
        learn(
            load(Fixtures.golden("bert-sequence-classification")),
            Objective.sequenceClassification(3),
            set);
    assertEquals(1, measures.get("accuracy"));
    assertEquals(1, measures.get("macro_f1"));
  }

  private static TrainableModel withHead(String name, String architecture, int labels) {
    try (ModelFiles files = ModelFiles.open(Fixtures.golden(name))) {
      List<String> names = IntStream.range(0, labels).mapToObj(i -> "label " + i).toList();
      return Pretrained.withHead(files, architecture, names, options(), 1);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "gpt2, GPT2ForSequenceClassification",
    "llama3, LlamaForSequenceClassification",
    "qwen3, Qwen3ForSequenceClassification"
  })
  void sequenceClassificationByADecoder(String name, String architecture) {
    ExampleSet set = examples(i -> Example.labelled(tokens(i), null, i % 3));
    Map<String, Double> measures =
        learn(withHead(name, architecture, 3), Objective.sequenceClassification(3), set);
    assertEquals(1, measures.get("accuracy"));
  }

  @ParameterizedTest
  @CsvSource({"gpt2, GPT2ForTokenClassification", "llama3, LlamaForTokenClassification"})
  void tokenClassificationByADecoder(String name, String architecture) {
    ExampleSet set =
        examples(i -> {
          int[] labels = Arrays.stream(tokens(i)).map(token -> token % 5).toArray();
          return new Example(tokens(i), null, labels, null);
        });
    Map<String, Double> measures =
        learn(withHead(name, architecture, 5), Objective.tokenClassification(5), set);
    assertEquals(1, measures.get("accuracy"));
  }

  @Test
  void decodersWithOtherHeadsAreRefused() {
    assertTrue(
        assertThrows(
                UnsupportedModelException.class,
                () -> withHead("gpt2", "GPT2DoubleHeadsModelForSomething", 0))
            .getMessage()
            .endsWith("architecture GPT2DoubleHeadsModelForSomething is not supported"));
  }

  @Test
  void tokenClassification() {
    ExampleSet set =
        examples(i -> {
          int[] labels = Arrays.stream(tokens(i)).map(token -> token % 5).toArray();
          labels[0] = Example.IGNORED;
          return new Example(tokens(i), null, labels, null);
        });
    Map<String, Double> measures =
        learn(
            load(Fixtures.golden("bert-token-classification")),
            Objective.tokenClassification(5),
            set);
    assertEquals(1, measures.get("accuracy"));
  }

  @Test
  void maskedTokensUnderANewHead() {
    // One text, so that the words around a mask tell what it hides.
    ExampleSet set = examples(i -> Example.of(tokens(0)));
    TrainableModel model;
    try (ModelFiles files = ModelFiles.open(Fixtures.golden("bert-sequence-classification"))) {
      model = Pretrained.withHead(files, "BertForMaskedLM", List.of(), options(), 1);
    }
    Masking masking = new Masking(0.15, 4, 120, new int[] {0, 1, 2, 3, 4}, 9);
    Map<String, Double> measures = learn(model, Objective.maskedTokens(masking), set);
    assertTrue(measures.get("accuracy") > 0.9, measures.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"t5", "bart"})
  void sequenceToSequence(String name) {
    ExampleSet set = examples(i -> Example.pair(tokens(i), tokens(100 + i)));
    Map<String, Double> measures =
        learn(load(Fixtures.golden(name)), Objective.sequenceToSequence(0), set);
    assertTrue(measures.get("accuracy") > 0.9, measures.toString());
  }

  @Test
  void refusesLabelsAndModelsThatDoNotFit() {
    try (TrainableModel model = load(Fixtures.golden("bert-sequence-classification"))) {
      ExampleSet set =
          new ExampleSet(
              List.of(Example.labelled(tokens(0), null, 2), Example.labelled(tokens(1), null, 3)));
      Trainer classes = Trainer.builder(model, Objective.sequenceClassification(3)).build();
      assertEquals(
          "example 1 has the label 3, expected 0 to 2: the model has 3 classes",
          assertThrows(DataException.class, () -> classes.fit(set)).getMessage());
      ExampleSet unlabelled = new ExampleSet(List.of(Example.of(tokens(0))));
      assertEquals(
          "example 0 has 0 labels, expected 1",
          assertThrows(DataException.class, () -> classes.fit(unlabelled)).getMessage());
      ExampleSet tooLong = new ExampleSet(List.of(Example.labelled(new int[25], null, 0)));
      assertTrue(
          assertThrows(DataException.class, () -> classes.fit(tooLong))
              .getMessage()
              .startsWith("example 0 has 25 tokens, the model has positions for 24"));
      Trainer next = Trainer.builder(model, Objective.nextToken()).build();
      assertThrows(IllegalArgumentException.class, () -> next.fit(set));
    }
  }

  @Test
  void aNewHeadKeepsTheTrainedLayers() {
    try (ModelFiles files = ModelFiles.open(Fixtures.golden("bert-sequence-classification"));
        TrainableModel base = Pretrained.load(files, options());
        TrainableModel model =
            Pretrained.withHead(
                files, "BertForTokenClassification", List.of("A", "B"), options(), 7)) {
      Map<String, float[]> before = values(base);
      Map<String, float[]> after = values(model);
      for (String name : after.keySet()) {
        boolean head = name.startsWith("classifier.");
        assertEquals(!head, Arrays.equals(before.get(name), after.get(name)), name);
      }
      for (Parameter parameter : model.parameters()) {
        if (parameter.name().startsWith("classifier.")) {
          assertEquals(2, parameter.shape()[0], "two labels");
        }
      }
      assertTrue(after.containsKey("classifier.weight"));
    }
  }

  private static Map<String, float[]> values(TrainableModel model) {
    Map<String, float[]> values = new HashMap<>();
    model.parameters().forEach(p -> values.put(p.name(), p.values().toFloatArray()));
    return values;
  }
}
