// SPDX-License-Identifier: Apache-2.0
package dev.gatun.autograd;

import dev.gatun.ops.Elementwise;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.DType;
import dev.gatun.tensor.Dropout;
import dev.gatun.tensor.Recorder;
import dev.gatun.tensor.Tensor;
import dev.gatun.tensor.Weight;
import dev.gatun.tensor.Workspace;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Records one forward pass of a context and computes its gradients, once.
 *
 * {@snippet :
 * try (Tape tape = new Tape(context, gradients, false)) {
 *   LossValue loss = model.loss(context, batch, targets, options); // seeds the gradients
 *   tape.backward(); // adds to gradients
 * }
 * }
 *
 * <p>Everything that is allocated in the context's workspace between opening and closing lives
 * until the tape is closed. With checkpointing only the input of each layer is kept, and the layer
 * runs again, with the same dropout masks, in the backward: about a third more work for a fraction
 * of the memory, the same bits.
 *
 * <p>One thread at a time.
 */
public final class Tape implements Recorder, AutoCloseable {
  private record Recorded(Step step, Tensor[] outputs) {}

  private enum State {
    RECORDING,
    /** A layer runs whose inside will be computed again: only whether it needs gradients counts. */
    SKETCHING,
    BACKWARD,
    /** A layer runs again in the backward. */
    RECOMPUTING,
    USED,
    CLOSED
  }

  private final Context context;
  private final Gradients gradients;
  private final boolean checkpointing;
  private final Workspace.Scope scope;
  private final Workspace.Scope gradientScope;
  private final Activations activations;
  private final List<Recorded> steps = new ArrayList<>();
  private Set<Workspace.Scope> pinned = new HashSet<>();
  private final long version;
  private State state = State.RECORDING;
  private boolean seeded;

  /**
   * Starts recording.
   *
   * @param gradients of the trainable parameters; added to
   * @param checkpointing keep the inputs of layers only
   * @throws IllegalStateException if the context is already being recorded
   */
  public Tape(Context context, Gradients gradients, boolean checkpointing) {
    if (context.recorder() != null) {
      throw new IllegalStateException(
          "tape: the context is recorded by another tape; close that one first");
    }
    this.context = context;
    this.gradients = gradients;
    this.checkpointing = checkpointing;
    this.version = gradients.version();
    this.scope = context.workspace().scope();
    this.gradientScope = context.gradientWorkspace().scope();
    this.activations = new Activations(context, new GradientPool(context.gradientWorkspace()));
    context.record(this);
  }

  @Override
  public boolean needs(Tensor tensor) {
    return tensor != null && (activations.has(tensor) || gradients.find(tensor) != null);
  }

  @Override
  public boolean needs(Weight weight) {
    return weight != null && gradients.find(weight) != null;
  }

  @Override
  public void record(Step step, Tensor... outputs) {
    if (state == State.BACKWARD || state == State.USED || state == State.CLOSED) {
      throw new IllegalStateException("tape: an operation was recorded after the backward");
    }
    for (Tensor output : outputs) {
      activations.add(output);
    }
    if (state != State.SKETCHING) {
      pinned.add(context.workspace().pin());
      steps.add(new Recorded(step, outputs));
    }
  }

  @Override
  public Tensor layer(Context ignored, Tensor x, UnaryOperator<Tensor> body) {
    if (!checkpointing || state != State.RECORDING) {
      return body.apply(x);
    }
    Dropout dropout = context.dropout();
    long site = dropout == null ? 0 : dropout.site();
    Tensor y = context.allocate(DType.F32, x.shape());
    int known = activations.count();
    boolean needed;
    state = State.SKETCHING;
    try (Workspace.Scope _ = context.workspace().scope()) {
      Tensor result = body.apply(x);
      needed = needs(result);
      copy(result, y);
    } finally {
      state = State.RECORDING;
      activations.forget(known);
    }
    if (needed) {
      record((c, recorder) -> recompute(x, y, body, dropout, site), y);
    }
    return y;
  }

  private void copy(Tensor from, Tensor to) {
    long count = from.elementCount();
    Elementwise.axpby(context, 1, from.reshape(count), 0, to.reshape(count));
  }

  private void recompute(
      Tensor x, Tensor y, UnaryOperator<Tensor> body, Dropout dropout, long site) {
    int before = steps.size();
    activations.enter();
    Set<Workspace.Scope> outer = pinned;
    pinned = new HashSet<>();
    Dropout current = context.dropout();
    if (dropout != null) {
      dropout.rewind(site);
    }
    context.setDropout(dropout);
    context.record(this);
    state = State.RECOMPUTING;
    try {
      Tensor result = body.apply(x);
      state = State.BACKWARD;
      context.record(null);
      activations.pass(y, result);
      unwind(before);
    } finally {
      state = State.BACKWARD;
      context.record(null);
      context.setDropout(current);
      activations.leave();
      unpin();
      pinned = outer;
    }
  }

  /**
   * Sets the gradient of a result, in addition to what a loss has put there.
   *
   * @param output a recorded activation; one that needs no gradient is skipped
   * @param gradient as many values as it has elements
   */
  public void seed(Tensor output, float[] gradient) {
    Contribution into = contribute(output);
    if (into != null) {
      float[] sum = gradient.clone();
      if (into.accumulate()) {
        float[] earlier = into.tensor().toFloatArray();
        for (int i = 0; i < sum.length; i++) {
          sum[i] += earlier[i];
        }
      }
      into.tensor().copyFrom(sum);
    }
  }

  /**
   * Runs the backward of everything that was recorded, last first, and adds the parameters'
   * gradients to the buffers. The context then records no more.
   *
   * @throws IllegalStateException if it has run before, if no loss was computed while recording, or
   *     if a trainable parameter was changed since the tape was opened
   */
  public void backward() {
    if (state != State.RECORDING) {
      throw new IllegalStateException(
          state == State.CLOSED
              ? "tape: backward of a closed tape"
              : "tape: backward was called twice; record the forward pass again on a new tape");
    }
    if (!seeded) {
      throw new IllegalStateException(
          "tape: nothing to differentiate: no loss was computed, and no result seeded, while it"
              + " recorded");
    }
    if (gradients.version() != version) {
      throw new IllegalStateException(
          "tape: a trainable parameter was changed after the tape was opened; run the forward pass"
              + " again on a new tape");
    }
    context.record(null);
    state = State.BACKWARD;
    try {
      unwind(0);
    } finally {
      state = State.USED;
    }
  }

  /** How many operations are recorded and not yet gone back over. */
  public int size() {
    return steps.size();
  }

  /** Runs and drops the steps from {@code first} on, last first. */
  private void unwind(int first) {
    while (steps.size() > first) {
      Recorded recorded = steps.removeLast();
      if (!arrived(recorded.outputs())) {
        continue;
      }
      try (Workspace.Scope _ = context.workspace().scope()) {
        recorded.step().run(context, this);
      }
      for (Tensor output : recorded.outputs()) {
        activations.release(output);
      }
    }
  }

  private boolean arrived(Tensor[] outputs) {
    boolean any = outputs.length == 0;
    for (Tensor output : outputs) {
      any |= output.elementCount() != 0 && activations.gradient(output) != null;
    }
    return any;
  }

  @Override
  public Tensor gradient(Tensor output) {
    return activations.gradient(output);
  }

  @Override
  public Tensor exclusiveGradient(Tensor output) {
    return activations.exclusive(output);
  }

  @Override
  public Contribution contribute(Tensor activation) {
    seeding();
    return activation == null ? null : activations.contribute(activation, false);
  }

  @Override
  public Contribution contributeSome(Tensor activation) {
    seeding();
    return activation == null ? null : activations.contribute(activation, true);
  }

  @Override
  public Contribution contributeInPlace(Tensor activation) {
    seeding();
    return activation == null ? null : activations.contributeInPlace(activation);
  }

  @Override
  public void pass(Tensor output, Tensor input) {
    if (input != null) {
      activations.pass(output, input);
    }
  }

  private void seeding() {
    if (state == State.USED || state == State.CLOSED) {
      throw new IllegalStateException("tape: a gradient was asked for after the backward");
    }
    seeded = true;
  }

  @Override
  public Tensor weightGradient(Weight weight) {
    return weight == null ? null : gradients.find(weight);
  }

  @Override
  public Tensor vectorGradient(Tensor vector) {
    return vector == null ? null : gradients.find(vector);
  }

  private void unpin() {
    pinned.forEach(Workspace.Scope::unpin);
    pinned.clear();
  }

  /** Ends the recording and the life of all its activations; a second call is harmless. */
  @Override
  public void close() {
    if (state == State.CLOSED) {
      return;
    }
    if (context.recorder() == this) {
      context.record(null);
    }
    state = State.CLOSED;
    steps.clear();
    unpin();
    gradientScope.close();
    scope.closeAll();
  }
}
