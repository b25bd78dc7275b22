// SPDX-License-Identifier: Apache-2.0
package dev.gatun.golden;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** Recognises the cases under a folder by their files and what these hold. */
final class CaseFinder {
  private static final String TRAINING = "training cases need the trainer";

  private final Path root;
  private final List<GoldenCase> cases = new ArrayList<>();

  private CaseFinder(Path root) {
    this.root = root;
  }

  /** The cases, by name. */
  static List<GoldenCase> find(Path root) throws IOException {
    CaseFinder finder = new CaseFinder(root.toAbsolutePath().normalize());
    List<Path> files;
    try (Stream<Path> walk = Files.walk(finder.root)) {
      files = walk.filter(file -> file.toString().endsWith(".json")).sorted().toList();
    }
    for (Path file : files) {
      try {
        finder.add(file);
      } catch (RuntimeException e) {
        finder.cases.add(new GoldenCase.Unreadable(finder.name(file), e.toString()));
      }
    }
    return finder.cases;
  }

  private String name(Path path) {
    return path.equals(root)
        ? root.getFileName().toString()
        : root.relativize(path).toString().replace('\\', '/');
  }

  private void add(Path file) {
    Path folder = file.getParent();
    switch (file.getFileName().toString()) {
      case "expected.json" -> addExpected(folder, Jsons.read(file));
      case "cases.json" -> {
        JsonNode json = Jsons.read(file);
        if (json.has("snippets")) {
          cases.add(new TemplateCase(name(folder), file));
        } else if (json.has("cases")) {
          cases.add(new TokenizerCase(name(folder), folder));
        }
      }
      case "config.json", "tokenizer.json", "vocab.json" -> {}
      default -> {
        if (Jsons.read(file).has("objective")) {
          String name = name(file);
          cases.add(new GoldenCase.Skipped(name.substring(0, name.lastIndexOf('.')), TRAINING));
        }
      }
    }
  }

  private void addExpected(Path folder, JsonNode expected) {
    String name = name(folder);
    Path gguf = folder.resolve("model.gguf");
    if (expected.has("processors")) {
      cases.add(new ProcessorCase(name, folder));
    } else if (expected.has("types")) {
      addTypes(folder, expected);
    } else if (expected.has("schedules")) {
      cases.add(new ScheduleCase(name, expected));
    } else if (expected.has("optimizers")) {
      for (JsonNode entry : expected.get("optimizers")) {
        String label = entry.get("name").stringValue();
        cases.add(new OptimizerCase(name + "/" + label, folder, entry));
      }
    } else if (expected.path("losses").isArray()) {
      Tolerance tolerance = Tolerance.of(expected.get("tolerance"));
      for (JsonNode entry : expected.get("losses")) {
        String label = entry.get("name").stringValue();
        cases.add(new LossCase(name + "/" + label, folder, entry, tolerance));
      }
    } else if (expected.has("num_items")) {
      cases.add(new AccumulationCase(name, folder, expected));
    } else if (expected.has("documents")) {
      cases.add(new PackingCase(name, folder, expected));
    } else if (Files.isDirectory(folder.resolve("adapter"))) {
      cases.add(new LoraCase(name, folder));
    } else if (expected.path("model").has("package")) {
      cases.add(real(name, expected));
    } else if (Files.exists(gguf)) {
      cases.add(new ModelCase(name, folder, gguf));
    } else if (expected.has("forwards")) {
      cases.add(new ModelCase(name, folder, folder));
    } else {
      cases.add(new GoldenCase.Skipped(name, TRAINING));
    }
  }

  private void addTypes(Path folder, JsonNode expected) {
    Tolerance tolerance = Tolerance.of(expected.get("tolerance"));
    for (Map.Entry<String, JsonNode> type : expected.get("types").properties()) {
      Path file = folder.resolve(type.getKey() + ".safetensors");
      String name = name(folder) + "/" + type.getKey();
      cases.add(new QuantCase(name, type.getKey(), file, type.getValue(), tolerance));
    }
  }

  private static GoldenCase real(String name, JsonNode expected) {
    JsonNode model = expected.get("model");
    String format = model.path("format").asString("");
    if (expected.has("perplexity")) {
      return new RealLanguageCase(name, expected);
    } else if (expected.has("cosine") && format.startsWith("safetensors")) {
      return new RealEmbeddingCase(name, expected);
    } else if (expected.path("items").path(0).has("beam4_ids")) {
      return new RealSeq2SeqCase(name, expected);
    }
    return new GoldenCase.Skipped(name, "format " + format);
  }
}
