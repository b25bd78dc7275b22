// SPDX-License-Identifier: Apache-2.0
package dev.gatun.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.data.Batching;
import dev.gatun.data.ExampleSet;
import dev.gatun.optim.AdamW;
import dev.gatun.optim.LearningRateSchedule;
import dev.gatun.tensor.Arithmetic;
import dev.gatun.tensor.Device;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs that end early go on as if they had not: with dropout, packing and accumulation on. */
class ResumeTest {
  private static final ExampleSet SET = TrainerTest.counting(40, 0);
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

  /** Three micro-batches a step, five to six an epoch: most steps are inside of an epoch. */
  private static TrainerBuilder builder(TinyDecoder model, Path checkpoints, long every) {
    return TrainerTest.builder(model)
        .schedule(LearningRateSchedule.cosine().withWarmup(2))
        .accumulation(2)
        .checkpointing(Checkpointing.in(checkpoints).every(every))
        .resume(true);
  }

  /** Stops a run after some steps. */
  private static final class Stop implements TrainingListener {
    private final long after;
    private Trainer trainer;

    Stop(long after) {
      this.after = after;
    }

    @Override
    public void stepped(StepReport report) {
      if (report.step() == after) {
        trainer.stop();
      }
    }
  }

  private static void assertSameState(Path expected, Path got) throws IOException {
    for (String file : List.of("parameters.safetensors", "optimizer.safetensors", "state.json")) {
      assertArrayEquals(
          Files.readAllBytes(expected.resolve(file)), Files.readAllBytes(got.resolve(file)), file);
    }
  }

  private static Path step(Path checkpoints, long step) {
    return checkpoints.resolve(String.format("step-%010d", step));
  }

  @Test
  void twoHalvesAreTheWhole() throws IOException {
    for (Arithmetic arithmetic : Arithmetic.values()) {
      Path whole = folder.resolve("whole-" + arithmetic);
      try (TinyDecoder model = TinyDecoder.create(device, arithmetic, 1)) {
        builder(model, whole, 1000).steps(14).build().fit(SET);
      }
      for (long half = 1; half < 14; half += 3) {
        Path parts = folder.resolve("parts-" + arithmetic + half);
        Stop stop = new Stop(half);
        try (TinyDecoder model = TinyDecoder.create(device, arithmetic, 1)) {
          stop.trainer = builder(model, parts, 1000).steps(14).listener(stop).build();
          TrainingResult result = stop.trainer.fit(SET);
          assertEquals(half, result.steps());
          assertEquals(false, result.complete());
        }
        // Another process has fresh memory: another seed shows that nothing of it is left.
        try (TinyDecoder model = TinyDecoder.create(device, arithmetic, 2)) {
          TrainingResult result = builder(model, parts, 1000).steps(14).build().fit(SET);
          assertEquals(14, result.steps());
        }
        assertSameState(step(whole, 14), step(parts, 14));
      }
    }
  }

  @Test
  void aDeathAtAnyWriteLosesNothing() throws IOException {
    Path whole = folder.resolve("whole");
    FaultyStorage all = FaultyStorage.dyingAt(Long.MAX_VALUE);
    try (TinyDecoder model = TinyDecoder.create(device, Arithmetic.F32, 1)) {
      builder(model, whole, 1).steps(3).storage(all).build().fit(SET);
    }
    assertTrue(all.operations() >= 200, "only " + all.operations() + " operations");
    for (long k = 0; k < all.operations(); k++) {
      Path parts = folder.resolve("death-" + k);
      try (TinyDecoder model = TinyDecoder.create(device, Arithmetic.F32, 1)) {
        Trainer trainer =
            builder(model, parts, 1).steps(3).storage(FaultyStorage.dyingAt(k)).build();
        assertThrows(FaultyStorage.Died.class, () -> trainer.fit(SET));
      }
      try (TinyDecoder model = TinyDecoder.create(device, Arithmetic.F32, 1)) {
        builder(model, parts, 1)
            .steps(3)
            .storage(FaultyStorage.dyingAt(Long.MAX_VALUE))
            .build()
            .fit(SET);
      }
      if (Files.exists(step(parts, 3))) {
        assertSameState(step(whole, 3), step(parts, 3));
      }
    }
  }

  @Test
  void aFullDiskLeavesTheCheckpointBefore() throws IOException {
    Path whole = folder.resolve("whole");
    FaultyStorage all = FaultyStorage.dyingAt(Long.MAX_VALUE);
    try (TinyDecoder model = TinyDecoder.create(device, Arithmetic.F32, 1)) {
      builder(model, whole, 2).steps(4).storage(all).build().fit(SET);
    }
    Path parts = folder.resolve("full");
    try (TinyDecoder model = TinyDecoder.create(device, Arithmetic.F32, 1)) {
      Trainer trainer =
          builder(model, parts, 2)
              .steps(4)
              .storage(FaultyStorage.ofCapacity(all.written() * 3 / 4))
              .build();
      String message = assertThrows(CheckpointException.class, () -> trainer.fit(SET)).getMessage();
      assertTrue(message.contains("No space left on device"), message);
      assertTrue(message.contains("step-0000000002, which is complete"), message);
    }
    assertSameState(step(whole, 2), step(parts, 2));
    try (TinyDecoder model = TinyDecoder.create(device, Arithmetic.F32, 1)) {
      builder(model, parts, 2).steps(4).build().fit(SET);
    }
    assertSameState(step(whole, 4), step(parts, 4));
  }

  @Test
  void refusesAnotherRun() {
    try (TinyDecoder model = TinyDecoder.create(device, Arithmetic.F32, 1)) {
      builder(model, folder, 1000).steps(2).build().fit(SET);
      Trainer other =
          builder(model, folder, 1000)
              .steps(3)
              .accumulation(1)
              .optimizer(AdamW.withLearningRate(0.02))
              .batching(Batching.tokens(40))
              .build();
      String message =
          assertThrows(CheckpointException.class, () -> other.fit(TrainerTest.counting(41, 0)))
              .getMessage();
      for (String line :
          List.of(
              "  accumulation: the checkpoint has 2, this run 1\n",
              "  optimizer.learning_rate: the checkpoint has 0.01, this run 0.02\n",
              "  steps: the checkpoint has 2, this run 3\n",
              "  data.examples: the checkpoint has 40, this run 41\n",
              "maxTokens=48",
              "data.sha256: ")) {
        assertTrue(message.contains(line), message);
      }
      Trainer fresh = builder(model, folder, 1000).resume(false).build();
      assertTrue(
          assertThrows(CheckpointException.class, () -> fresh.fit(SET))
              .getMessage()
              .contains("is the checkpoint of an earlier run: resume it, or choose another"));
    }
  }

  @Test
  void aRunThatDivergesKeepsItsCheckpoint() throws IOException {
    try (TinyDecoder model = TinyDecoder.create(device, Arithmetic.F32, 1)) {
      Trainer trainer =
          builder(model, folder, 1).optimizer(AdamW.withLearningRate(1e30)).steps(50).build();
      NonFiniteException e = assertThrows(NonFiniteException.class, () -> trainer.fit(SET));
      assertTrue(Files.exists(step(folder, e.step() - 1).resolve(Manifest.NAME)));
      assertTrue(e.getMessage().contains("the last checkpoint in " + folder), e.getMessage());
    }
  }

  @Test
  void metricsGoOnWhereTheCheckpointWas() throws IOException {
    Path metrics = folder.resolve("metrics");
    Stop stop = new Stop(7);
    try (TinyDecoder model = TinyDecoder.create(device, Arithmetic.F32, 1)) {
      stop.trainer =
          builder(model, folder.resolve("c"), 5)
              .steps(14)
              .evaluateEvery(4)
              .listener(new MetricsLog(metrics))
              .listener(
                  new TrainingListener() {
                    @Override
                    public void stepped(StepReport report) {
                      if (report.step() == 7) {
                        throw new IllegalStateException("the process ends here");
                      }
                    }
                  })
              .build();
      assertThrows(IllegalStateException.class, () -> stop.trainer.fit(SET, SET));
      assertEquals(8, Files.readAllLines(metrics.resolve("metrics.jsonl")).size());
      Files.writeString(
          metrics.resolve("metrics.jsonl"),
          "{\"step\": 8, \"lo",
          java.nio.file.StandardOpenOption.APPEND);
      builder(model, folder.resolve("c"), 5)
          .steps(14)
          .evaluateEvery(4)
          .listener(new MetricsLog(metrics))
          .build()
          .fit(SET, SET);
    }
    List<String> lines = Files.readAllLines(metrics.resolve("metrics.jsonl"));
    List<String> steps = lines.stream().filter(line -> line.contains("\"labels\"")).toList();
    assertEquals(14, steps.size());
    for (int i = 0; i < 14; i++) {
      assertTrue(steps.get(i).startsWith("{\"step\":" + (i + 1) + ",\"epoch\":"), steps.get(i));
    }
    assertEquals(4, lines.stream().filter(line -> line.contains("\"evaluation\"")).count());
    String curve = Files.readString(metrics.resolve("loss.svg"));
    assertTrue(curve.startsWith("<svg ") && curve.contains("polyline"), curve);
  }
}
