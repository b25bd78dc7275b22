// SPDX-License-Identifier: Apache-2.0
package dev.gatun.train;

import dev.gatun.autograd.Gradients;
import dev.gatun.nn.LossOptions;
import dev.gatun.nn.Parameter;
import dev.gatun.ops.Elementwise;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Finds out where an infinity or NaN comes from. */
final class NonFinite {
  private static final int MOST_EXAMPLES = 16;

  private final TrainerSettings settings;
  private final Context context;
  private final long step;

  NonFinite(TrainerSettings settings, Context context, long step) {
    this.settings = settings;
    this.context = context;
    this.step = step;
  }

  /** A loss: the first parameter, or else the first layer's output, that is not finite. */
  NonFiniteException ofLoss(double loss, List<MicroBatch> batches, int index, LossOptions options) {
    String tensor =
        badParameter()
            .or(() -> badActivation(batches.get(index), options))
            .orElse("loss (the scores that it is made of are not finite, or too large)");
    return exception("the loss is " + loss, tensor, batches.subList(index, index + 1));
  }

  /** A gradient: the last parameter, in the order of the model, whose gradient is not finite. */
  NonFiniteException ofGradients(Gradients gradients, List<MicroBatch> batches) {
    List<Parameter> parameters = gradients.parameters();
    for (int i = parameters.size() - 1; i >= 0; i--) {
      if (!isFinite(gradients.of(parameters.get(i)))) {
        String tensor = "gradient of " + parameters.get(i).name();
        return exception("the norm of the gradients is not finite", tensor, batches);
      }
    }
    return exception("the norm of the gradients overflows", "all gradients together", batches);
  }

  private Optional<String> badParameter() {
    return settings.trainable().stream()
        .filter(parameter -> !isFinite(parameter.values()))
        .findFirst()
        .map(parameter -> "parameter " + parameter.name());
  }

  private boolean isFinite(Tensor tensor) {
    return Double.isFinite(
        Elementwise.sumOfSquares(context, tensor.reshape(tensor.elementCount())));
  }

  private Optional<String> badActivation(MicroBatch batch, LossOptions options) {
    List<String> bad = new ArrayList<>();
    try (Context watched = settings.model().newContext()) {
      watched.observe((name, tensor) -> {
        if (bad.isEmpty() && !allFinite(tensor.toFloatArray())) {
          bad.add(name);
        }
      });
      settings.objective().loss(watched, settings.model(), batch, options);
    }
    return bad.stream().findFirst();
  }

  private static boolean allFinite(float[] values) {
    for (float value : values) {
      if (!Float.isFinite(value)) {
        return false;
      }
    }
    return true;
  }

  private NonFiniteException exception(String what, String tensor, List<MicroBatch> batches) {
    int[] examples =
        batches.stream().flatMapToInt(batch -> Arrays.stream(batch.examples())).toArray();
    String shown =
        Arrays.toString(Arrays.copyOf(examples, Math.min(MOST_EXAMPLES, examples.length)));
    String more =
        examples.length > MOST_EXAMPLES
            ? " and " + (examples.length - MOST_EXAMPLES) + " more"
            : "";
    return new NonFiniteException(
        step,
        "step "
            + step
            + ": "
            + what
            + "; first bad tensor: "
            + tensor
            + "; batch: examples "
            + shown
            + more
            + ". The step changed nothing. Lower the learning rate, clip gradients, or look at"
            + " these examples"
            + (settings.checkpointing() == null
                ? ""
                : "; the last checkpoint in "
                    + settings.checkpointing().folder()
                    + " can be resumed"));
  }
}
