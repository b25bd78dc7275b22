// SPDX-License-Identifier: Apache-2.0
package dev.gatun.cli;

import dev.gatun.io.GgufMetadata;
import dev.gatun.io.ModelFiles;
import dev.gatun.io.TensorInfo;
import dev.gatun.nn.ModelLoader;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What is in a model's files, without loading its weights. */
@Command(
    name = "inspect",
    mixinStandardHelpOptions = true,
    description = "Shows architecture, sizes, quantisation and tokenizer of a model's files.")
final class InspectCommand implements Callable<Integer> {
  @Mixin private ModelOptions model;

  @Option(names = "--tensors", description = "List every tensor.")
  private boolean tensors;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "text (default) or json.")
  private OutputFormat output = OutputFormat.TEXT;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    ProgressLine progress =
        new ProgressLine(spec.commandLine().getErr(), output == OutputFormat.JSON);
    try (ModelFiles files = ModelFiles.open(model.resolve("chat", progress))) {
      Map<String, Object> facts = facts(files);
      if (output == OutputFormat.JSON) {
        out.println(Json.write(facts));
      } else {
        facts.forEach((name, value) -> out.printf("%-16s %s%n", name, value));
      }
      return 0;
    }
  }

  private Map<String, Object> facts(ModelFiles files) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("path", files.path().toString());
    facts.put("format", files.format().toString());
    facts.put("architecture", files.architecture());
    facts.put("supported", ModelLoader.supports(files));
    long parameters = 0;
    long bytes = 0;
    Map<String, Long> types = new TreeMap<>();
    Map<String, String> list = new LinkedHashMap<>();
    for (String name : files.tensors().names()) {
      TensorInfo info = files.tensors().info(name);
      parameters += info.elementCount();
      bytes += info.byteLength();
      types.merge(info.dtype().toString(), info.byteLength(), Long::sum);
      list.put(name, info.dtype() + " " + Arrays.toString(info.shape()));
    }
    facts.put("parameters", parameters);
    facts.put("bytes", bytes);
    facts.put("tensors", list.size());
    facts.put("bytes by type", types);
    if (files.format() == ModelFiles.Format.GGUF) {
      gguf(facts, files);
    } else {
      for (String key :
          new String[] {
            "hidden_size",
            "num_hidden_layers",
            "num_attention_heads",
            "num_key_value_heads",
            "intermediate_size",
            "vocab_size",
            "max_position_embeddings"
          }) {
        files.config().optionalInt(key).ifPresent(value -> facts.put(key, value));
      }
      facts.put(
          "tokenizer files",
          files.tokenizerFiles().stream().map(file -> file.getFileName().toString()).toList());
    }
    if (tensors) {
      facts.put("tensor list", list);
    }
    return facts;
  }

  private static void gguf(Map<String, Object> facts, ModelFiles files) {
    GgufMetadata metadata = files.metadata();
    String arch = files.architecture() + ".";
    for (String key :
        new String[] {
          "embedding_length",
          "block_count",
          "attention.head_count",
          "attention.head_count_kv",
          "feed_forward_length",
          "context_length"
        }) {
      metadata.optionalInt(arch + key).ifPresent(value -> facts.put(key, value));
    }
    metadata.optionalString("tokenizer.ggml.model").ifPresent(v -> facts.put("tokenizer", v));
    metadata.optionalString("tokenizer.ggml.pre").ifPresent(v -> facts.put("pre-tokenizer", v));
    if (metadata.has("tokenizer.ggml.tokens")) {
      facts.put("vocabulary", metadata.arrayLength("tokenizer.ggml.tokens"));
    }
    facts.put("chat template", metadata.has("tokenizer.chat_template"));
  }
}
