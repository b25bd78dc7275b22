// SPDX-License-Identifier: Apache-2.0
package dev.gatun.optim;

import dev.gatun.autograd.Gradients;
import dev.gatun.nn.Parameter;
import dev.gatun.ops.AdamWStep;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.DType;
import dev.gatun.tensor.Device;
import dev.gatun.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The moments of {@link AdamW}: two f32 vectors per parameter, zero at first. */
public final class AdamWState implements OptimizerState {
  private record Moments(Tensor mean, Tensor square) {}

  private final AdamW settings;
  private final Device device;
  private final Arena arena = Arena.ofShared();
  private final Map<Parameter, Moments> moments = new LinkedHashMap<>();
  private long steps;

  AdamWState(AdamW settings, Device device, List<Parameter> parameters) {
    this.settings = settings;
    device.retain();
    this.device = device;
    try {
      MemorySegment memory = device.allocate(settings.stateBytes(parameters), arena);
      long at = 0;
      for (Parameter parameter : parameters) {
        long count = parameter.values().elementCount();
        long bytes = parameter.paddedCount() * Float.BYTES;
        Tensor mean = device.tensor(memory.asSlice(at, bytes), DType.F32, count);
        Tensor square = device.tensor(memory.asSlice(at + bytes, bytes), DType.F32, count);
        if (moments.put(parameter, new Moments(mean, square)) != null) {
          throw new IllegalArgumentException("AdamW: " + parameter.name() + " is listed twice");
        }
        at += 2 * bytes;
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  @Override
  public List<Parameter> parameters() {
    return List.copyOf(moments.keySet());
  }

  @Override
  public long steps() {
    return steps;
  }

  @Override
  public void resume(long made) {
    if (made < 0) {
      throw new IllegalArgumentException("AdamW: steps is " + made + ", expected 0 or more");
    }
    steps = made;
  }

  /** The mean of the gradients and of their squares, under PyTorch's names. */
  @Override
  public Map<String, Tensor> buffers(Parameter parameter) {
    Moments of = moments.get(parameter);
    if (of == null) {
      throw new IllegalArgumentException("AdamW: " + parameter.name() + " is not trained");
    }
    Map<String, Tensor> buffers = new LinkedHashMap<>();
    buffers.put("exp_avg", of.mean());
    buffers.put("exp_avg_sq", of.square());
    return buffers;
  }

  @Override
  public void step(
      Context context, Gradients gradients, double learningRate, double gradientScale) {
    if (!(gradientScale > 0)) {
      throw new IllegalArgumentException(
          "AdamW: gradient scale is " + gradientScale + ", expected a positive number");
    }
    steps++;
    for (Map.Entry<Parameter, Moments> entry : moments.entrySet()) {
      Parameter parameter = entry.getKey();
      Moments of = entry.getValue();
      long count = of.mean().elementCount();
      boolean decays = settings.decayed().test(parameter);
      new AdamWStep(
              learningRate,
              settings.beta1(),
              settings.beta2(),
              settings.eps(),
              decays ? settings.weightDecay() : 0,
              gradientScale,
              steps)
          .run(
              context,
              parameter.values().reshape(count),
              gradients.of(parameter).reshape(count),
              of.mean(),
              of.square(),
              true);
      parameter.changed(context);
    }
  }

  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
      device.release();
    }
  }
}
