// SPDX-License-Identifier: Apache-2.0

/** Tensors, layers, generation, embedding, model files and tokenizers. */
module dev.gatun {
  requires ai.djl.tokenizers;
  requires dev.gatun.bindings;
  requires tools.jackson.databind;
}
