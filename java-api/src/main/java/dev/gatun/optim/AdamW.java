// SPDX-License-Identifier: Apache-2.0
package dev.gatun.optim;

import dev.gatun.nn.Parameter;
import dev.gatun.tensor.Device;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter, 2019), as PyTorch has it: m += (1 -
 * beta1) (g - m), v = beta2 v + (1 - beta2) g^2, p -= rate decay p, p -= rate / (1 - beta1^t) m /
 * (sqrt(v / (1 - beta2^t)) + eps).
 *
 * @param learningRate the base rate
 * @param beta1 decay of the mean of gradients
 * @param beta2 decay of the mean of squares
 * @param eps added to the root
 * @param weightDecay of the parameters that {@code decayed} accepts
 * @param decayed which parameters decay
 */
public record AdamW(
    double learningRate,
    double beta1,
    double beta2,
    double eps,
    double weightDecay,
    Predicate<Parameter> decayed)
    implements Optimizer {
  private static final int BUFFERS = 2;

  /** Parameters of two or more dimensions: no biases, no norms. */
  public static final Predicate<Parameter> MATRICES = parameter -> parameter.shape().length > 1;

  /** Checks the ranges. */
  public AdamW {
    Objects.requireNonNull(decayed, "decayed");
    require("learning rate", learningRate, 0, Double.MAX_VALUE);
    require("beta1", beta1, 0, Math.nextDown(1));
    require("beta2", beta2, 0, Math.nextDown(1));
    require("eps", eps, 0, Double.MAX_VALUE);
    require("weight decay", weightDecay, 0, Double.MAX_VALUE);
  }

  private static void require(String what, double value, double least, double most) {
    if (!(value >= least && value <= most)) {
      throw new IllegalArgumentException(
          "AdamW: " + what + " is " + value + ", expected " + least + " to " + most);
    }
  }

  /** PyTorch's defaults: betas 0.9 and 0.999, eps 1e-8, decay 0.01 of {@link #MATRICES}. */
  public static AdamW withLearningRate(double learningRate) {
    return new AdamW(learningRate, 0.9, 0.999, 1e-8, 0.01, MATRICES);
  }

  /** The same with other betas. */
  public AdamW withBetas(double first, double second) {
    return new AdamW(learningRate, first, second, eps, weightDecay, decayed);
  }

  /** The same with another eps. */
  public AdamW withEps(double value) {
    return new AdamW(learningRate, beta1, beta2, value, weightDecay, decayed);
  }

  /** The same with another decay. */
  public AdamW withWeightDecay(double value) {
    return new AdamW(learningRate, beta1, beta2, eps, value, decayed);
  }

  /** The same with another choice of the parameters that decay. */
  public AdamW withDecayed(Predicate<Parameter> predicate) {
    return new AdamW(learningRate, beta1, beta2, eps, weightDecay, predicate);
  }

  @Override
  public AdamWState newState(Device device, List<Parameter> parameters) {
    return new AdamWState(this, device, parameters);
  }

  @Override
  public long stateBytes(List<Parameter> parameters) {
    long count = 0;
    for (Parameter parameter : parameters) {
      count += parameter.paddedCount();
    }
    return BUFFERS * count * Float.BYTES;
  }

  @Override
  public Map<String, String> settings(List<Parameter> parameters) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("optimizer", "AdamW");
    settings.put("optimizer.learning_rate", Double.toString(learningRate));
    settings.put("optimizer.betas", beta1 + ", " + beta2);
    settings.put("optimizer.eps", Double.toString(eps));
    settings.put("optimizer.weight_decay", Double.toString(weightDecay));
    List<String> spared =
        parameters.stream().filter(decayed.negate()).map(Parameter::name).toList();
    settings.put("optimizer.without_decay", String.join(" ", spared));
    return settings;
  }
}
