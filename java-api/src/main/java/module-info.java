// SPDX-License-Identifier: Apache-2.0

/** Tensors, layers, generation, embedding, training, model files and tokenizers. */
module dev.gatun {
  exports dev.gatun.autograd;
  exports dev.gatun.data;
  exports dev.gatun.embed;
  exports dev.gatun.eval;
  exports dev.gatun.generate;
  exports dev.gatun.io;
  exports dev.gatun.lora;
  exports dev.gatun.nn;
  exports dev.gatun.ops;
  exports dev.gatun.optim;
  exports dev.gatun.tensor;
  exports dev.gatun.tokenizer;
  exports dev.gatun.tokenizer.template;
  exports dev.gatun.train;

  requires ai.djl.tokenizers;
  requires dev.gatun.bindings;
  requires java.net.http;
  requires tools.jackson.databind;
  requires tools.jackson.dataformat.csv;

  uses dev.gatun.nn.ModelFamily;
}
