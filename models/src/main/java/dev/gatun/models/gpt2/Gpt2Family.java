// SPDX-License-Identifier: Apache-2.0
package dev.gatun.models.gpt2;

import dev.gatun.io.GgufMetadata;
import dev.gatun.io.JsonConfig;
import dev.gatun.io.ModelFiles;
import dev.gatun.io.UnsupportedModelException;
import dev.gatun.models.CausalForClassification;
import dev.gatun.nn.FileParameters;
import dev.gatun.nn.Model;
import dev.gatun.nn.ModelFamily;
import dev.gatun.nn.ModelMemory;
import dev.gatun.nn.ModelOrigin;
import dev.gatun.nn.ParameterSource;
import dev.gatun.nn.RandomParameters;
import dev.gatun.nn.StoredTensor;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Loads GPT-2. */
public final class Gpt2Family implements ModelFamily {
  private static final List<String> NAMES = List.of("gpt2");
  private static final String PREFIX = "transformer.";

  private static final Map<String, String> GLOBAL =
      Map.of(
          "wte.weight", "token_embd.weight",
          "wpe.weight", "position_embd.weight",
          "ln_f.weight", "output_norm.weight",
          "ln_f.bias", "output_norm.bias",
          "lm_head.weight", "output.weight");

  private static final Map<String, String> PARTS =
      Map.of(
          "ln_1", "attn_norm",
          "attn.c_attn", "attn_qkv",
          "attn.c_proj", "attn_output",
          "ln_2", "ffn_norm",
          "mlp.c_fc", "ffn_up",
          "mlp.c_proj", "ffn_down");

  /** What is stored without the prefix. */
  private static final List<String> HEADS = List.of("lm_head.", "score.", "classifier.");

  /** Thirds of the fused projection, in the order of its rows. */
  private static final List<String> THIRDS = List.of("attn.q_attn", "attn.k_attn", "attn.v_attn");

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
    Gpt2Config config = gguf ? ofGguf(files, files.metadata()) : ofJson(files.config());
    String prefix = files.tensors().find(PREFIX + "wte.weight").isPresent() ? PREFIX : "";
    Function<String, StoredTensor> names = name -> stored(name, gguf, prefix, config.nEmbd());
    if (gguf) {
      memory.setHubNames(name -> stored(name, false, PREFIX, config.nEmbd()));
    } else {
      memory.setOrigin(new ModelOrigin(files.config(), names));
    }
    try (FileParameters source = new FileParameters(files.tensors(), names, memory)) {
      Gpt2Model model = new Gpt2Model(config, source, memory);
      return gguf ? model : withHead(model, files.config(), source);
    }
  }

  private static Model withHead(Gpt2Model model, JsonConfig json, ParameterSource source) {
    int hidden = model.config().nEmbd();
    return CausalForClassification.of(model, json, source, "classifier", hidden);
  }

  @Override
  public Model create(JsonConfig json, ModelMemory memory, long seed) {
    Gpt2Config config = ofJson(json);
    memory.setOrigin(new ModelOrigin(json, name -> stored(name, false, PREFIX, config.nEmbd())));
    double deviation = json.doubleOr("initializer_range", 0.02);
    boolean tied = json.boolOr("tie_word_embeddings", true);
    // Each layer adds twice to the residual, whose variance is to stay the same.
    double residual = deviation / Math.sqrt(2.0 * config.nLayer());
    ParameterSource source =
        new RandomParameters(
            memory,
            seed,
            name ->
                RandomParameters.usual(name, name.endsWith("c_proj.weight") ? residual : deviation),
            name -> name.startsWith("lm_head") && (tied || CausalForClassification.isNamed(json)));
    return withHead(new Gpt2Model(config, source, memory), json, source);
  }

  private static StoredTensor stored(String name, boolean gguf, String prefix, int hidden) {
    String whole = name;
    long first = -1;
    for (int i = 0; i < THIRDS.size(); i++) {
      if (name.contains(THIRDS.get(i))) {
        whole = name.replace(THIRDS.get(i), "attn.c_attn");
        first = (long) i * hidden;
      }
    }
    StoredTensor tensor = StoredTensor.named(gguf ? ggufName(whole) : hubName(whole, prefix));
    if (!gguf && whole.endsWith(".weight") && whole.contains(".c_")) {
      tensor = tensor.transpose();
    }
    return first < 0 ? tensor : tensor.rows(first, 3L * hidden);
  }

  private static String hubName(String name, String prefix) {
    boolean head = HEADS.stream().anyMatch(name::startsWith);
    return head ? name : prefix + name;
  }

  private static String ggufName(String name) {
    String global = GLOBAL.get(name);
    if (global != null) {
      return global;
    }
    String[] pieces = name.split("\\.", 3);
    int dot = pieces[2].lastIndexOf('.');
    return "blk."
        + pieces[1]
        + "."
        + PARTS.get(pieces[2].substring(0, dot))
        + pieces[2].substring(dot);
  }

  private static Gpt2Config ofJson(JsonConfig json) {
    CausalForClassification.requireKnownHead(json);
    if (json.boolOr("add_cross_attention", false)) {
      throw new UnsupportedModelException(
          json.file()
              + ": add_cross_attention is true; GPT-2 with cross-attention is not supported");
    }
    int hidden = json.requireInt("n_embd");
    return new Gpt2Config(
        json.requireInt("vocab_size"),
        json.intOr("n_positions", 1024),
        hidden,
        json.requireInt("n_layer"),
        json.requireInt("n_head"),
        json.intOr("n_inner", 4 * hidden),
        json.doubleOr("layer_norm_epsilon", 1e-5),
        json.stringOr("activation_function", "gelu_new"),
        json.boolOr("scale_attn_weights", true),
        json.boolOr("scale_attn_by_inverse_layer_idx", false),
        json.doubleOr("embd_pdrop", 0.1),
        json.doubleOr("attn_pdrop", 0.1),
        json.doubleOr("resid_pdrop", 0.1));
  }

  private static Gpt2Config ofGguf(ModelFiles files, GgufMetadata metadata) {
    return new Gpt2Config(
        Math.toIntExact(files.tensors().info("token_embd.weight").dimension(0)),
        metadata.requireInt("gpt2.context_length"),
        metadata.requireInt("gpt2.embedding_length"),
        metadata.requireInt("gpt2.block_count"),
        metadata.requireInt("gpt2.attention.head_count"),
        metadata.requireInt("gpt2.feed_forward_length"),
        metadata.doubleOr("gpt2.attention.layer_norm_epsilon", 1e-5),
        "gelu_new",
        true,
        false,
        0,
        0,
        0);
  }
}
