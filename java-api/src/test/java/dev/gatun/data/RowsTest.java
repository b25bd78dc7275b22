// SPDX-License-Identifier: Apache-2.0
package dev.gatun.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RowsTest {
  @TempDir Path folder;

  private Path file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private static String failure(Path file) {
    return assertThrows(DataException.class, () -> Rows.read(file)).getMessage();
  }

  @Test
  void readsTextByLines() throws IOException {
    List<Row> rows = Rows.read(file("a.txt", "\uFEFFone\r\n\n  \ntwo \u2028 still two\nlast"));
    assertEquals(
        List.of("one", "two \u2028 still two", "last"),
        rows.stream().map(row -> row.text(Row.TEXT)).toList());
    assertEquals(List.of(1L, 4L, 5L), rows.stream().map(Row::line).toList());
  }

  @Test
  void readsParagraphsAndDocuments() throws IOException {
    Path file = file("p.txt", "\none\ntwo\n\n \nthree\n");
    List<Row> rows = Rows.readParagraphs(file);
    assertEquals(List.of("one\ntwo", "three"), rows.stream().map(row -> row.text("text")).toList());
    assertEquals(List.of(2L, 6L), rows.stream().map(Row::line).toList());
    assertEquals("\none\ntwo\n\n \nthree", Rows.readDocument(file).getFirst().text("text"));
    Path blank = file("q.txt", " \n\n");
    assertThrows(DataException.class, () -> Rows.readParagraphs(blank));
    assertThrows(DataException.class, () -> Rows.readDocument(blank));
  }

  @Test
  void readsJsonLines() throws IOException {
    List<Row> rows =
        Rows.read(file("a.jsonl", "{\"t\": \"a\\nb\", \"n\": 3}\n\n{\"t\": [\"x\", \"y\"]}\n"));
    assertEquals("a\nb", rows.get(0).text("t"));
    assertEquals("3", rows.get(0).text("n"));
    assertEquals(List.of("x", "y"), rows.get(1).texts("t"));
    assertEquals(3, rows.get(1).line());
  }

  @Test
  void readsCsvWithQuotesThatSpanLines() throws IOException {
    List<Row> rows =
        Rows.read(file("a.csv", "text,label\n\"a, \"\"b\"\"\nc\",pos\r\nplain,neg\n\nlast,pos"));
    assertEquals("a, \"b\"\nc", rows.get(0).text("text"));
    assertEquals("pos", rows.get(0).text("label"));
    assertEquals(
        List.of("plain", "last"),
        rows.subList(1, 3).stream().map(row -> row.text("text")).toList());
    assertEquals(List.of(2L, 4L, 6L), rows.stream().map(Row::line).toList());
    assertEquals(
        "x, y", Rows.read(file("a.tsv", "text\tlabel\nx, y\t1\n")).getFirst().text("text"));
  }

  @Test
  void reportsEveryMalformedLine() throws IOException {
    String json = failure(file("b.jsonl", "{\"a\": 1}\n{\"a\": \nnot json\n[1]\n{\"a\":1} {}\n"));
    assertEquals(4, json.lines().count(), json);
    for (String line : List.of("b.jsonl:2: ", "b.jsonl:3: ", "b.jsonl:4: ", "b.jsonl:5: ")) {
      assertTrue(json.contains(line), json);
    }
    String csv = failure(file("b.csv", "a,b\n1,2\n3\n\"x\ny\",4,5\n6,7\n8\n"));
    assertEquals(
        List.of(
            "3: expected 2 fields, got 1",
            "4: expected 2 fields, got 3",
            "7: expected 2 fields, got 1"),
        csv.lines().map(line -> line.substring(line.indexOf("b.csv:") + 6)).toList());
  }

  @Test
  void reportsAnOpenQuote() throws IOException {
    String message = failure(file("c.csv", "a,b\n1,\"open\n"));
    assertTrue(message.contains("c.csv:2: expected valid CSV"), message);
  }

  @Test
  void reportsBytesThatAreNotUtf8() throws IOException {
    byte[] bytes = "ok\nb\u00e4d\nok\n".getBytes(StandardCharsets.ISO_8859_1);
    for (String name : List.of("d.txt", "d.jsonl", "d.csv")) {
      String message = failure(Files.write(folder.resolve(name), bytes));
      assertTrue(message.contains(name + ":2: expected UTF-8"), message);
    }
  }

  @Test
  void refusesEmptyFiles() throws IOException {
    for (String name : List.of("e.txt", "e.jsonl", "e.csv")) {
      assertTrue(failure(file(name, "\n")).contains("expected at least one row"));
    }
    assertTrue(failure(folder.resolve("none.txt")).contains("there is no such file"));
  }

  @Test
  void namesFieldsThatAreMissing() throws IOException {
    Row row = Rows.read(file("f.jsonl", "{\"a\": 1, \"b\": null}\n")).getFirst();
    String missing = assertThrows(DataException.class, () -> row.text("c")).getMessage();
    assertTrue(
        missing.endsWith(
            "f.jsonl:1: c: expected a value, got no such field; the fields are" + " [a, b]"),
        missing);
    assertTrue(
        assertThrows(DataException.class, () -> row.text("b")).getMessage().contains("got null"));
    assertThrows(DataException.class, () -> row.texts("a"));
  }
}
