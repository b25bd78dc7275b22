// SPDX-License-Identifier: Apache-2.0

/** Model families assembled from the parts of {@code dev.gatun}. */
module dev.gatun.models {
  requires transitive dev.gatun;

  exports dev.gatun.models;
  exports dev.gatun.models.bart;
  exports dev.gatun.models.bert;
  exports dev.gatun.models.gemma;
  exports dev.gatun.models.gpt2;
  exports dev.gatun.models.llama;
  exports dev.gatun.models.qwen;
  exports dev.gatun.models.t5;

  provides dev.gatun.nn.ModelFamily with
      dev.gatun.models.bart.BartFamily,
      dev.gatun.models.bert.BertFamily,
      dev.gatun.models.gemma.GemmaFamily,
      dev.gatun.models.gpt2.Gpt2Family,
      dev.gatun.models.llama.LlamaFamily,
      dev.gatun.models.qwen.QwenFamily,
      dev.gatun.models.t5.T5Family;
}
