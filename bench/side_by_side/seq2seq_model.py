# SPDX-License-Identifier: Apache-2.0
"""Writes an encoder-decoder of T5-small's shape with random weights: seq2seq_model.py FOLDER

FOLDER/hf is what Gatun loads, FOLDER/ct2 the same weights for CTranslate2. Deviations are the
family's own; the word table, which is the head, too, is narrower so that scores stay small.
"""

import pathlib
import sys

import torch
import transformers
from ctranslate2.converters.transformers import T5Loader


def main():
    folder = pathlib.Path(sys.argv[1])
    torch.manual_seed(1)
    config = transformers.T5Config(
        vocab_size=32128, d_model=512, d_kv=64, d_ff=2048, num_layers=6, num_heads=8,
        feed_forward_proj="relu", decoder_start_token_id=0, initializer_factor=1.0)
    model = transformers.T5ForConditionalGeneration(config).eval()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if name.endswith("layer_norm.weight"):
                parameter.fill_(1.0)
            elif name == "shared.weight":
                parameter.normal_(0.0, 1.0)
            else:
                parameter.normal_(0.0, parameter.shape[-1] ** -0.5)
    model.save_pretrained(folder / "hf", safe_serialization=True)
    loader = T5Loader()
    with torch.no_grad():
        spec = loader.get_model_spec(model)
    tokens = [f"<{i}>" for i in range(config.vocab_size)]
    spec.register_source_vocabulary(tokens)
    spec.register_target_vocabulary(tokens)
    spec.config.bos_token = tokens[0]
    spec.config.eos_token = tokens[1]
    spec.config.unk_token = tokens[2]
    spec.config.decoder_start_token = tokens[0]
    spec.config.add_source_eos = False
    spec.validate()
    spec.optimize(quantization=None)
    (folder / "ct2").mkdir(parents=True, exist_ok=True)
    spec.save(str(folder / "ct2"))


if __name__ == "__main__":
    main()
