// SPDX-License-Identifier: Apache-2.0

/** Tensors, layers, generation, embedding, model files and tokenizers. */
module dev.gatun {
  exports dev.gatun.io;
  exports dev.gatun.tensor;
  exports dev.gatun.tokenizer;

  requires ai.djl.tokenizers;
  requires dev.gatun.bindings;
  requires java.net.http;
  requires tools.jackson.databind;
}
