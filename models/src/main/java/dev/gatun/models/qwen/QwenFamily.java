// SPDX-License-Identifier: Apache-2.0
package dev.gatun.models.qwen;

import dev.gatun.io.JsonConfig;
import dev.gatun.io.ModelFiles;
import dev.gatun.models.llama.LlamaConfig;
import dev.gatun.models.llama.LlamaFamily;
import dev.gatun.models.llama.LlamaNames;
import dev.gatun.nn.Model;
import dev.gatun.nn.ModelFamily;
import dev.gatun.nn.ModelMemory;
import java.util.ArrayList;
import java.util.List;

/** Loads Qwen2, Qwen2.5 and dense Qwen3. */
public final class QwenFamily implements ModelFamily {
  private static final String QWEN3 = "qwen3";
  private static final List<String> NAMES = List.of("qwen2", QWEN3);

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
    boolean third = files.architecture().equals(QWEN3);
    if (files.format() == ModelFiles.Format.GGUF) {
      LlamaConfig config = LlamaFamily.of(files, files.metadata(), !third, third);
      return LlamaFamily.build(config, files, LlamaNames.gguf(0, 0), memory);
    }
    return LlamaFamily.build(
        ofJson(files.config(), third), files, LlamaNames.safetensors(files), memory);
  }

  @Override
  public Model create(JsonConfig json, ModelMemory memory, long seed) {
    boolean third = json.requireString("model_type").equals(QWEN3);
    return LlamaFamily.create(json, ofJson(json, third), memory, seed);
  }

  private static LlamaConfig ofJson(JsonConfig json, boolean third) {
    boolean bias = third ? json.boolOr("attention_bias", false) : true;
    return LlamaFamily.of(json, bias, third && bias, false, third, windows(json), false);
  }

  /** Layers from {@code max_window_layers} on slide, if sliding is on; {@code layer_types} wins. */
  private static List<Integer> windows(JsonConfig json) {
    int layers = json.requireInt("num_hidden_layers");
    boolean sliding = json.boolOr("use_sliding_window", false);
    int window = json.intOr("sliding_window", 0);
    int first = json.intOr("max_window_layers", layers);
    List<String> types = json.strings("layer_types");
    List<Integer> windows = new ArrayList<>();
    for (int i = 0; i < layers; i++) {
      boolean slides =
          i < types.size() ? types.get(i).equals("sliding_attention") : sliding && i >= first;
      windows.add(slides ? window : 0);
    }
    return windows;
  }
}
