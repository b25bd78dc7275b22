// SPDX-License-Identifier: Apache-2.0
package dev.gatun.models.gemma;

import dev.gatun.io.GgufMetadata;
import dev.gatun.io.JsonConfig;
import dev.gatun.io.ModelFiles;
import dev.gatun.models.Architectures;
import dev.gatun.models.RotaryConfigs;
import dev.gatun.models.llama.LlamaNames;
import dev.gatun.nn.FileParameters;
import dev.gatun.nn.Model;
import dev.gatun.nn.ModelFamily;
import dev.gatun.nn.ModelMemory;
import dev.gatun.nn.ModelOrigin;
import dev.gatun.nn.ParameterSource;
import dev.gatun.nn.RandomParameters;
import dev.gatun.nn.RandomParameters.Fill;
import dev.gatun.nn.RotaryConfig;
import dev.gatun.nn.StoredTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Loads Gemma 2 and Gemma 3 (text). */
public final class GemmaFamily implements ModelFamily {
  private static final List<String> NAMES = List.of("gemma2", "gemma3", "gemma3_text");
  private static final double LOCAL_THETA = 10000;
  private static final double FULL_THETA = 1_000_000;

  private static final Map<String, String> PARTS =
      Map.ofEntries(
          Map.entry("input_layernorm", "attn_norm"),
          Map.entry("self_attn.q_proj", "attn_q"),
          Map.entry("self_attn.k_proj", "attn_k"),
          Map.entry("self_attn.v_proj", "attn_v"),
          Map.entry("self_attn.o_proj", "attn_output"),
          Map.entry("self_attn.q_norm", "attn_q_norm"),
          Map.entry("self_attn.k_norm", "attn_k_norm"),
          Map.entry("post_attention_layernorm", "post_attention_norm"),
          Map.entry("pre_feedforward_layernorm", "ffn_norm"),
          Map.entry("mlp.gate_proj", "ffn_gate"),
          Map.entry("mlp.up_proj", "ffn_up"),
          Map.entry("mlp.down_proj", "ffn_down"),
          Map.entry("post_feedforward_layernorm", "post_ffw_norm"));

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
    boolean gguf = files.format() == ModelFiles.Format.GGUF;
    GemmaConfig config =
        gguf ? ofGguf(files, files.metadata()) : ofJson(textConfig(files.config()));
    Function<String, StoredTensor> names = gguf ? ggufNames() : safetensorsNames(files);
    if (!gguf) {
      memory.setOrigin(new ModelOrigin(files.config(), names));
    }
    try (FileParameters source = new FileParameters(files.tensors(), names, memory)) {
      return new GemmaModel(config, source, memory);
    }
  }

  /** Norms are stored around 0, so theirs are drawn as 0. */
  @Override
  public Model create(JsonConfig json, ModelMemory memory, long seed) {
    memory.setOrigin(new ModelOrigin(json, StoredTensor::named));
    Fill matrices = Fill.normal(json.doubleOr("initializer_range", 0.02));
    ParameterSource source =
        new RandomParameters(
            memory,
            seed,
            name -> name.contains("norm") ? Fill.ZEROS : matrices,
            name -> name.startsWith("lm_head"));
    return new GemmaModel(ofJson(json), source, memory);
  }

  /** Models with a vision tower keep the text model's settings apart. */
  private static JsonConfig textConfig(JsonConfig json) {
    return json.nested("text_config").orElse(json);
  }

  private static Function<String, StoredTensor> safetensorsNames(ModelFiles files) {
    String nested = "language_model.";
    if (files.tensors().find(nested + "model.embed_tokens.weight").isPresent()) {
      return name -> StoredTensor.named(nested + name);
    }
    return LlamaNames.safetensors(files);
  }

  private static Function<String, StoredTensor> ggufNames() {
    Map<String, String> global =
        Map.of(
            "model.embed_tokens.weight", "token_embd.weight",
            "model.norm.weight", "output_norm.weight",
            "lm_head.weight", "output.weight");
    return name ->
        StoredTensor.named(
            global.containsKey(name) ? global.get(name) : LlamaNames.layerName(name, PARTS));
  }

  private static GemmaConfig ofJson(JsonConfig json) {
    Architectures.requireLanguageModel(json);
    boolean third = !json.requireString("model_type").equals("gemma2");
    int heads = json.requireInt("num_attention_heads");
    int hidden = json.requireInt("hidden_size");
    int headDim = json.intOr("head_dim", 256);
    int positions = json.intOr("max_position_embeddings", third ? 131072 : 8192);
    RotaryConfig full = RotaryConfigs.of(json, headDim, positions);
    RotaryConfig sliding = full;
    if (third) {
      var perType = json.nested("rope_parameters");
      if (perType.isPresent() && perType.get().has("full_attention")) {
        full = layerRope(perType.get(), "full_attention", FULL_THETA, headDim, positions);
        sliding = layerRope(perType.get(), "sliding_attention", LOCAL_THETA, headDim, positions);
      } else {
        sliding =
            RotaryConfig.plain(
                json.doubleOr("rope_local_base_freq", LOCAL_THETA), headDim, positions);
      }
    }
    return new GemmaConfig(
        third ? "gemma3" : "gemma2",
        json.requireInt("vocab_size"),
        hidden,
        json.requireInt("intermediate_size"),
        json.requireInt("num_hidden_layers"),
        heads,
        json.intOr("num_key_value_heads", heads),
        headDim,
        positions,
        json.doubleOr("rms_norm_eps", 1e-6),
        1,
        embeddingScale(hidden, json.stringOr("dtype", json.stringOr("torch_dtype", "float32"))),
        json.doubleOr("query_pre_attn_scalar", 256),
        full,
        sliding,
        windows(json, third),
        third,
        json.doubleOr("attn_logit_softcapping", third ? 0 : 50),
        json.doubleOr("final_logit_softcapping", third ? 0 : 30),
        json.stringOr("hidden_activation", "gelu_pytorch_tanh"));
  }

  private static RotaryConfig layerRope(
      JsonConfig perType, String layerType, double theta, int headDim, int positions) {
    JsonConfig rope = perType.requireNested(layerType);
    return RotaryConfigs.of(rope, rope.doubleOr("rope_theta", theta), headDim, positions);
  }

  /** √E, rounded to the type in which the reference holds the embedding. */
  private static float embeddingScale(int hidden, String dtype) {
    float scale = (float) Math.sqrt(hidden);
    if (!dtype.equals("bfloat16")) {
      return scale;
    }
    int bits = Float.floatToRawIntBits(scale);
    int rounded = bits + 0x7fff + ((bits >>> 16) & 1);
    return Float.intBitsToFloat(rounded & 0xffff0000);
  }

  private static List<Integer> windows(JsonConfig json, boolean third) {
    int window = json.intOr("sliding_window", 4096);
    int pattern =
        json.intOr("sliding_window_pattern", json.intOr("_sliding_window_pattern", third ? 6 : 2));
    List<String> types = json.strings("layer_types");
    List<Integer> windows = new ArrayList<>();
    for (int i = 0; i < json.requireInt("num_hidden_layers"); i++) {
      boolean slides =
          i < types.size() ? types.get(i).equals("sliding_attention") : (i + 1) % pattern != 0;
      windows.add(slides ? window : 0);
    }
    return windows;
  }

  /** The pattern, the local base and the scale of Gemma 3 are not in the file but in the family. */
  private static GemmaConfig ofGguf(ModelFiles files, GgufMetadata metadata) {
    String arch = files.architecture();
    boolean third = !arch.equals("gemma2");
    int layers = metadata.requireInt(arch + ".block_count");
    int heads = metadata.requireInt(arch + ".attention.head_count");
    int hidden = metadata.requireInt(arch + ".embedding_length");
    int headDim = metadata.intOr(arch + ".attention.key_length", heads > 0 ? hidden / heads : 0);
    int window = metadata.intOr(arch + ".attention.sliding_window", third ? 512 : 4096);
    int pattern = third ? 6 : 2;
    List<Integer> windows = new ArrayList<>();
    for (int i = 0; i < layers; i++) {
      windows.add((i + 1) % pattern == 0 ? 0 : window);
    }
    RotaryConfig full = RotaryConfigs.of(metadata, arch, headDim);
    double local = metadata.doubleOr(arch + ".rope.freq_base_swa", LOCAL_THETA);
    double scale = metadata.doubleOr(arch + ".attention.scale", 0);
    return new GemmaConfig(
        arch,
        Math.toIntExact(files.tensors().info("token_embd.weight").dimension(0)),
        hidden,
        metadata.requireInt(arch + ".feed_forward_length"),
        layers,
        heads,
        metadata.intOr(arch + ".attention.head_count_kv", heads),
        headDim,
        full.maxPositions(),
        metadata.doubleOr(arch + ".attention.layer_norm_rms_epsilon", 1e-6),
        0,
        (float) Math.sqrt(hidden),
        scale > 0 ? 1 / (scale * scale) : headDim,
        full,
        third ? RotaryConfig.plain(local, full.rotaryDim(), full.maxPositions()) : full,
        windows,
        third,
        metadata.doubleOr(arch + ".attn_logit_softcapping", third ? 0 : 50),
        metadata.doubleOr(arch + ".final_logit_softcapping", third ? 0 : 30),
        "gelu_pytorch_tanh");
  }
}
