// SPDX-License-Identifier: Apache-2.0
package dev.gatun.ops;

import dev.gatun.ops.Losses.Head;
import dev.gatun.ops.Losses.Results;
import dev.gatun.ops.Losses.Smoothing;
import dev.gatun.ops.Losses.Sum;
import dev.gatun.ops.Products.Epilogue;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.LowRank;
import dev.gatun.tensor.Recorder;
import dev.gatun.tensor.Recorder.Contribution;
import dev.gatun.tensor.Tensor;
import dev.gatun.tensor.Weight;
import dev.gatun.tensor.Workspace;
import java.util.Arrays;

/**
 * Cross-entropy of softcap(scale (hidden Wᵀ + s (hidden Aᵀ) Bᵀ) + bias), a part of the rows at a
 * time: scores, loss, gradient of the scores in their place, and what follows from it. A and B are
 * those of an adapter of the head; hidden Aᵀ is small, so it is an operation of its own on the
 * tape, and the parts multiply with B alone.
 */
final class LinearCrossEntropy {
  /** Scores that are in memory at a time. */
  private static final long MOST_LOGITS = 16L << 20;

  private final Context context;
  private final Recorder recorder;
  private final Tensor hidden;
  private final Head head;
  private final Low low;

  /**
   * The adapter of the head.
   *
   * @param inner [R, r] hidden Aᵀ of the rows that count
   * @param b [V, r]
   * @param scale of their product
   */
  private record Low(Tensor inner, Weight b, float scale) {
    LinearGradient gradient(Tensor part) {
      return new LinearGradient(part, null, new Weight[] {b}, new Tensor[] {null}, scale);
    }
  }

  /** Where the parts put gradients; null where none is wanted. */
  private record Into(Contribution hidden, Contribution inner) {}

  private LinearCrossEntropy(
      Context context, Recorder recorder, Tensor hidden, Head head, Low low) {
    this.context = context;
    this.recorder = recorder;
    this.hidden = hidden;
    this.head = head;
    this.low = low;
  }

  /** As {@link Losses#linearCrossEntropy}, for labels that have been checked. */
  static Sum run(
      Context context, Tensor hidden, Head head, int[] labels, float scale, Smoothing smoothing) {
    int[] rows = counting(labels);
    Low low = low(context, hidden, head, rows, rows.length == labels.length);
    Recorder recorder = context.recorder();
    context.record(null);
    try {
      return new LinearCrossEntropy(context, recorder, hidden, head, low)
          .parts(rows, labels, scale, smoothing);
    } finally {
      context.record(recorder);
    }
  }

  private static int[] counting(int[] labels) {
    int[] rows = new int[labels.length];
    int count = 0;
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] != Losses.IGNORED) {
        rows[count++] = i;
      }
    }
    return Arrays.copyOf(rows, count);
  }

  private static Low low(Context context, Tensor hidden, Head head, int[] rows, boolean all) {
    LowRank term = LowRankProducts.single(context, head.weight());
    if (term == null || rows.length == 0) {
      return null;
    }
    Tensor picked = all ? hidden : Rows.gather(context, hidden, context.indices(rows));
    Tensor inner = LowRankProducts.inner(context, picked, term);
    return new Low(inner, term.b(), head.productScale() * term.scale());
  }

  private Sum parts(int[] rows, int[] labels, float scale, Smoothing smoothing) {
    boolean all = rows.length == labels.length;
    Into into = recorder == null ? null : into(all);
    long most = Math.clamp(MOST_LOGITS / head.weight().rows(), 1, Math.max(1, rows.length));
    int parts = Math.toIntExact((rows.length + most - 1) / most);
    double sum = 0;
    long correct = 0;
    for (int part = 0; part < parts; part++) {
      int first = Math.toIntExact((long) rows.length * part / parts);
      int end = Math.toIntExact((long) rows.length * (part + 1) / parts);
      try (Workspace.Scope _ = context.workspace().scope()) {
        int[] some = Arrays.copyOfRange(rows, first, end);
        Tensor picked = all ? null : context.indices(some);
        Tensor x = all ? hidden.rows(first, end - first) : hidden;
        Tensor inner = low == null ? null : low.inner().rows(first, end - first);
        int[] wanted = Arrays.stream(some).map(row -> labels[row]).toArray();
        Results results = Results.of(context, context.indices(wanted));
        Scores scores = scores(x, picked, inner);
        Tensor y = scores.logits();
        Losses.entropy(context, y, null, results, into == null ? null : y, scale, smoothing);
        if (into != null) {
          scores.backward(context);
          backward(x, picked, inner, y, part(into, all, first, end - first));
        }
        Sum got = results.sum(context, wanted);
        sum += got.sum();
        correct += got.correct();
      }
    }
    return new Sum(sum, rows.length, correct);
  }

  /** Null where no gradient at all is wanted. */
  private Into into(boolean all) {
    boolean adapted = low != null && (recorder.needs(low.inner()) || recorder.needs(low.b()));
    if (!adapted && !gradient(hidden, null).isNeeded(recorder)) {
      return null;
    }
    return new Into(
        all ? recorder.contribute(hidden) : recorder.contributeSome(hidden),
        low == null ? null : recorder.contribute(low.inner()));
  }

  private static Into part(Into into, boolean all, int first, int count) {
    return new Into(
        all ? rows(into.hidden(), first, count) : into.hidden(), rows(into.inner(), first, count));
  }

  private static Contribution rows(Contribution whole, int first, int count) {
    return whole == null
        ? null
        : new Contribution(whole.tensor().rows(first, count), whole.accumulate());
  }

  private LinearGradient gradient(Tensor x, Tensor rows) {
    return new LinearGradient(
        x, rows, new Weight[] {head.weight()}, new Tensor[] {head.bias()}, head.productScale());
  }

  private void backward(Tensor x, Tensor picked, Tensor inner, Tensor dy, Into into) {
    LinearGradient gradient = gradient(x, picked);
    if (gradient.isNeeded(recorder)) {
      gradient.run(context, recorder, new Tensor[] {dy}, into.hidden());
    }
    if (inner != null && (into.inner() != null || recorder.needs(low.b()))) {
      low.gradient(inner).run(context, recorder, new Tensor[] {dy}, into.inner());
    }
  }

  private Scores scores(Tensor x, Tensor rows, Tensor inner) {
    Epilogue scaled = Epilogue.NONE.scaled(head.productScale());
    Tensor y = Products.product(context, x, rows, head.weight(), head.bias(), scaled);
    if (inner != null) {
      Products.run(
          context,
          inner,
          null,
          new Weight[] {low.b()},
          new Tensor[] {null},
          new Tensor[] {y},
          Epilogue.plus(y).scaled(low.scale()));
    }
    if (head.softcap() == 0) {
      return new Scores(y, null, 0);
    }
    Tensor bounded = Elementwise.activation(context, y, null, Activation.TANH);
    Elementwise.scale(context, head.softcap(), bounded);
    return new Scores(bounded, y, head.softcap());
  }

  /**
   * Scores of some rows, whose memory then takes their gradient.
   *
   * @param logits [R, V]
   * @param inner what the hyperbolic tangent was taken of, or null
   */
  private record Scores(Tensor logits, Tensor inner, float softcap) {
    /** From the gradient of the scores to that of the product. */
    void backward(Context context) {
      if (inner != null) {
        Elementwise.scale(context, softcap, logits);
        Elementwise.activationBackward(context, inner, logits, Activation.TANH);
      }
    }
  }
}
