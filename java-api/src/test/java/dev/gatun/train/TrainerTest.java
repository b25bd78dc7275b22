// SPDX-License-Identifier: Apache-2.0
package dev.gatun.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.data.Batching;
import dev.gatun.data.DataException;
import dev.gatun.data.Example;
import dev.gatun.data.ExampleSet;
import dev.gatun.nn.Parameter;
import dev.gatun.optim.AdamW;
import dev.gatun.optim.LearningRateSchedule;
import dev.gatun.tensor.Arithmetic;
import dev.gatun.tensor.Device;
import dev.gatun.tensor.DeviceOptions;
import dev.gatun.tensor.OutOfDeviceMemoryException;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class TrainerTest {
  private static Device device;

  @BeforeAll
  static void open() {
    device = Device.cpu();
  }

  @AfterAll
  static void close() {
    device.close();
  }

  /** Counting modulo the vocabulary, in steps of 1 to 3: predictable from the second token on. */
  static ExampleSet counting(int count, int offset) {
    List<Example> examples = new ArrayList<>();
    for (int i = offset; i < offset + count; i++) {
      int[] ids = new int[4 + i % 7];
      for (int t = 0; t < ids.length; t++) {
        ids[t] = (5 * i + t * (1 + i / 24 % 3)) % TinyDecoder.VOCABULARY;
      }
      examples.add(Example.of(ids));
    }
    return new ExampleSet(examples);
  }

  static TrainerBuilder builder(TinyDecoder model) {
    return Trainer.builder(model, Objective.nextToken())
        .optimizer(AdamW.withLearningRate(0.01))
        .batching(Batching.tokens(48))
        .seed(3);
  }

  static byte[] values(TinyDecoder model) {
    List<byte[]> parts = new ArrayList<>();
    for (Parameter parameter : model.parameters()) {
      parts.add(parameter.values().segment().toArray(ValueLayout.JAVA_BYTE));
    }
    byte[] all = new byte[parts.stream().mapToInt(part -> part.length).sum()];
    int at = 0;
    for (byte[] part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }

  private static TinyDecoder model() {
    return TinyDecoder.create(device, Arithmetic.F32, 1);
  }

  @Test
  void learnsToCount() {
    List<StepReport> steps = new ArrayList<>();
    try (TinyDecoder model = model()) {
      Trainer trainer =
          builder(model)
              .dropout(false)
              .schedule(LearningRateSchedule.cosine().withWarmup(5))
              .epochs(30)
              .listener(
                  new TrainingListener() {
                    @Override
                    public void stepped(StepReport report) {
                      steps.add(report);
                    }
                  })
              .build();
      double before = trainer.evaluate(counting(20, 200)).measures().get("loss");
      TrainingResult result = trainer.fit(counting(144, 0), counting(20, 200));
      Map<String, Double> measures = result.evaluation().orElseThrow().measures();
      assertTrue(before > 2.5, "a fresh model guesses: " + before);
      // The second token of a sequence cannot be known (log 3), all others can.
      assertTrue(measures.get("loss") < 0.6, "the loss is " + measures);
      assertTrue(measures.get("accuracy") > 0.7, measures.toString());
      assertEquals(Math.exp(measures.get("loss")), measures.get("perplexity"));
      assertTrue(result.complete());
      assertEquals(steps.size(), result.steps());
      assertEquals(30, steps.getLast().epoch());
      assertEquals(0, steps.getFirst().learningRate());
      assertTrue(steps.getLast().memoryBytes() > 0 && steps.getLast().tokensPerSecond() > 0);
    }
  }

  @Test
  void accumulationEqualsTheWholeBatch() {
    ExampleSet set = counting(8, 0);
    List<Double> losses = new ArrayList<>();
    List<Double> norms = new ArrayList<>();
    for (int parts : new int[] {1, 2, 4}) {
      try (TinyDecoder model = model()) {
        builder(model)
            .dropout(false)
            .batching(Batching.sequences(8 / parts))
            .accumulation(parts)
            .steps(1)
            .listener(
                new TrainingListener() {
                  @Override
                  public void stepped(StepReport report) {
                    losses.add(report.loss());
                    norms.add(report.gradientNorm());
                  }
                })
            .build()
            .fit(set);
      }
    }
    for (int i = 1; i < 3; i++) {
      assertEquals(losses.getFirst(), losses.get(i), 1e-6);
      assertEquals(norms.getFirst(), norms.get(i), 1e-5);
    }
  }

  private static byte[] trained(Device on, Arithmetic arithmetic, boolean checkpointing) {
    try (TinyDecoder model = TinyDecoder.create(on, arithmetic, 1)) {
      builder(model)
          .accumulation(2)
          .gradientCheckpointing(checkpointing)
          .steps(6)
          .build()
          .fit(counting(30, 0));
      return values(model);
    }
  }

  @Test
  void givesTheSameBitsForAnyThreadsAndWithCheckpointing() {
    for (Arithmetic arithmetic : Arithmetic.values()) {
      byte[] expected = trained(device, arithmetic, false);
      try (Device one = Device.cpu(DeviceOptions.defaults().withThreads(1))) {
        assertArrayEquals(expected, trained(one, arithmetic, false));
      }
      assertArrayEquals(expected, trained(device, arithmetic, true));
    }
  }

  @Test
  void trainsOnlyWhatIsListed() {
    try (TinyDecoder model = model()) {
      List<Parameter> some =
          model.parameters().stream().filter(p -> p.name().startsWith("up")).toList();
      List<byte[]> before = new ArrayList<>();
      model
          .parameters()
          .forEach(p -> before.add(p.values().segment().toArray(ValueLayout.JAVA_BYTE)));
      builder(model).trainable(some).steps(2).build().fit(counting(10, 0));
      for (int i = 0; i < before.size(); i++) {
        Parameter parameter = model.parameters().get(i);
        byte[] now = parameter.values().segment().toArray(ValueLayout.JAVA_BYTE);
        assertEquals(
            some.contains(parameter), !Arrays.equals(before.get(i), now), parameter.name());
      }
    }
  }

  @Test
  void refusesExamplesThatCannotBeLearnt() {
    try (TinyDecoder model = model()) {
      Trainer trainer = builder(model).build();
      ExampleSet long17 = new ExampleSet(List.of(Example.of(1, 2), Example.of(new int[17])));
      String message = assertThrows(DataException.class, () -> trainer.fit(long17)).getMessage();
      assertTrue(
          message.startsWith("example 1 has 17 tokens, the model has positions for 16"), message);
      ExampleSet foreign = new ExampleSet(List.of(Example.of(1, 24)));
      assertTrue(
          assertThrows(DataException.class, () -> trainer.plan(foreign))
              .getMessage()
              .startsWith("example 0 has the token 24, the vocabulary of the model has 24"));
      assertThrows(
          IllegalArgumentException.class,
          () -> Trainer.builder(model, Objective.nextToken()).trainable(List.of()).build());
    }
  }

  @Test
  void stepsWithoutLabelsChangeNothing() {
    try (TinyDecoder model = model()) {
      byte[] before = values(model);
      int[] ignored = {Example.IGNORED, Example.IGNORED, Example.IGNORED};
      ExampleSet set =
          new ExampleSet(List.of(new Example(new int[] {1, 2, 3}, null, ignored, null)));
      List<StepReport> steps = new ArrayList<>();
      builder(model)
          .steps(1)
          .listener(
              new TrainingListener() {
                @Override
                public void stepped(StepReport report) {
                  steps.add(report);
                }
              })
          .build()
          .fit(set);
      assertEquals(0, steps.getFirst().labels());
      assertTrue(Double.isNaN(steps.getFirst().loss()));
      assertArrayEquals(before, values(model));
    }
  }

  @Test
  void plansMemoryAndTime() {
    try (TinyDecoder model = model()) {
      byte[] before = values(model);
      TrainingPlan plan = builder(model).epochs(2).build().plan(counting(60, 0));
      long values = model.parameters().stream().mapToLong(Parameter::elementCount).sum();
      assertEquals(values, plan.parameters());
      assertTrue(plan.gradientBytes() >= 4 * values && plan.gradientBytes() < 8 * values);
      assertTrue(plan.optimizerBytes() >= 8 * values);
      assertTrue(plan.activationBytes() > 0);
      assertTrue(plan.fits());
      assertTrue(plan.time().toNanos() > 0);
      assertTrue(plan.toString().contains("activations"), plan.toString());
      assertArrayEquals(before, values(model), "planning changes nothing");
    }
  }

  @Test
  void knowsBeforeTheFirstStepThatMemoryIsShort() {
    DeviceOptions options = DeviceOptions.defaults().withMemoryBudgetBytes(16 << 20);
    try (Device small = Device.cpu(options);
        TinyDecoder model = TinyDecoder.create(small, Arithmetic.F32, 1)) {
      byte[] before = values(model);
      Trainer trainer = builder(model).batching(Batching.tokens(100_000)).build();
      String message =
          assertThrows(OutOfDeviceMemoryException.class, () -> trainer.fit(counting(5000, 0)))
              .getMessage();
      assertTrue(message.startsWith("training: too little memory: "), message);
      assertTrue(message.contains("gradient checkpointing"), message);
      assertTrue(message.contains("lower the batch from"), message);
      assertArrayEquals(before, values(model));
    }
  }

  @Test
  void stopsAtALossThatIsNotFinite() {
    try (TinyDecoder model = model()) {
      Parameter bad =
          model.parameters().stream().filter(p -> p.name().equals("up.bias")).findFirst().get();
      Trainer trainer = builder(model).steps(3).build();
      bad.vector().segment().setAtIndex(ValueLayout.JAVA_FLOAT, 3, Float.NaN);
      byte[] before = values(model);
      NonFiniteException e =
          assertThrows(NonFiniteException.class, () -> trainer.fit(counting(10, 0)));
      assertEquals(1, e.step());
      assertTrue(e.getMessage().startsWith("step 1: the loss is NaN"), e.getMessage());
      assertTrue(e.getMessage().contains("first bad tensor: parameter up.bias"), e.getMessage());
      assertTrue(e.getMessage().contains("batch: examples ["), e.getMessage());
      assertArrayEquals(before, values(model), "the step changes nothing");
    }
  }

  @Test
  void stopsWhenTrainingDiverges() {
    try (TinyDecoder model = model()) {
      Trainer trainer =
          builder(model)
              .optimizer(AdamW.withLearningRate(1e30))
              .schedule(LearningRateSchedule.constant())
              .steps(50)
              .build();
      NonFiniteException e =
          assertThrows(NonFiniteException.class, () -> trainer.fit(counting(10, 0)));
      assertTrue(e.step() > 1);
      assertFalse(e.getMessage().contains("first bad tensor: loss ("), e.getMessage());
    }
  }
}
