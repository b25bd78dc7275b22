// SPDX-License-Identifier: Apache-2.0
package dev.gatun.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.autograd.Gradients;
import dev.gatun.autograd.Tape;
import dev.gatun.nn.CausalModel;
import dev.gatun.nn.KvCache;
import dev.gatun.nn.LoadOptions;
import dev.gatun.nn.LossOptions;
import dev.gatun.nn.Model;
import dev.gatun.nn.Parameter;
import dev.gatun.nn.SequenceBatch;
import dev.gatun.nn.Targets;
import dev.gatun.ops.Activation;
import dev.gatun.ops.Products.Epilogue;
import dev.gatun.tensor.Arithmetic;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.DType;
import dev.gatun.tensor.Device;
import dev.gatun.tensor.Tensor;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Every wrong use of a tape is an exception that says what to do, never a wrong number. */
class TapeErrorsTest {
  private Device device;
  private CausalModel model;
  private Context context;
  private Gradients gradients;
  private int[] tokens;

  @BeforeEach
  void open() {
    device = Device.cpu();
    model = load("gpt2", true);
    context = model.newContext();
    gradients = new Gradients(device, model.parameters());
    tokens = Fixtures.tokens(9, model.vocabularySize(), 1);
  }

  @AfterEach
  void close() {
    gradients.close();
    context.close();
    model.close();
    device.close();
  }

  private CausalModel load(String name, boolean trainable) {
    return GatunModels.loadCausal(
        Fixtures.golden(name),
        LoadOptions.defaults()
            .withDevice(device)
            .withArithmetic(Arithmetic.F32)
            .withTrainable(trainable));
  }

  private double loss(Targets targets) {
    LossOptions options = LossOptions.of(model.labelCounts(new int[] {tokens.length}, targets));
    return model.loss(context, SequenceBatch.of(context, tokens), targets, options).value();
  }

  private double loss() {
    return loss(Targets.next(tokens));
  }

  private static void says(String part, Exception e) {
    assertTrue(e.getMessage().contains(part), e.getMessage());
  }

  @Test
  void backwardTwice() {
    try (Tape tape = new Tape(context, gradients, false)) {
      loss();
      tape.backward();
      says("called twice", assertThrows(IllegalStateException.class, tape::backward));
    }
  }

  @Test
  void backwardWithoutALoss() {
    loss();
    try (Tape tape = new Tape(context, gradients, false)) {
      model.hidden(context, SequenceBatch.of(context, tokens));
      says("no loss was computed", assertThrows(IllegalStateException.class, tape::backward));
    }
  }

  @Test
  void aParameterChangedUnderTheTape() {
    try (Tape tape = new Tape(context, gradients, false)) {
      loss();
      model.parameters().getFirst().changed(context);
      says("was changed", assertThrows(IllegalStateException.class, tape::backward));
    }
  }

  @Test
  void aScopeClosedUnderTheTape() {
    try (Tape tape = new Tape(context, gradients, false)) {
      var scope = context.workspace().scope();
      loss();
      says("while a tape refers", assertThrows(IllegalStateException.class, scope::close));
      tape.backward();
    }
  }

  @Test
  void twoTapesAtOnce() {
    try (Tape tape = new Tape(context, gradients, false)) {
      says(
          "another tape",
          assertThrows(
              IllegalStateException.class, () -> new Tape(context, gradients, false).close()));
      loss();
      tape.backward();
    }
  }

  @Test
  void aTapeUsedAfterItsEnd() {
    Tape tape = new Tape(context, gradients, false);
    loss();
    tape.close();
    says("closed tape", assertThrows(IllegalStateException.class, tape::backward));
    assertTrue(loss() > 0, "the context is usable again");
  }

  @Test
  void theGradientOfAFrozenParameter() {
    Parameter frozen = model.parameters().getLast();
    try (Gradients others = new Gradients(device, model.parameters().subList(0, 2))) {
      says(
          "not among the trainable",
          assertThrows(IllegalArgumentException.class, () -> others.of(frozen)));
    }
  }

  @Test
  void aModelThatWasNotLoadedForTraining() {
    try (Model plain = load("llama2", false)) {
      List<Parameter> all = plain.parameters();
      says(
          "withTrainable(true)",
          assertThrows(IllegalArgumentException.class, () -> new Gradients(device, all).close()));
    }
  }

  @Test
  void aLabelOutOfRange() {
    int[] labels = tokens.clone();
    labels[3] = model.vocabularySize();
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> loss(new Targets.Tokens(labels)));
    says("label " + labels[3] + " of row 3", e);
  }

  @Test
  void targetsOfAnotherKind() {
    says(
        "learns from Targets.Tokens",
        assertThrows(
            IllegalArgumentException.class, () -> loss(new Targets.Classes(new int[] {1}))));
  }

  @Test
  void anOperationThatCannotBeRecorded() {
    try (Tape _ = new Tape(context, gradients, false)) {
      Tensor hidden = model.hidden(context, SequenceBatch.of(context, tokens));
      Tensor residual = context.allocate(DType.F32, tokens.length, model.vocabularySize());
      Epilogue capped = new Epilogue(Activation.NONE, residual, 1, 30);
      says(
          "soft-cap before a residual",
          assertThrows(
              UnsupportedOperationException.class,
              () -> model.head().forward(context, hidden, capped)));
    }
  }

  @Test
  void aCacheUnderTheTape() {
    try (KvCache cache = new KvCache(device, model.cacheShape(), tokens.length);
        Tape _ = new Tape(context, gradients, false)) {
      int[] pages = IntStream.range(0, cache.pageCount()).map(i -> cache.take()).toArray();
      SequenceBatch plain = SequenceBatch.of(context, tokens);
      SequenceBatch cached =
          new SequenceBatch(
              plain.ids(),
              plain.positions(),
              null,
              plain.cuSeqlens(),
              new SequenceBatch.CachedBatch(
                  cache,
                  context.indices(IntStream.range(0, tokens.length).toArray()),
                  context.indices(pages).reshape(1, pages.length),
                  context.indices(tokens.length)));
      says(
          "key/value cache",
          assertThrows(UnsupportedOperationException.class, () -> model.hidden(context, cached)));
    }
  }

  /** A frozen part below the lowest trainable one is not even recorded. */
  @Test
  void frozenBelowCostsNothing() {
    List<Parameter> top =
        model.parameters().stream().filter(p -> p.name().startsWith("ln_f")).toList();
    assertEquals(2, top.size());
    try (Gradients few = new Gradients(device, top);
        Tape tape = new Tape(context, few, false)) {
      Tensor x = model.hidden(context, SequenceBatch.of(context, tokens));
      assertTrue(tape.needs(x));
      assertEquals(1, tape.size());
    }
  }
}
