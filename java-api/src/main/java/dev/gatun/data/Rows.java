// SPDX-License-Identifier: Apache-2.0
package dev.gatun.data;

import java.io.StringReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MappingIterator;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.csv.CsvMapper;
import tools.jackson.dataformat.csv.CsvReadFeature;
import tools.jackson.dataformat.csv.CsvSchema;

/**
 * Readers of rows. Every malformed line of a file is reported, in one {@link DataException} with
 * file and line numbers; a file without rows is an error too. Stateless.
 */
public final class Rows {
  private static final int MAX_DEPTH = 64;

  private Rows() {}

  /**
   * Reads a file by the ending of its name: {@code .jsonl} and {@code .ndjson} are JSON lines,
   * {@code .csv} has commas, {@code .tsv} tabs and a header each, anything else is plain text.
   */
  public static List<Row> read(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    return switch (name.substring(name.lastIndexOf('.') + 1)) {
      case "jsonl", "ndjson" -> readJsonLines(file);
      case "csv" -> readCsv(file, ',');
      case "tsv" -> readCsv(file, '\t');
      default -> readText(file);
    };
  }

  /** One row per line that is not blank, with the field {@link Row#TEXT}. */
  public static List<Row> readText(Path file) {
    List<Row> rows = new ArrayList<>();
    Problems problems = new Problems();
    Utf8Lines.read(
        file,
        problems,
        (number, text) -> {
          if (!text.isBlank()) {
            rows.add(new Row(file, number, Map.of(Row.TEXT, text)));
          }
        });
    return finished(file, rows, problems);
  }

  /** One row per paragraph, that is, lines without a blank one between them; its lines stay. */
  public static List<Row> readParagraphs(Path file) {
    List<Row> rows = new ArrayList<>();
    Problems problems = new Problems();
    StringBuilder text = new StringBuilder();
    long[] start = {1};
    Utf8Lines.read(
        file,
        problems,
        (number, line) -> {
          if (line.isBlank()) {
            addText(rows, file, start[0], text);
            start[0] = number + 1;
          } else {
            text.append(line).append('\n');
          }
        });
    addText(rows, file, start[0], text);
    return finished(file, rows, problems);
  }

  /** One row with the text of the whole file. */
  public static List<Row> readDocument(Path file) {
    List<Row> rows = new ArrayList<>();
    Problems problems = new Problems();
    StringBuilder text = new StringBuilder();
    Utf8Lines.read(file, problems, (number, line) -> text.append(line).append('\n'));
    if (!text.toString().isBlank()) {
      addText(rows, file, 1, text);
    }
    return finished(file, rows, problems);
  }

  /** Adds what was gathered, without its last line end, and empties it. */
  private static void addText(List<Row> rows, Path file, long line, StringBuilder text) {
    if (text.length() > 0) {
      rows.add(new Row(file, line, Map.of(Row.TEXT, text.substring(0, text.length() - 1))));
      text.setLength(0);
    }
  }

  /** One row per line that is not blank; each line is a JSON object. */
  public static List<Row> readJsonLines(Path file) {
    ObjectReader reader =
        JsonMapper.builder(
                JsonFactory.builder()
                    .streamReadConstraints(
                        StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .build()
            .readerFor(Object.class)
            .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    List<Row> rows = new ArrayList<>();
    Problems problems = new Problems();
    Utf8Lines.read(
        file,
        problems,
        (number, text) -> {
          if (text.isBlank()) {
            return;
          }
          try {
            if (reader.readValue(text) instanceof Map<?, ?> object) {
              Map<String, Object> values = new LinkedHashMap<>();
              object.forEach((key, value) -> values.put((String) key, value));
              rows.add(new Row(file, number, values));
            } else {
              problems.add(file, number, "expected a JSON object");
            }
          } catch (JacksonException e) {
            problems.add(
                file, number, "expected valid JSON, got an error" + column(e) + ": " + reason(e));
          }
        });
    return finished(file, rows, problems);
  }

  /**
   * One row per record. The first record names the fields; quotes are double quotes, doubled inside
   * quoted text, which may span lines.
   *
   * @param separator between fields
   */
  public static List<Row> readCsv(Path file, char separator) {
    Problems problems = new Problems();
    StringBuilder text = new StringBuilder();
    Utf8Lines.read(file, problems, (number, line) -> text.append(line).append('\n'));
    problems.raise();
    List<Row> rows = new ArrayList<>();
    CsvSchema schema = CsvSchema.emptySchema().withColumnSeparator(separator);
    ObjectReader reader =
        new CsvMapper()
            .readerForListOf(String.class)
            .with(CsvReadFeature.WRAP_AS_ARRAY)
            .with(schema);
    List<String> header = null;
    long line = 1; // where the next record starts
    try (MappingIterator<List<String>> records =
        reader.readValues(new StringReader(text.toString()))) {
      while (records.hasNextValue()) {
        List<String> fields = records.nextValue();
        long next = records.parser().currentLocation().getLineNr();
        if (header == null) {
          header = fields;
          if (new HashSet<>(header).size() < header.size()) {
            problems.add(file, line, "expected different names of fields, got " + header);
            break;
          }
        } else if (fields.size() == 1 && fields.getFirst().isBlank()) {
          // A blank line.
        } else if (fields.size() != header.size()) {
          problems.add(file, line, "expected " + header.size() + " fields, got " + fields.size());
        } else {
          Map<String, Object> values = new LinkedHashMap<>();
          for (int i = 0; i < fields.size(); i++) {
            values.put(header.get(i), fields.get(i));
          }
          rows.add(new Row(file, line, values));
        }
        line = next;
      }
    } catch (JacksonException e) {
      problems.add(file, line, "expected valid CSV, got an error: " + reason(e));
    }
    return finished(file, rows, problems);
  }

  private static List<Row> finished(Path file, List<Row> rows, Problems problems) {
    problems.raise();
    if (rows.isEmpty()) {
      throw new DataException(file + ": expected at least one row, got an empty file");
    }
    return rows;
  }

  private static String column(JacksonException e) {
    return e.getLocation() == null ? "" : " at column " + e.getLocation().getColumnNr();
  }

  private static String reason(JacksonException e) {
    String message = e.getOriginalMessage();
    return message == null ? "unreadable" : message.lines().findFirst().orElse("");
  }
}
