// SPDX-License-Identifier: Apache-2.0
package dev.gatun.train;

import dev.gatun.io.JsonConfig;
import dev.gatun.io.Safetensors;
import dev.gatun.io.SafetensorsWriter;
import dev.gatun.io.TensorInfo;
import dev.gatun.nn.Parameter;
import dev.gatun.optim.OptimizerState;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.DType;
import dev.gatun.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import tools.jackson.databind.json.JsonMapper;

/**
 * The files of a checkpoint: the values of the trainable parameters and the optimiser's buffers as
 * they lie in memory (a matrix in panels of 16 rows), and a JSON document with the position and the
 * settings that a resumed run has to agree in.
 */
final class RunFiles {
  private static final String PARAMETERS = "parameters.safetensors";
  private static final String OPTIMIZER = "optimizer.safetensors";
  private static final String STATE = "state.json";
  private static final String FORMAT = "gatun-training-1";
  private static final long PART_BYTES = 8L << 20;

  private final Map<String, String> identity;
  private final OptimizerState optimizer;

  RunFiles(Map<String, String> identity, OptimizerState optimizer) {
    this.identity = identity;
    this.optimizer = optimizer;
  }

  /** What to write; reads the parameters and buffers while it is being written. */
  Map<String, CheckpointStore.Content> contents(Position position) {
    SafetensorsWriter values = new SafetensorsWriter();
    SafetensorsWriter buffers = new SafetensorsWriter();
    for (Parameter parameter : optimizer.parameters()) {
      put(values, parameter.name(), parameter.values());
      optimizer
          .buffers(parameter)
          .forEach((name, buffer) -> put(buffers, parameter.name() + "." + name, buffer));
    }
    Map<String, CheckpointStore.Content> files = new LinkedHashMap<>();
    files.put(PARAMETERS, values::writeTo);
    files.put(OPTIMIZER, buffers::writeTo);
    byte[] state = state(position);
    files.put(STATE, out -> CheckpointStore.writeAll(out, ByteBuffer.wrap(state)));
    return files;
  }

  private static void put(SafetensorsWriter writer, String name, Tensor tensor) {
    long[] shape = {tensor.elementCount()};
    if (tensor.isRemote()) {
      writer.put(name, DType.F32, shape, tensor::copyTo);
    } else {
      writer.put(name, DType.F32, shape, tensor.segment());
    }
  }

  private byte[] state(Position position) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("format", FORMAT);
    json.put("step", Long.toString(position.step()));
    json.put("epoch", Long.toString(position.epoch()));
    json.put("batch", Long.toString(position.batch()));
    json.put("passes", Long.toString(position.passes()));
    json.put("optimizer_steps", Long.toString(optimizer.steps()));
    json.put("settings", identity);
    return new JsonMapper().writeValueAsBytes(json);
  }

  /**
   * Fills the parameters and buffers.
   *
   * @return the position to go on from
   * @throws CheckpointException if the checkpoint is of another run
   */
  Position restore(Context context, Path checkpoint) {
    JsonConfig json = JsonConfig.read(checkpoint.resolve(STATE));
    if (!json.requireString("format").equals(FORMAT)) {
      throw json.error("format", FORMAT, json.requireString("format"));
    }
    requireSame(checkpoint, json.requireNested("settings"));
    try (Safetensors values = Safetensors.open(checkpoint.resolve(PARAMETERS));
        Safetensors buffers = Safetensors.open(checkpoint.resolve(OPTIMIZER))) {
      for (Parameter parameter : optimizer.parameters()) {
        read(values, parameter.name(), parameter.values());
        optimizer
            .buffers(parameter)
            .forEach((name, buffer) -> read(buffers, parameter.name() + "." + name, buffer));
        parameter.changed(context);
      }
    }
    optimizer.resume(number(json, "optimizer_steps"));
    return new Position(
        number(json, "step"),
        number(json, "epoch"),
        Math.toIntExact(number(json, "batch")),
        number(json, "passes"));
  }

  private static long number(JsonConfig json, String key) {
    try {
      return Long.parseLong(json.requireString(key));
    } catch (NumberFormatException e) {
      throw json.error(key, "digits", json.requireString(key));
    }
  }

  private static void read(Safetensors file, String name, Tensor into) {
    TensorInfo info = file.info(name);
    if (info.dtype() != DType.F32 || info.byteLength() != into.byteSize()) {
      throw new CheckpointException(
          info.file()
              + ": "
              + name
              + " has "
              + info.byteLength()
              + " bytes of "
              + info.dtype()
              + ", this run needs "
              + into.byteSize()
              + " of F32");
    }
    if (into.isRemote()) {
      readParts(file, info, into);
    } else {
      file.read(info, into.segment());
    }
  }

  private static void readParts(Safetensors file, TensorInfo info, Tensor into) {
    try (Arena arena = Arena.ofConfined()) {
      long size = info.byteLength();
      MemorySegment staged = arena.allocate(Math.max(1, Math.min(PART_BYTES, size)), 64);
      for (long done = 0; done < size; done += PART_BYTES) {
        MemorySegment part = staged.asSlice(0, Math.min(PART_BYTES, size - done));
        file.read(info, done, part.byteSize(), part);
        into.copyFrom(done, part);
      }
    }
  }

  private void requireSame(Path checkpoint, JsonConfig settings) {
    Set<String> names = new LinkedHashSet<>(identity.keySet());
    names.addAll(settings.keys());
    List<String> differences = new ArrayList<>();
    for (String name : names) {
      String before = settings.optionalString(name).orElse(null);
      String now = identity.get(name);
      if (!Objects.equals(before, now)) {
        differences.add(
            "  "
                + name
                + ": the checkpoint has "
                + Objects.requireNonNullElse(before, "none")
                + ", this run "
                + Objects.requireNonNullElse(now, "none"));
      }
    }
    if (!differences.isEmpty()) {
      throw new CheckpointException(
          checkpoint
              + " is of another run:\n"
              + String.join("\n", differences)
              + "\nrestore the settings, or start a new run in another folder");
    }
  }
}
