// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer;

import dev.gatun.io.ModelFormatException;
import dev.gatun.io.UnsupportedModelException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The program of a child JVM: loads damaged copies of every fixture and uses those that load. Exits
 * normally only if nothing but the two documented exceptions was thrown.
 */
final class MutationProbe {
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final List<String> TEXTS =
      List.of(
          "",
          " ",
          "Hello world 123\n\u00e9\ud83d\ude00 <s>",
          "\u0000\u0301\u0301 a",
          "\u2581\u2581 x");

  private final Random random;
  private int loaded;
  private int refused;

  private MutationProbe(long seed) {
    random = new Random(seed);
  }

  /** Arguments: seed, mutations per fixture. */
  public static void main(String[] arguments) throws IOException {
    MutationProbe probe = new MutationProbe(Long.parseLong(arguments[0]));
    int count = Integer.parseInt(arguments[1]);
    for (Path folder : Fixtures.folders()) {
      byte[] json = Files.readAllBytes(folder.resolve("tokenizer.json"));
      for (int i = 0; i < count; i++) {
        probe.tryJson(probe.mutated(json), folder.getFileName() + " mutation " + i);
      }
      for (String name : List.of("tokenizer.model", "spiece.model")) {
        if (Files.exists(folder.resolve(name))) {
          byte[] model = Files.readAllBytes(folder.resolve(name));
          for (int i = 0; i < count; i++) {
            probe.tryModel(probe.damaged(model), folder.getFileName() + " damage " + i);
          }
        }
      }
    }
    System.out.println("loaded " + probe.loaded + " refused " + probe.refused);
  }

  private void tryJson(byte[] json, String what) {
    attempt(() -> Tokenizers.fromJson(json, what), what);
  }

  private void tryModel(byte[] model, String what) {
    attempt(() -> Tokenizers.fromSentencePiece(model, what, true, true), what);
  }

  private interface Loader {
    Tokenizer load();
  }

  private void attempt(Loader loader, String what) {
    System.out.println(what); // the last line names the culprit if the process dies
    try (Tokenizer tokenizer = loader.load()) {
      loaded++;
      for (String text : TEXTS) {
        int[] ids = tokenizer.encode(text).ids();
        tokenizer.encodePair(text, text, true);
        tokenizer.decode(ids, true);
      }
      int[] some = random.ints(8, 0, tokenizer.vocabSize()).toArray();
      tokenizer.decode(some, false);
    } catch (ModelFormatException | UnsupportedModelException e) {
      refused++;
    }
  }

  private byte[] damaged(byte[] bytes) {
    byte[] copy =
        random.nextInt(4) == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes.clone();
    for (int i = random.nextInt(4); i >= 0 && copy.length > 0; i--) {
      int at =
          random.nextInt(3) == 0
              ? random.nextInt(Math.min(64, copy.length))
              : random.nextInt(copy.length);
      copy[at] = (byte) random.nextInt(256);
    }
    return copy;
  }

  /** Mostly a document with one value replaced; sometimes with broken bytes. */
  private byte[] mutated(byte[] json) {
    if (random.nextInt(8) == 0) {
      return damaged(json);
    }
    ObjectNode document = (ObjectNode) MAPPER.readTree(json);
    for (int i = random.nextInt(2); i >= 0; i--) {
      String part =
          List.of(
                  "model",
                  "normalizer",
                  "pre_tokenizer",
                  "post_processor",
                  "decoder",
                  "added_tokens",
                  "model")
              .get(random.nextInt(7));
      if (document.path(part).isContainer()) {
        mutate(document.get(part));
      } else {
        document.set(part, hostile());
      }
    }
    return MAPPER.writeValueAsString(document).getBytes(StandardCharsets.UTF_8);
  }

  private void mutate(JsonNode node) {
    if (node instanceof ObjectNode object && !object.isEmpty()) {
      List<String> names = new ArrayList<>(object.propertyNames());
      String name = names.get(random.nextInt(names.size()));
      JsonNode child = object.get(name);
      if (child.isContainer() && !child.isEmpty() && random.nextInt(4) > 0) {
        mutate(child);
      } else if (random.nextInt(4) == 0) {
        object.remove(name);
      } else {
        object.set(name, hostile());
      }
    } else if (node instanceof ArrayNode array && !array.isEmpty()) {
      int index = random.nextInt(array.size());
      if (array.get(index).isContainer() && random.nextInt(4) > 0) {
        mutate(array.get(index));
      } else if (random.nextInt(3) == 0) {
        array.remove(index);
      } else {
        array.set(index, hostile());
      }
    }
  }

  private JsonNode hostile() {
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    return switch (random.nextInt(16)) {
      case 0 -> nodes.nullNode();
      case 1 -> nodes.numberNode(-1);
      case 2 -> nodes.numberNode(0);
      case 3 -> nodes.numberNode(1 << 30);
      case 4 -> nodes.numberNode(Long.MAX_VALUE);
      case 5 -> nodes.numberNode(1e300);
      case 6 -> nodes.stringNode("");
      case 7 -> nodes.stringNode("\u0000");
      case 8 -> nodes.stringNode("a".repeat(100_000));
      case 9 -> nodes.stringNode("(a+)+$");
      case 10 -> nodes.booleanNode(true);
      case 11 -> nodes.booleanNode(false);
      case 12 -> nodes.arrayNode();
      case 13 -> nodes.objectNode();
      case 14 -> nodes.stringNode("AAAAAA==");
      default -> nodes.numberNode(random.nextInt(1000));
    };
  }
}
