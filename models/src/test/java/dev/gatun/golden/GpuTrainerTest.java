// SPDX-License-Identifier: Apache-2.0
package dev.gatun.golden;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.autograd.Gradients;
import dev.gatun.autograd.Tape;
import dev.gatun.data.Batching;
import dev.gatun.data.Example;
import dev.gatun.data.ExampleSet;
import dev.gatun.lora.LoraAdapter;
import dev.gatun.lora.LoraConfig;
import dev.gatun.models.GatunModels;
import dev.gatun.nn.CausalModel;
import dev.gatun.nn.LoadOptions;
import dev.gatun.nn.LossOptions;
import dev.gatun.nn.ModelWriter;
import dev.gatun.nn.Parameter;
import dev.gatun.nn.SequenceBatch;
import dev.gatun.nn.Targets;
import dev.gatun.optim.AdamW;
import dev.gatun.tensor.Arithmetic;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.Device;
import dev.gatun.tensor.DeviceOptions;
import dev.gatun.tensor.Dropout;
import dev.gatun.train.Checkpointing;
import dev.gatun.train.Objective;
import dev.gatun.train.StepReport;
import dev.gatun.train.Trainer;
import dev.gatun.train.TrainingListener;
import dev.gatun.train.TrainingResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A GPU's gradients beside the CPU's, with dropout and bf16; runs that are resumed there. */
class GpuTrainerTest {
  private static final int[][] IDS = {{1, 5, 9, 3, 7}, {2, 4, 6, 8, 10, 12, 14, 3, 5}};

  @TempDir Path folder;

  static Device cpu() {
    return Device.cpu(DeviceOptions.defaults().withThreads(1));
  }

  static LoadOptions options(Device device, Arithmetic arithmetic) {
    return LoadOptions.defaults().withDevice(device).withArithmetic(arithmetic);
  }

  /** The gradients of all parameters, one after the other. */
  static float[] gradients(CausalModel model, List<Parameter> trained) {
    try (Context context = model.newContext();
        Gradients gradients = new Gradients(model.device(), trained)) {
      context.setDropout(new Dropout(7, 1));
      try (Tape tape = new Tape(context, gradients, false)) {
        Targets targets = Targets.next(IDS);
        int[] lengths = {IDS[0].length, IDS[1].length};
        LossOptions options = LossOptions.of(model.labelCounts(lengths, targets));
        model.loss(context, SequenceBatch.of(context, IDS), targets, options);
        tape.backward();
      }
      List<float[]> parts = new ArrayList<>();
      trained.forEach(parameter -> parts.add(gradients.rows(context, parameter)));
      float[] all = new float[parts.stream().mapToInt(part -> part.length).sum()];
      int at = 0;
      for (float[] part : parts) {
        System.arraycopy(part, 0, all, at, part.length);
        at += part.length;
      }
      return all;
    }
  }

  static void assertNear(float[] expected, float[] got, double share) {
    assertEquals(expected.length, got.length);
    double difference = 0;
    double size = 0;
    for (int i = 0; i < got.length; i++) {
      difference += Math.pow((double) got[i] - expected[i], 2);
      size += Math.pow(expected[i], 2);
    }
    assertTrue(size > 0);
    double relative = Math.sqrt(difference / size);
    assertTrue(relative < share, "relative difference is " + relative);
  }

  /**
   * The masks are the CPU's, or the gradients would have little in common. FAST rounds weights,
   * activations and gradients to bf16, eight bits, in more places than the CPU does.
   */
  @ParameterizedTest
  @CsvSource({"F32, 1e-5", "FAST, 3e-2"})
  void gradientsUnderDropoutAreTheCpus(Arithmetic arithmetic, double share) {
    Path gpt2 = Golden.defaultFolder().resolve("gpt2");
    float[] expected;
    try (Device device = cpu();
        CausalModel model =
            GatunModels.loadCausal(gpt2, options(device, arithmetic).withTrainable(true))) {
      expected = gradients(model, model.parameters());
    }
    try (Device device = TestGpu.open();
        CausalModel model =
            GatunModels.loadCausal(gpt2, options(device, arithmetic).withTrainable(true))) {
      assertNear(expected, gradients(model, model.parameters()), share);
      assertEquals(0, device.info().regions());
    }
  }

  /** Gradients that pass through frozen blocks. */
  @Test
  void adaptersOfABlockFormatLearn() {
    Path llama = Golden.defaultFolder().resolve("gguf/llama-q4_0/model.gguf");
    float[][] found = new float[2][];
    for (int i = 0; i < found.length; i++) {
      try (Device device = i == 0 ? cpu() : TestGpu.open();
          CausalModel model = GatunModels.loadCausal(llama, options(device, Arithmetic.F32));
          LoraAdapter adapter = LoraAdapter.create(model, LoraConfig.defaults(), 5)) {
        adapter.attach();
        found[i] = gradients(model, adapter.parameters());
        assertEquals(i != 0, device.info().regions() == 0);
      }
    }
    assertNear(found[0], found[1], 1e-5);
  }

  private static ExampleSet examples() {
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      int[] ids = new int[3 + i % 4];
      for (int t = 0; t < ids.length; t++) {
        ids[t] = (5 * i + 3 * t) % 40;
      }
      examples.add(Example.of(ids));
    }
    return new ExampleSet(examples);
  }

  private static TrainingResult train(Path checkpoints, long stopAfter) {
    Trainer[] trainer = new Trainer[1];
    TrainingListener stop =
        new TrainingListener() {
          @Override
          public void stepped(StepReport report) {
            if (report.step() == stopAfter) {
              trainer[0].stop();
            }
          }
        };
    Path gpt2 = Golden.defaultFolder().resolve("gpt2");
    try (Device device = TestGpu.open();
        CausalModel model =
            GatunModels.loadCausal(gpt2, options(device, Arithmetic.FAST).withTrainable(true))) {
      trainer[0] =
          Trainer.builder(model, Objective.nextToken())
              .optimizer(AdamW.withLearningRate(0.01))
              .batching(Batching.tokens(12))
              .accumulation(2)
              .seed(3)
              .steps(3)
              .checkpointing(Checkpointing.in(checkpoints).every(1000))
              .resume(true)
              .listener(stop)
              .build();
      TrainingResult result = trainer[0].fit(examples());
      assertEquals(0, device.info().regions());
      ModelWriter.save(model, checkpoints.resolve("model"));
      return result;
    }
  }

  /** Dropout, bf16 and accumulation on; every byte of parameters, moments and the saved model. */
  @Test
  void twoPartsAreTheWhole() throws IOException {
    Path whole = folder.resolve("whole");
    Path parts = folder.resolve("parts");
    assertEquals(3, train(whole, 1000).steps());
    assertEquals(1, train(parts, 1).steps());
    assertEquals(3, train(parts, 1000).steps());
    for (String file :
        List.of(
            "step-0000000003/parameters.safetensors",
            "step-0000000003/optimizer.safetensors",
            "step-0000000003/state.json",
            "model/model.safetensors")) {
      assertArrayEquals(
          Files.readAllBytes(whole.resolve(file)), Files.readAllBytes(parts.resolve(file)), file);
    }
  }
}
