// SPDX-License-Identifier: Apache-2.0
package dev.gatun.models;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.autograd.Gradients;
import dev.gatun.autograd.Tape;
import dev.gatun.nn.LoadOptions;
import dev.gatun.nn.LossOptions;
import dev.gatun.nn.Parameter;
import dev.gatun.nn.SequenceBatch;
import dev.gatun.nn.Targets;
import dev.gatun.nn.TrainableModel;
import dev.gatun.tensor.Arithmetic;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.DeviceOptions;
import dev.gatun.tensor.Dropout;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Gradients are equal bit for bit wherever only the way of computing them differs. */
class GradientBitsTest {
  private static final int LENGTH = 13;
  private static final int WORDS = 60;
  private static final long SEED = 7;

  static Stream<Arguments> everyModel() {
    return Stream.of("gpt2", "llama2", "qwen3", "bert", "bert-token-classification")
        .flatMap(name ->
            Stream.of(Arithmetic.values()).map(arithmetic -> Arguments.of(name, arithmetic)));
  }

  private static TrainableModel load(String name, Arithmetic arithmetic, int threads) {
    return (TrainableModel)
        GatunModels.load(
            Fixtures.golden(name),
            LoadOptions.defaults()
                .withDeviceOptions(DeviceOptions.defaults().withThreads(threads))
                .withArithmetic(arithmetic)
                .withTrainable(true));
  }

  private static int[][] sequences() {
    return IntStream.range(0, 3)
        .mapToObj(i -> Fixtures.tokens(LENGTH - 2 * i, WORDS, i))
        .toArray(int[][]::new);
  }

  private static Targets targets(TrainableModel model, int[][] sequences) {
    int[] flat = Stream.of(sequences).flatMapToInt(IntStream::of).toArray();
    return switch (model.architecture()) {
      case "bert" ->
          model.parameters().stream().anyMatch(p -> p.name().startsWith("cls."))
              ? new Targets.MaskedAndNext(flat, new int[] {0, 1, 1})
              : new Targets.Tokens(IntStream.of(flat).map(id -> id % 3).toArray());
      default -> Targets.next(sequences);
    };
  }

  private static float[] gradients(
      TrainableModel model, List<Parameter> trained, boolean checkpointing, Dropout dropout) {
    int[][] sequences = sequences();
    Targets targets = targets(model, sequences);
    int[] lengths = Stream.of(sequences).mapToInt(ids -> ids.length).toArray();
    LossOptions options = LossOptions.of(model.labelCounts(lengths, targets));
    try (Context context = model.newContext();
        Gradients gradients = new Gradients(model.device(), trained);
        Tape tape = new Tape(context, gradients, checkpointing)) {
      context.setDropout(dropout);
      model.loss(context, SequenceBatch.of(context, sequences), targets, options);
      tape.backward();
      float[] all = gradients.all().toFloatArray();
      assertTrue(gradients.norm(context) > 1e-3, "no gradients were computed");
      return all;
    }
  }

  @ParameterizedTest
  @MethodSource("everyModel")
  void oneAndTwoThreads(String name, Arithmetic arithmetic) {
    try (TrainableModel one = load(name, arithmetic, 1);
        TrainableModel two = load(name, arithmetic, 2)) {
      assertArrayEquals(
          gradients(one, one.parameters(), false, new Dropout(SEED, 1)),
          gradients(two, two.parameters(), false, new Dropout(SEED, 1)));
    }
  }

  @ParameterizedTest
  @MethodSource("everyModel")
  void withAndWithoutCheckpointing(String name, Arithmetic arithmetic) {
    try (TrainableModel model = load(name, arithmetic, 2)) {
      List<Parameter> all = model.parameters();
      assertArrayEquals(gradients(model, all, false, null), gradients(model, all, true, null));
      assertArrayEquals(
          gradients(model, all, false, new Dropout(SEED, 3)),
          gradients(model, all, true, new Dropout(SEED, 3)));
    }
  }

  @ParameterizedTest
  @EnumSource(Arithmetic.class)
  void dropoutChangesWithThePass(Arithmetic arithmetic) {
    try (TrainableModel model = load("gpt2", arithmetic, 2)) {
      List<Parameter> all = model.parameters();
      float[] first = gradients(model, all, false, new Dropout(SEED, 1));
      assertArrayEquals(first, gradients(model, all, false, new Dropout(SEED, 1)));
      assertNotEquals(
          sum(first), sum(gradients(model, all, false, new Dropout(SEED, 2))), "the same masks");
      assertNotEquals(sum(first), sum(gradients(model, all, false, null)), "no dropout");
    }
  }

  private static double sum(float[] values) {
    return IntStream.range(0, values.length).mapToDouble(i -> Math.abs(values[i])).sum();
  }

  /** What is trained alone has the same gradients, whatever else could be trained. */
  @ParameterizedTest
  @MethodSource("everyModel")
  void frozenParametersChangeNothing(String name, Arithmetic arithmetic) {
    try (TrainableModel model = load(name, arithmetic, 2)) {
      List<Parameter> some =
          model.parameters().stream()
              .filter(p -> p.name().contains("1.") && p.name().contains("weight"))
              .toList();
      List<Parameter> reversed = model.parameters().reversed();
      float[] alone = gradients(model, some, false, null);
      float[] together = gradients(model, reversed, false, null);
      double squares = 0;
      int at = 0;
      for (Parameter parameter : reversed) {
        int length = Math.toIntExact((parameter.values().elementCount() + 15) / 16 * 16);
        if (some.contains(parameter)) {
          for (int i = at; i < at + length; i++) {
            squares += (double) together[i] * together[i];
          }
        }
        at += length;
      }
      double norm = 0;
      for (float value : alone) {
        norm += (double) value * value;
      }
      assertEquals(norm, squares, 1e-12 * norm, "gradients of " + some.size() + " parameters");
    }
  }

  /** bf16 products have 8 bits: the direction stays, and the length to a few percent. */
  @ParameterizedTest
  @ValueSource(strings = {"gpt2", "llama2", "bert"})
  void fastPointsWhereF32Does(String name) {
    try (TrainableModel exact = load(name, Arithmetic.F32, 2);
        TrainableModel fast = load(name, Arithmetic.FAST, 2)) {
      float[] want = gradients(exact, exact.parameters(), false, null);
      float[] got = gradients(fast, fast.parameters(), false, null);
      double dot = 0;
      double wanted = 0;
      double had = 0;
      for (int i = 0; i < want.length; i++) {
        dot += (double) want[i] * got[i];
        wanted += (double) want[i] * want[i];
        had += (double) got[i] * got[i];
      }
      assertTrue(dot / Math.sqrt(wanted * had) > 0.995, "cosine " + dot / Math.sqrt(wanted * had));
      assertEquals(Math.sqrt(wanted), Math.sqrt(had), 0.05 * Math.sqrt(wanted));
    }
  }
}
