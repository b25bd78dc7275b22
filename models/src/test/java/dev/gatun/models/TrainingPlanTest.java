// SPDX-License-Identifier: Apache-2.0
package dev.gatun.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.autograd.Gradients;
import dev.gatun.autograd.Tape;
import dev.gatun.data.Batching;
import dev.gatun.data.Example;
import dev.gatun.data.ExampleSet;
import dev.gatun.data.Masking;
import dev.gatun.io.ModelFiles;
import dev.gatun.lora.LoraAdapter;
import dev.gatun.lora.LoraConfig;
import dev.gatun.nn.LoadOptions;
import dev.gatun.nn.LossOptions;
import dev.gatun.nn.Parameter;
import dev.gatun.nn.TrainableModel;
import dev.gatun.tensor.Arithmetic;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.Device;
import dev.gatun.tensor.DeviceOptions;
import dev.gatun.tensor.Dropout;
import dev.gatun.tensor.OutOfDeviceMemoryException;
import dev.gatun.train.MicroBatch;
import dev.gatun.train.Objective;
import dev.gatun.train.Pretrained;
import dev.gatun.train.Trainer;
import dev.gatun.train.TrainerBuilder;
import dev.gatun.train.TrainingPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The planned memory is the memory of the run: enough, and not much more. */
class TrainingPlanTest {
  private static final int EXAMPLES = 120;
  private static final int BATCH = 24;
  private static final int EPOCHS = 2;

  /** The plan may be so much above what is used. */
  private static final double EXCESS = 1.1;

  /** What operations on these small models may take for themselves. */
  private static final long SCRATCH = 320 << 10;

  private static int[] tokens(int seed) {
    return Fixtures.tokens(4 + seed * 7 % 19, 90, seed);
  }

  private static ExampleSet examples(IntFunction<Example> maker) {
    return new ExampleSet(IntStream.range(0, EXAMPLES).mapToObj(maker).toList());
  }

  private static Objective objective(String kind) {
    return switch (kind) {
      case "decoder" -> Objective.nextToken();
      case "classes" -> Objective.sequenceClassification(3);
      case "words" -> Objective.tokenClassification(5);
      case "masks" ->
          Objective.maskedTokens(new Masking(0.15, 4, 120, new int[] {0, 1, 2, 3, 4}, 9));
      default -> Objective.sequenceToSequence(0.1);
    };
  }

  private static ExampleSet set(String kind) {
    return examples(i ->
        switch (kind) {
          case "classes" -> Example.labelled(tokens(i), null, i % 3);
          case "words" ->
              new Example(
                  tokens(i), null, IntStream.of(tokens(i)).map(token -> token % 5).toArray(), null);
          case "pairs" -> Example.pair(tokens(i), tokens(EXAMPLES + 3 * i));
          default -> Example.of(tokens(i));
        });
  }

  private static TrainableModel load(String name, String kind, LoadOptions options) {
    if (!options.trainable()) {
      return (TrainableModel) GatunModels.load(Fixtures.golden(name), options);
    }
    try (ModelFiles files = ModelFiles.open(Fixtures.golden(name))) {
      return kind.equals("masks")
          ? Pretrained.withHead(files, "BertForMaskedLM", List.of(), options, 1)
          : Pretrained.load(files, options);
    }
  }

  private static TrainerBuilder builder(
      TrainableModel model, List<Parameter> trainable, String kind, boolean checkpointing) {
    return Trainer.builder(model, objective(kind))
        .trainable(trainable)
        .batching(Batching.sequences(BATCH))
        .epochs(EPOCHS)
        .evaluateEvery(2)
        .gradientCheckpointing(checkpointing);
  }

  /** What the batches of the run take in workspaces, one after the other, without a plan. */
  private static long used(
      TrainableModel model, List<Parameter> trainable, String kind, boolean checkpointing) {
    Objective objective = objective(kind);
    ExampleSet set = set(kind);
    long most = 0;
    try (Gradients gradients = new Gradients(model.device(), trainable)) {
      for (int epoch = 0; epoch < EPOCHS; epoch++) {
        for (int[] examples : Batching.sequences(BATCH).epoch(set, epoch)) {
          MicroBatch batch = objective.batch(model, set, examples, epoch);
          LossOptions options = LossOptions.of(model.labelCounts(batch.lengths(), batch.targets()));
          try (Context context = model.newContext()) {
            context.setDropout(new Dropout(1, 0));
            try (Tape tape = new Tape(context, gradients, checkpointing)) {
              objective.loss(context, model, batch, options);
              tape.backward();
            }
            gradients.norm(context);
            most = Math.max(most, context.used().bytes());
          }
        }
      }
    }
    return most;
  }

  @ParameterizedTest
  @CsvSource({
    "gpt2, decoder, F32, false",
    "gpt2, decoder, FAST, true",
    "llama3, decoder, F32, true",
    "llama3, decoder, FAST, false",
    "smollm2, lora, FAST, false",
    "smollm2, lora, F32, true",
    "bert-sequence-classification, classes, F32, false",
    "bert-sequence-classification, classes, FAST, true",
    "bert-token-classification, words, F32, false",
    "bert-sequence-classification, masks, F32, true",
    "t5, pairs, F32, false",
    "t5-v1.1, pairs, FAST, true",
    "bart, pairs, F32, true",
    "bart, pairs, FAST, false"
  })
  void isWhatTheRunTakes(String name, String what, Arithmetic arithmetic, boolean checkpointing) {
    boolean lora = what.equals("lora");
    String kind = lora ? "decoder" : what;
    List<LoraAdapter> open = new ArrayList<>();
    long needed;
    try (Device device = Device.cpu()) {
      LoadOptions options = options(device, arithmetic, !lora);
      try (TrainableModel model = load(name, kind, options)) {
        List<Parameter> trainable = trainable(model, lora, open);
        long before = device.info().allocatedBytes();
        Trainer trainer = builder(model, trainable, kind, checkpointing).build();
        TrainingPlan plan = trainer.plan(set(kind));
        assertEquals(before, device.info().allocatedBytes(), "a plan leaves nothing behind");
        long used = used(model, trainable, kind, checkpointing);
        assertTrue(
            used <= plan.activationBytes()
                && plan.activationBytes() <= EXCESS * used + SCRATCH * device.info().threads(),
            () -> used + " bytes of activations are used, planned " + plan.activationBytes());
        needed = plan.neededBytes();
        closeAll(open);
      }
    }
    // With exactly that memory the run goes through; with less it does not start.
    runs(name, what, arithmetic, checkpointing, needed);
    assertThrows(
        OutOfDeviceMemoryException.class,
        () -> runs(name, what, arithmetic, checkpointing, needed - 1));
  }

  private static void runs(
      String name, String what, Arithmetic arithmetic, boolean checkpointing, long needed) {
    boolean lora = what.equals("lora");
    String kind = lora ? "decoder" : what;
    List<LoraAdapter> open = new ArrayList<>();
    long loaded;
    try (Device device = Device.cpu();
        TrainableModel probe = load(name, kind, options(device, arithmetic, !lora))) {
      trainable(probe, lora, open);
      loaded = device.info().allocatedBytes();
      closeAll(open);
    }
    DeviceOptions budget = DeviceOptions.defaults().withMemoryBudgetBytes(loaded + needed);
    try (Device device = Device.cpu(budget);
        TrainableModel trained = load(name, kind, options(device, arithmetic, !lora))) {
      List<Parameter> trainable = trainable(trained, lora, open);
      try {
        Trainer trainer = builder(trained, trainable, kind, checkpointing).build();
        assertTrue(trainer.fit(set(kind), set(kind)).complete());
      } finally {
        closeAll(open);
      }
    }
  }

  private static LoadOptions options(Device device, Arithmetic arithmetic, boolean trainable) {
    return LoadOptions.defaults()
        .withDevice(device)
        .withArithmetic(arithmetic)
        .withTrainable(trainable);
  }

  private static List<Parameter> trainable(
      TrainableModel model, boolean lora, List<LoraAdapter> open) {
    if (!lora) {
      return model.parameters();
    }
    LoraAdapter adapter = LoraAdapter.create(model, LoraConfig.defaults(), 1);
    adapter.attach();
    open.add(adapter);
    return adapter.parameters();
  }

  private static void closeAll(List<LoraAdapter> open) {
    open.forEach(LoraAdapter::close);
    open.clear();
  }
}
