// SPDX-License-Identifier: Apache-2.0
package dev.gatun.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonConfigTest {
  private static final Path FILE = Path.of("config.json");

  @TempDir Path folder;

  private static JsonConfig parse(String json) {
    return JsonConfig.parse(FILE, json);
  }

  private static String refusal(Runnable wrong) {
    return assertThrows(ModelFormatException.class, wrong::run).getMessage();
  }

  @Test
  void readsEveryType() {
    JsonConfig config =
        parse(
            "{\"i\":32,\"whole\":1e6,\"d\":1e-5,\"b\":true,\"s\":\"x\",\"none\":null,"
                + "\"list\":[\"a\",\"b\"],\"ids\":[1,2],\"one\":3,\"limit\":[0.0,Infinity],"
                + "\"rope_scaling\":{\"factor\":8.0},\"big\":1000000000000000000000000000000,"
                + "\"parts\":[{\"n\":1},{\"n\":2}]}");
    assertEquals(32, config.requireInt("i"));
    assertEquals(1_000_000, config.requireInt("whole"));
    assertEquals(1e-5, config.requireDouble("d"));
    assertEquals(32.0, config.requireDouble("i"));
    assertEquals(1e30, config.requireDouble("big"));
    assertTrue(config.requireBool("b"));
    assertEquals("x", config.requireString("s"));
    assertEquals(List.of("a", "b"), config.strings("list"));
    assertArrayEquals(new int[] {1, 2}, config.ints("ids"));
    assertArrayEquals(new int[] {3}, config.ints("one"));
    assertArrayEquals(new double[] {0, Double.POSITIVE_INFINITY}, config.doubles("limit"));
    assertEquals(8.0, config.requireNested("rope_scaling").requireDouble("factor"));
    assertEquals(2, config.nestedList("parts").get(1).requireInt("n"));
    assertEquals(13, config.keys().size());
    assertTrue(config.isNumber("i") && config.isList("list") && config.isNested("rope_scaling"));
  }

  @Test
  void absentAndNullAreTheSame() {
    JsonConfig config = parse("{\"none\":null}");
    for (String key : List.of("none", "absent")) {
      assertFalse(config.has(key));
      assertEquals(7, config.intOr(key, 7));
      assertEquals(0.5, config.doubleOr(key, 0.5));
      assertEquals("d", config.stringOr(key, "d"));
      assertTrue(config.boolOr(key, true));
      assertTrue(config.optionalInt(key).isEmpty());
      assertTrue(config.nested(key).isEmpty());
      assertEquals(List.of(), config.strings(key));
      assertEquals(0, config.ints(key).length);
    }
    assertTrue(refusal(() -> config.requireInt("none")).endsWith("got null"));
    assertTrue(refusal(() -> config.requireInt("absent")).endsWith("got no such key"));
  }

  @Test
  void errorsNameFileAndKey() {
    JsonConfig config =
        parse("{\"n\":\"12\",\"f\":1.5,\"big\":3000000000,\"nan\":NaN,\"r\":{\"factor\":\"x\"}}");
    assertEquals(
        "config.json: n: expected a 32-bit integer, got the string \"12\"",
        refusal(() -> config.requireInt("n")));
    assertTrue(refusal(() -> config.requireInt("f")).endsWith("got 1.5"));
    assertTrue(refusal(() -> config.requireInt("big")).endsWith("got 3000000000"));
    assertTrue(refusal(() -> config.requireDouble("nan")).contains("nan: expected a number"));
    assertEquals(
        "config.json: r.factor: expected a number, got the string \"x\"",
        refusal(() -> config.requireNested("r").requireDouble("factor")));
    assertTrue(refusal(() -> config.requireBool("f")).contains("true or false"));
    assertTrue(refusal(() -> config.requireString("f")).contains("a string"));
    assertTrue(refusal(() -> config.requireNested("f")).contains("an object"));
    assertTrue(refusal(() -> config.nestedList("f")).contains("an array of objects"));
    assertTrue(refusal(() -> config.strings("f")).contains("a string"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "  ",
        "[]",
        "1",
        "{",
        "{}}",
        "{} {}",
        "{\"a\":1,\"a\":2}",
        "{\"a\":01}",
        "{'a':1}",
        "{\"a\":1,}",
        "<html></html>",
        "{\"a\":\"\u0001\"}"
      })
  void refusesWhatIsNotOneObject(String json) {
    assertTrue(refusal(() -> parse(json)).startsWith("config.json: expected"));
  }

  @Test
  void boundsDepthAndSize() throws IOException {
    String deep = "{\"a\":" + "[".repeat(100) + "]".repeat(100) + "}";
    assertTrue(refusal(() -> parse(deep)).contains("config.json"));
    Path huge = folder.resolve("config.json");
    try (var file = new RandomAccessFile(huge.toFile(), "rw")) {
      file.setLength(Json.MAX_DOCUMENT_BYTES + 1);
    }
    assertTrue(refusal(() -> JsonConfig.read(huge)).contains("at most"));
  }

  @Test
  void refusesBytesThatAreNotUtf8() throws IOException {
    Path file = Files.write(folder.resolve("c.json"), new byte[] {'{', '"', (byte) 0xFF, '"'});
    assertTrue(refusal(() -> JsonConfig.read(file)).contains("UTF-8"));
    assertThrows(ModelNotFoundException.class, () -> JsonConfig.read(folder.resolve("none.json")));
  }

  @Test
  void readsAListOfObjects() throws IOException {
    Path file =
        Files.writeString(folder.resolve("modules.json"), "[{\"type\":\"a\"},{\"type\":1}]");
    List<JsonConfig> modules = JsonConfig.readList(file);
    assertEquals("a", modules.get(0).requireString("type"));
    assertTrue(refusal(() -> modules.get(1).requireString("type")).contains("[1].type"));
    assertEquals(Set.of("type"), modules.get(0).keys());
  }
}
