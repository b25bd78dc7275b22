// SPDX-License-Identifier: Apache-2.0
package dev.gatun.golden;

import dev.gatun.bindings.generated.GatunLibrary;
import dev.gatun.bindings.generated.gatun_quantize_params;
import dev.gatun.tensor.Arithmetic;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.DType;
import dev.gatun.tensor.Device;
import dev.gatun.tensor.Tensor;
import dev.gatun.tensor.Weight;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * A storage format: stored blocks and their values, and its own rounding where the reference has
 * one.
 *
 * @param type the format's name
 * @param file TYPE.safetensors
 * @param entry what expected.json says of the type
 * @param tolerance of the values
 */
record QuantCase(String name, String type, Path file, JsonNode entry, Tolerance tolerance)
    implements GoldenCase {
  @Override
  public void run(Report report, Device device) {
    report.declare("dequantise", "quantise");
    Optional<DType> dtype = DType.find(entry.get("ggml_type").intValue());
    if (dtype.isEmpty()) {
      report.skip("tensor type " + type);
      return;
    }
    try (StoredTensors tensors = new StoredTensors(file)) {
      try {
        dequantise(tensors, "raw", "dequantised", dtype.get(), report, device);
      } catch (UnsupportedOperationException e) {
        report.skip("tensor type " + type + ": no kernel computes with it");
        return;
      }
      if (tensors.has("quantise.input")) {
        dequantise(tensors, "quantise.raw", "quantise.dequantised", dtype.get(), report, device);
        quantise(tensors, dtype.get(), report, device);
      }
    }
  }

  /** The rows of a weight matrix are what its blocks say. */
  private void dequantise(
      StoredTensors tensors,
      String blocks,
      String values,
      DType dtype,
      Report report,
      Device device) {
    byte[] raw = tensors.bytes(blocks);
    float[] expected = tensors.floats(values);
    int[] shape = tensors.shape(values);
    try (Arena arena = Arena.ofConfined();
        Weight weight =
            Weight.create(
                device,
                copy(arena, raw),
                dtype,
                shape[0],
                shape[1],
                new Weight.Packing(Arithmetic.F32, false, false, false))) {
      float[] got = weight.readRows(0, shape[0]);
      for (int i = 0; i < expected.length; i++) {
        if (tolerance.allows(got[i], expected[i])) {
          report.pass("dequantise", Tolerance.error(got[i], expected[i]));
        } else {
          report.fail(
              "dequantise",
              values
                  + "["
                  + i / shape[1]
                  + ", "
                  + i % shape[1]
                  + "] is "
                  + got[i]
                  + ", expected "
                  + expected[i]);
        }
      }
    }
  }

  private static void quantise(StoredTensors tensors, DType dtype, Report report, Device device) {
    float[] input = tensors.floats("quantise.input");
    byte[] expected = tensors.bytes("quantise.raw");
    try (Arena arena = Arena.ofConfined();
        Context context = new Context(device)) {
      Tensor x = context.allocate(DType.F32, input.length);
      x.copyFrom(input);
      MemorySegment y = arena.allocate(expected.length, 64);
      MemorySegment params = context.params(gatun_quantize_params.sizeof());
      gatun_quantize_params.struct_size(params, gatun_quantize_params.sizeof());
      x.describe(gatun_quantize_params.x(params));
      gatun_quantize_params.y(params, y);
      gatun_quantize_params.y_byte_length(params, expected.length);
      gatun_quantize_params.dtype(params, dtype.code());
      context.run(GatunLibrary::gatun_quantize_forward, params);
      int at = Arrays.mismatch(expected, y.toArray(ValueLayout.JAVA_BYTE));
      report.check("quantise", at < 0, "byte " + at + " of quantise.raw differs");
    }
  }

  private static MemorySegment copy(Arena arena, byte[] raw) {
    MemorySegment segment = arena.allocate(raw.length, 64);
    MemorySegment.copy(raw, 0, segment, ValueLayout.JAVA_BYTE, 0, raw.length);
    return segment;
  }
}
