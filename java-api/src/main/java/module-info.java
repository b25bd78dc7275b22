// SPDX-License-Identifier: Apache-2.0

/** Tensors, layers, generation, embedding, model files and tokenizers. */
module dev.gatun {
  exports dev.gatun.tokenizer;

  requires ai.djl.tokenizers;
  requires dev.gatun.bindings;
  requires tools.jackson.databind;
}
