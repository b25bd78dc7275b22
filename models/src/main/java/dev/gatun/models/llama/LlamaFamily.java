// SPDX-License-Identifier: Apache-2.0
package dev.gatun.models.llama;

import dev.gatun.io.GgufMetadata;
import dev.gatun.io.JsonConfig;
import dev.gatun.io.ModelFiles;
import dev.gatun.models.CausalForClassification;
import dev.gatun.models.RotaryConfigs;
import dev.gatun.nn.FileParameters;
import dev.gatun.nn.Model;
import dev.gatun.nn.ModelFamily;
import dev.gatun.nn.ModelMemory;
import dev.gatun.nn.ModelOrigin;
import dev.gatun.nn.ParameterSource;
import dev.gatun.nn.RandomParameters;
import dev.gatun.nn.StoredTensor;
import java.util.List;
import java.util.function.Function;

/** Loads Llama 1 to 3.2, SmolLM2 and Mistral. */
public final class LlamaFamily implements ModelFamily {
  private static final List<String> NAMES = List.of("llama", "mistral");

  @Override
  public List<String> names() {
    return NAMES;
  }

  @Override
  public boolean accepts(ModelFiles files) {
    return NAMES.contains(files.architecture());
  }

  @Override
  public Model load(ModelFiles files, ModelMemory memory) {
    LlamaConfig config =
        files.format() == ModelFiles.Format.GGUF
            ? ofGguf(files, files.metadata())
            : ofJson(files.config());
    Function<String, StoredTensor> names =
        files.format() == ModelFiles.Format.GGUF
            ? LlamaNames.gguf(config.numAttentionHeads(), config.numKeyValueHeads())
            : LlamaNames.safetensors(files);
    return build(config, files, names, memory);
  }

  /** Builds the model of a configuration from files. */
  public static Model build(
      LlamaConfig config,
      ModelFiles files,
      Function<String, StoredTensor> names,
      ModelMemory memory) {
    if (files.format() != ModelFiles.Format.GGUF) {
      memory.setOrigin(new ModelOrigin(files.config(), names));
    }
    try (FileParameters source = new FileParameters(files.tensors(), names, memory)) {
      LlamaModel model =
          new LlamaModel(config, source, memory, source.valuesOrNull("rope_freqs.weight"));
      return files.format() == ModelFiles.Format.GGUF
          ? model
          : withHead(model, files.config(), source);
    }
  }

  @Override
  public Model create(JsonConfig json, ModelMemory memory, long seed) {
    return create(json, ofJson(json), memory, seed);
  }

  /** Builds the model of a configuration with fresh parameters. */
  public static Model create(JsonConfig json, LlamaConfig config, ModelMemory memory, long seed) {
    memory.setOrigin(new ModelOrigin(json, StoredTensor::named));
    double deviation = json.doubleOr("initializer_range", 0.02);
    ParameterSource source =
        new RandomParameters(
            memory,
            seed,
            name -> RandomParameters.usual(name, deviation),
            name -> name.startsWith("lm_head") && CausalForClassification.isNamed(json));
    return withHead(new LlamaModel(config, source, memory, null), json, source);
  }

  private static Model withHead(LlamaModel model, JsonConfig json, ParameterSource source) {
    int hidden = model.config().hiddenSize();
    return CausalForClassification.of(model, json, source, "score", hidden);
  }

  private static LlamaConfig ofJson(JsonConfig json) {
    int layers = json.requireInt("num_hidden_layers");
    boolean bias = json.boolOr("attention_bias", false);
    return of(
        json,
        bias,
        bias,
        json.boolOr("mlp_bias", false),
        false,
        LlamaConfig.everyLayer(layers, json.intOr("sliding_window", 0)),
        false);
  }

  /**
   * The configuration of a family with Llama's keys and its own options.
   *
   * @param tied default of {@code tie_word_embeddings}
   */
  public static LlamaConfig of(
      JsonConfig json,
      boolean attentionBias,
      boolean outputBias,
      boolean mlpBias,
      boolean queryKeyNorm,
      List<Integer> windows,
      boolean tied) {
    CausalForClassification.requireKnownHead(json);
    int heads = json.requireInt("num_attention_heads");
    int hidden = json.requireInt("hidden_size");
    int headDim = json.intOr("head_dim", heads > 0 ? hidden / heads : 0);
    int positions = json.intOr("max_position_embeddings", 2048);
    return new LlamaConfig(
        json.requireString("model_type"),
        json.requireInt("vocab_size"),
        hidden,
        json.requireInt("intermediate_size"),
        json.requireInt("num_hidden_layers"),
        heads,
        json.intOr("num_key_value_heads", heads),
        headDim,
        positions,
        json.doubleOr("rms_norm_eps", 1e-6),
        RotaryConfigs.of(json, headDim, positions),
        json.stringOr("hidden_act", "silu"),
        json.doubleOr("attention_dropout", 0),
        attentionBias,
        outputBias,
        mlpBias,
        queryKeyNorm,
        windows,
        json.boolOr("tie_word_embeddings", tied));
  }

  private static LlamaConfig ofGguf(ModelFiles files, GgufMetadata metadata) {
    return of(files, metadata, false, false);
  }

  /** The configuration of a GGUF file with Llama's keys. */
  public static LlamaConfig of(
      ModelFiles files, GgufMetadata metadata, boolean attentionBias, boolean queryKeyNorm) {
    String arch = files.architecture();
    int layers = metadata.requireInt(arch + ".block_count");
    int heads = metadata.requireInt(arch + ".attention.head_count");
    int hidden = metadata.requireInt(arch + ".embedding_length");
    int headDim = metadata.intOr(arch + ".attention.key_length", heads > 0 ? hidden / heads : 0);
    return new LlamaConfig(
        arch,
        Math.toIntExact(files.tensors().info("token_embd.weight").dimension(0)),
        hidden,
        metadata.requireInt(arch + ".feed_forward_length"),
        layers,
        heads,
        metadata.intOr(arch + ".attention.head_count_kv", heads),
        headDim,
        metadata.requireInt(arch + ".context_length"),
        metadata.doubleOr(arch + ".attention.layer_norm_rms_epsilon", 1e-5),
        RotaryConfigs.of(metadata, arch, headDim),
        "silu",
        0,
        attentionBias || files.tensors().find("blk.0.attn_q.bias").isPresent(),
        files.tensors().find("blk.0.attn_output.bias").isPresent(),
        false,
        queryKeyNorm,
        LlamaConfig.everyLayer(
            Math.max(0, layers), metadata.intOr(arch + ".attention.sliding_window", 0)),
        files.tensors().find("output.weight").isEmpty());
  }
}
