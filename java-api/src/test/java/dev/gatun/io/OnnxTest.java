// SPDX-License-Identifier: Apache-2.0
package dev.gatun.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxTest {
  private static final int FLOAT = 1;
  private static final int UINT8 = 2;
  private static final int INT8 = 3;

  @TempDir private Path folder;

  // ---- writing protobuf ----

  private static byte[] varint(long value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      out.write((int) (rest & 0x7f | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
    return out.toByteArray();
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  private static byte[] number(int field, long value) {
    return join(varint((long) field << 3), varint(value));
  }

  private static byte[] bytes(int field, byte[] value) {
    return join(varint((long) field << 3 | 2), varint(value.length), value);
  }

  private static byte[] text(int field, String value) {
    return bytes(field, value.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] floats(float... values) {
    ByteBuffer buffer = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      buffer.putFloat(value);
    }
    return buffer.array();
  }

  private static byte[] tensor(String name, int type, byte[] raw, long... dims) {
    byte[] shape = join(Arrays.stream(dims).mapToObj(d -> number(1, d)).toArray(byte[][]::new));
    return join(shape, number(2, type), text(8, name), bytes(9, raw));
  }

  private static byte[] node(String type, String name, String output, String... inputs) {
    byte[] in = join(Arrays.stream(inputs).map(i -> text(1, i)).toArray(byte[][]::new));
    return join(in, text(2, output), text(3, name), text(4, type));
  }

  private static byte[] model(byte[]... graphFields) {
    return join(number(1, 8), text(2, "pytorch"), bytes(7, join(graphFields)));
  }

  private Path write(byte[] content) {
    try {
      return Files.write(folder.resolve("model.onnx"), content);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private Onnx open(byte[] content) {
    Path file = write(content);
    return Onnx.open(file, List.of(file));
  }

  private static float[] read(Onnx onnx, String name) {
    TensorInfo info = onnx.info(name);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(info.byteLength(), 64);
      onnx.read(info, memory);
      return memory.toArray(ValueLayout.JAVA_FLOAT);
    }
  }

  private String failure(byte[] content) {
    Path file = write(content);
    return assertThrows(ModelFormatException.class, () -> Onnx.open(file, List.of(file)).close())
        .getMessage();
  }

  // ---- weights ----

  @Test
  void namedWeightsComeAsTheyAre() {
    byte[] file =
        model(
            bytes(5, tensor("encoder.norm.weight", FLOAT, floats(1, 2, 3), 3)),
            bytes(5, tensor("ids", 7, new byte[8], 1)));
    try (Onnx onnx = open(file)) {
      assertEquals(Set.of("encoder.norm.weight"), onnx.names());
      assertArrayEquals(new float[] {1, 2, 3}, read(onnx, "encoder.norm.weight"));
    }
  }

  @Test
  void productsNameTheirWeightsAndTransposeThem() {
    byte[] file =
        model(
            bytes(1, node("MatMul", "/enc/layer.0/q/MatMul", "y", "x", "onnx::MatMul_7")),
            bytes(5, tensor("onnx::MatMul_7", FLOAT, floats(1, 2, 3, 4, 5, 6), 3, 2)));
    try (Onnx onnx = open(file)) {
      assertArrayEquals(new long[] {2, 3}, onnx.info("enc.layer.0.q.weight").shape());
      assertArrayEquals(new float[] {1, 3, 5, 2, 4, 6}, read(onnx, "enc.layer.0.q.weight"));
    }
  }

  @Test
  void quantisedWeightsAreScaledPerTensor() {
    byte[] file =
        model(
            bytes(
                1, node("MatMulInteger", "/dec/o/MatMul_quant", "y", "x", "w_quantized", "z", "w")),
            bytes(5, tensor("w_quantized", UINT8, new byte[] {0, (byte) 255, 10, 20}, 2, 2)),
            bytes(5, tensor("w_scale", FLOAT, floats(0.5f))),
            bytes(5, tensor("w_zero_point", UINT8, new byte[] {10})));
    try (Onnx onnx = open(file)) {
      assertArrayEquals(new float[] {-5, 0, 122.5f, 5}, read(onnx, "dec.o.weight"));
    }
  }

  @Test
  void quantisedWeightsAreScaledPerChannel() {
    byte[] axis = join(text(1, "axis"), number(3, 1));
    byte[] file =
        model(
            bytes(1, join(node("DequantizeLinear", "d", "f", "q", "s", "z"), bytes(5, axis))),
            bytes(1, node("Gemm", "/head/Gemm", "y", "x", "f")),
            bytes(5, tensor("q", INT8, new byte[] {1, -2, 3, -4}, 2, 2)),
            bytes(5, tensor("s", FLOAT, floats(1, 10), 2)),
            bytes(5, tensor("z", INT8, new byte[] {0, 1}, 2)));
    try (Onnx onnx = open(file)) {
      assertArrayEquals(new float[] {1, 3, -30, -50}, read(onnx, "head.weight"));
    }
  }

  @Test
  void aTableThatKeptItsNameIsNotTransposed() {
    byte[] file =
        model(
            bytes(5, tensor("shared.weight_quantized", INT8, new byte[] {1, 2, 3, 4}, 2, 2)),
            bytes(5, tensor("shared.weight_scale", FLOAT, floats(2))),
            bytes(5, tensor("shared.weight_zero_point", INT8, new byte[] {0})));
    try (Onnx onnx = open(file)) {
      assertArrayEquals(new float[] {2, 4, 6, 8}, read(onnx, "shared.weight"));
    }
  }

  @Test
  void aPartOfATransposedWeightIsThatPartOfTheWhole() {
    byte[] file =
        model(
            bytes(1, node("MatMul", "/q/MatMul", "y", "x", "w")),
            bytes(5, tensor("w", FLOAT, floats(1, 2, 3, 4, 5, 6), 3, 2)));
    try (Onnx onnx = open(file);
        Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(12, 64);
      onnx.read(onnx.info("q.weight"), 12, 12, memory);
      assertArrayEquals(new float[] {2, 4, 6}, memory.toArray(ValueLayout.JAVA_FLOAT));
      assertThrows(
          IllegalArgumentException.class, () -> onnx.read(onnx.info("q.weight"), 16, 12, memory));
      assertThrows(
          IllegalArgumentException.class, () -> onnx.read(onnx.info("q.weight"), 2, 4, memory));
    }
  }

  // ---- hostile files ----

  @Test
  void dataMustFillTheShape() {
    String message = failure(model(bytes(5, tensor("a.weight", FLOAT, floats(1, 2), 3))));
    assertTrue(message.contains("has 8 bytes, expected 12"), message);
  }

  @Test
  void shapesMustNotOverflow() {
    String message =
        failure(model(bytes(5, tensor("a.weight", FLOAT, new byte[0], Long.MAX_VALUE, 2, 0))));
    assertTrue(message.contains("impossible shape"), message);
    message = failure(model(bytes(5, tensor("a.weight", FLOAT, new byte[0], -1))));
    assertTrue(message.contains("impossible shape [-1]"), message);
  }

  @Test
  void lengthsStayInsideTheirMessage() {
    byte[] tooLong = join(varint(7L << 3 | 2), varint(1L << 40));
    assertTrue(failure(join(number(1, 8), tooLong)).contains("bytes, its message has"));
    byte[] negative = join(varint(7L << 3 | 2), varint(-1));
    assertTrue(failure(join(number(1, 8), negative)).contains("18446744073709551615 bytes"));
  }

  @Test
  void numbersAreBounded() {
    byte[] endless = new byte[11];
    Arrays.fill(endless, (byte) 0x80);
    assertTrue(failure(join(new byte[] {8}, endless)).contains("more than 10 bytes"));
    assertTrue(failure(new byte[] {8, (byte) 0x80}).contains("runs past the end"));
    assertTrue(failure(new byte[] {0, 1}).contains("has number 0"));
  }

  @Test
  void nestingIsBounded() {
    byte[] inner = new byte[0];
    for (int i = 0; i < 40; i++) {
      inner = bytes(5, join(text(1, "value"), inner));
    }
    byte[] attribute = bytes(5, inner);
    // A constant inside attributes only nests as far as the format does; the rest is skipped.
    try (Onnx onnx = open(model(bytes(1, join(text(4, "Constant"), attribute))))) {
      assertTrue(onnx.names().isEmpty());
    } catch (ModelFormatException e) {
      assertTrue(e.getMessage().contains("expected an ONNX graph"), e.getMessage());
    }
  }

  @Test
  void otherFilesAreNotFollowed() {
    byte[] location = join(text(1, "location"), text(2, "../../etc/passwd"));
    byte[] external =
        join(number(1, 2), number(2, FLOAT), text(8, "a.weight"), bytes(13, location));
    assertTrue(failure(model(bytes(5, external))).contains("lies in another file"));
    byte[] marked = join(number(1, 2), number(2, FLOAT), text(8, "a.weight"), number(14, 1));
    assertTrue(failure(model(bytes(5, marked))).contains("lies in another file"));
  }

  @Test
  void namesAreUniqueAndElementsHaveOneForm() {
    byte[] one = bytes(5, tensor("a.weight", FLOAT, floats(1), 1));
    assertTrue(failure(model(one, one)).contains("two tensors are named"));
    byte[] twice = join(tensor("a.weight", FLOAT, floats(1), 1), bytes(7, varint(1)));
    assertTrue(failure(model(bytes(5, twice))).contains("two forms"));
  }

  @Test
  void scalesMustFitTheirWeight() {
    byte[] file =
        model(
            bytes(1, node("MatMulInteger", "/q/MatMul_quant", "y", "x", "w_quantized")),
            bytes(5, tensor("w_quantized", INT8, new byte[4], 2, 2)),
            bytes(5, tensor("w_scale", FLOAT, floats(1, 2, 3), 3)));
    assertTrue(failure(file).contains("3 scales"));
  }

  @Test
  void everyTruncationIsRefusedOrLoads() {
    byte[] whole =
        model(
            bytes(1, node("MatMul", "/q/MatMul", "y", "x", "w")),
            bytes(5, tensor("w", FLOAT, floats(1, 2, 3, 4, 5, 6), 3, 2)));
    for (int length = 0; length < whole.length; length++) {
      Path file = write(Arrays.copyOf(whole, length));
      try (Onnx onnx = Onnx.open(file, List.of(file))) {
        assertTrue(onnx.names().isEmpty());
      } catch (ModelFormatException e) {
        assertTrue(e.getMessage().contains("expected an ONNX graph"), e.getMessage());
      }
    }
  }
}
