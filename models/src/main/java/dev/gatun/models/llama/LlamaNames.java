// SPDX-License-Identifier: Apache-2.0
package dev.gatun.models.llama;

import dev.gatun.io.ModelFiles;
import dev.gatun.nn.StoredTensor;
import java.util.Map;
import java.util.function.Function;

/** Where files keep the parameters of Llama blocks. */
public final class LlamaNames {
  private static final Map<String, String> GLOBAL =
      Map.of(
          "model.embed_tokens.weight", "token_embd.weight",
          "model.norm.weight", "output_norm.weight",
          "lm_head.weight", "output.weight");

  private static final Map<String, String> PARTS =
      Map.ofEntries(
          Map.entry("input_layernorm", "attn_norm"),
          Map.entry("self_attn.q_proj", "attn_q"),
          Map.entry("self_attn.k_proj", "attn_k"),
          Map.entry("self_attn.v_proj", "attn_v"),
          Map.entry("self_attn.o_proj", "attn_output"),
          Map.entry("self_attn.q_norm", "attn_q_norm"),
          Map.entry("self_attn.k_norm", "attn_k_norm"),
          Map.entry("post_attention_layernorm", "ffn_norm"),
          Map.entry("mlp.gate_proj", "ffn_gate"),
          Map.entry("mlp.up_proj", "ffn_up"),
          Map.entry("mlp.down_proj", "ffn_down"));

  private LlamaNames() {}

  /** Hugging Face files: their own names, with or without the base prefix {@code model.}. */
  public static Function<String, StoredTensor> safetensors(ModelFiles files) {
    boolean bare = files.tensors().find("embed_tokens.weight").isPresent();
    return name ->
        StoredTensor.named(
            bare && name.startsWith("model.") ? name.substring("model.".length()) : name);
  }

  /**
   * GGUF files.
   *
   * @param queryHeads heads whose rows are stored in adjacent-pair order, 0 if rows are as in
   *     Hugging Face's files
   * @param keyHeads the same for keys
   */
  public static Function<String, StoredTensor> gguf(int queryHeads, int keyHeads) {
    return name -> {
      String global = GLOBAL.get(name);
      if (global != null) {
        return StoredTensor.named(global);
      }
      StoredTensor stored = StoredTensor.named(layerName(name, PARTS));
      if (queryHeads != 0 && name.contains(".q_proj.")) {
        return stored.interleaved(queryHeads);
      }
      if (keyHeads != 0 && name.contains(".k_proj.")) {
        return stored.interleaved(keyHeads);
      }
      return stored;
    };
  }

  /** {@code model.layers.N.PART.weight} as {@code blk.N.OTHER.weight}. */
  public static String layerName(String name, Map<String, String> parts) {
    String[] pieces = name.split("\\.", 4);
    int dot = pieces.length == 4 ? pieces[3].lastIndexOf('.') : -1;
    String part = dot < 0 ? null : parts.get(pieces[3].substring(0, dot));
    return part == null ? name : "blk." + pieces[2] + "." + part + pieces[3].substring(dot);
  }
}
