// SPDX-License-Identifier: Apache-2.0
package dev.gatun.train;

import dev.gatun.data.Batching;
import dev.gatun.data.ExampleSet;
import dev.gatun.nn.Parameter;
import dev.gatun.nn.TrainableModel;
import dev.gatun.optim.GradientClipping;
import dev.gatun.optim.LearningRateSchedule;
import dev.gatun.optim.Optimizer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a trainer was built with; see {@link TrainerBuilder}. */
record TrainerSettings(
    TrainableModel model,
    Objective objective,
    List<Parameter> trainable,
    Optimizer optimizer,
    LearningRateSchedule schedule,
    GradientClipping clipping,
    Batching batching,
    int accumulation,
    long steps,
    int epochs,
    long seed,
    boolean dropout,
    boolean gradientCheckpointing,
    Checkpointing checkpointing,
    boolean resume,
    long evaluateEvery,
    List<Evaluator> evaluators,
    List<TrainingListener> listeners) {

  Schedule schedule(ExampleSet set) {
    return new Schedule(set, batching, accumulation, steps, epochs);
  }

  /**
   * Everything that the bits of a run depend on, by name. Left out is what does not change them:
   * gradient checkpointing, evaluation, when checkpoints are written, the number of threads.
   */
  Map<String, String> identity(ExampleSet set, long totalSteps) {
    Map<String, String> identity = new LinkedHashMap<>(objective.settings());
    identity.put("model.architecture", model.architecture());
    identity.put("model.arithmetic", model.arithmetic().toString());
    identity.put("model.trainable", ParameterDigest.shapes(trainable));
    identity.put("model.frozen", ParameterDigest.frozen(model, trainable));
    identity.putAll(optimizer.settings(trainable));
    identity.put("schedule", schedule.toString());
    identity.put("clipping", Double.toString(clipping.maxNorm()));
    identity.put("batching", batching.toString());
    identity.put("accumulation", Integer.toString(accumulation));
    identity.put("steps", Long.toString(totalSteps));
    identity.put("seed", Long.toString(seed));
    identity.put("dropout", Boolean.toString(dropout));
    identity.put("data.examples", Integer.toString(set.size()));
    identity.put("data.sha256", set.fingerprint());
    return identity;
  }
}
