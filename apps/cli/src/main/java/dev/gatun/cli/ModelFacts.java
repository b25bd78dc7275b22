// SPDX-License-Identifier: Apache-2.0
package dev.gatun.cli;

import dev.gatun.io.GgufMetadata;
import dev.gatun.io.JsonConfig;
import dev.gatun.io.ModelFiles;
import dev.gatun.io.TensorInfo;
import dev.gatun.nn.ModelLoader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What a model's files say about it; only headers and settings are read. */
final class ModelFacts {
  private static final List<String> CONFIG_KEYS =
      List.of(
          "hidden_size",
          "n_embd",
          "num_hidden_layers",
          "n_layer",
          "num_attention_heads",
          "n_head",
          "num_key_value_heads",
          "intermediate_size",
          "vocab_size",
          "max_position_embeddings",
          "n_positions",
          "d_model",
          "d_ff",
          "num_layers",
          "num_decoder_layers",
          "num_heads",
          "encoder_layers",
          "decoder_layers",
          "encoder_attention_heads",
          "decoder_attention_heads");
  private static final List<String> GGUF_KEYS =
      List.of(
          "embedding_length",
          "block_count",
          "attention.head_count",
          "attention.head_count_kv",
          "feed_forward_length",
          "context_length");

  private ModelFacts() {}

  /** Names and values in the order in which they are shown. */
  static Map<String, Object> of(Path path, boolean listTensors) {
    try (ModelFiles files = ModelFiles.open(path)) {
      Map<String, Object> facts = new LinkedHashMap<>();
      facts.put("path", files.path().toString());
      facts.put("format", files.format().toString());
      facts.put("architecture", files.architecture());
      facts.put("supported", ModelLoader.supports(files));
      Map<String, String> tensors = weights(facts, files);
      if (files.format() == ModelFiles.Format.GGUF) {
        gguf(facts, files);
      } else {
        folder(facts, files);
      }
      if (listTensors) {
        facts.put("tensor_list", tensors);
      }
      return facts;
    }
  }

  /** Counts the weights; returns type and shape of each. */
  private static Map<String, String> weights(Map<String, Object> facts, ModelFiles files) {
    long parameters = 0;
    long bytes = 0;
    Map<String, Long> types = new TreeMap<>();
    Map<String, String> tensors = new LinkedHashMap<>();
    for (String name : files.tensors().names()) {
      TensorInfo info = files.tensors().info(name);
      parameters += info.elementCount();
      bytes += info.byteLength();
      types.merge(info.dtype().toString(), info.byteLength(), Long::sum);
      tensors.put(name, info.dtype() + " " + Arrays.toString(info.shape()));
    }
    facts.put("parameters", parameters);
    facts.put("weight_bytes", bytes);
    facts.put("tensors", tensors.size());
    facts.put("quantisation", types);
    return tensors;
  }

  private static void gguf(Map<String, Object> facts, ModelFiles files) {
    GgufMetadata metadata = files.metadata();
    metadata.optionalString("general.name").ifPresent(v -> facts.put("name", v));
    metadata.optionalString("general.license").ifPresent(v -> facts.put("licence", v));
    String arch = files.architecture() + ".";
    for (String key : GGUF_KEYS) {
      if (!metadata.isArray(arch + key)) {
        metadata.optionalInt(arch + key).ifPresent(v -> facts.put(key.replace('.', '_'), v));
      }
    }
    metadata.optionalString("tokenizer.ggml.model").ifPresent(v -> facts.put("tokenizer", v));
    metadata.optionalString("tokenizer.ggml.pre").ifPresent(v -> facts.put("pre_tokenizer", v));
    if (metadata.has("tokenizer.ggml.tokens")) {
      facts.put("vocabulary", metadata.arrayLength("tokenizer.ggml.tokens"));
    }
    facts.put("chat_template", metadata.has("tokenizer.chat_template"));
  }

  private static void folder(Map<String, Object> facts, ModelFiles files) {
    for (String key : CONFIG_KEYS) {
      files.config().optionalInt(key).ifPresent(value -> facts.put(key, value));
    }
    Optional<JsonConfig> settings = files.json("tokenizer_config.json");
    settings
        .flatMap(json -> json.optionalString("tokenizer_class"))
        .ifPresent(v -> facts.put("tokenizer", v));
    files
        .json("tokenizer.json")
        .flatMap(json -> json.nested("model"))
        .flatMap(json -> json.optionalString("type"))
        .ifPresent(v -> facts.put("tokenizer_model", v));
    facts.put(
        "tokenizer_files",
        files.tokenizerFiles().stream().map(file -> file.getFileName().toString()).toList());
    facts.put(
        "chat_template",
        files.file("chat_template.jinja").isPresent()
            || settings.map(json -> json.has("chat_template")).orElse(false));
  }
}
