# SPDX-License-Identifier: Apache-2.0
"""A small GPT-2 over bytes trained from scratch on Moby-Dick.

python3 bench/training/decoder.py [--steps N]

Then, with an interpreter that has torch, transformers and safetensors, the same run there:
python bench/training/decoder_twin.py
"""

import argparse
import collections
import json
import math

from common import DATA, WORK, byte_tokenizer, train, write_rows

LENGTH = 256
BATCH = 16


def config(folder):
    size = byte_tokenizer(folder, ["<|end|>"], "<|end|>", appended=False)
    settings = {
        "architectures": ["GPT2LMHeadModel"],
        "model_type": "gpt2",
        "vocab_size": size,
        "n_positions": LENGTH,
        "n_embd": 192,
        "n_layer": 4,
        "n_head": 6,
        "activation_function": "gelu_new",
        "attn_pdrop": 0.0,
        "embd_pdrop": 0.0,
        "resid_pdrop": 0.0,
        "initializer_range": 0.02,
        "layer_norm_epsilon": 1e-5,
        "bos_token_id": 0,
        "eos_token_id": 0,
    }
    (folder / "config.json").write_text(json.dumps(settings, indent=2))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--steps", type=int, default=200)
    options = parser.parse_args()
    folder = WORK / "decoder"
    config(folder / "config")
    text = (DATA / "moby-dick.txt").read_text(encoding="utf-8")
    text = text.encode("ascii", errors="ignore").decode("ascii")  # a letter is a byte
    size = LENGTH - 1  # the end token makes it LENGTH
    pieces = [text[i : i + size] for i in range(0, len(text) - size, size)]
    held = 64
    kept = (len(pieces) - held) // BATCH * BATCH
    learnt = write_rows(folder / "train.jsonl", ({"text": p} for p in pieces[:kept]))
    tested = write_rows(folder / "test.jsonl", ({"text": p} for p in pieces[-held:]))
    counts = collections.Counter("".join(pieces[:kept]))
    total = sum(counts.values())
    entropy = -sum(n / total * math.log(n / total) for n in counts.values())
    report = train(
        "train", "lm", "--config", folder / "config", "--train", learnt, "--eval", tested,
        "--out", folder / "model", "--save-initial", folder / "initial", "--steps", options.steps,
        "--batch", BATCH, "--max-length", LENGTH, "--lr", "1e-3", "--schedule", "cosine",
        "--no-shuffle", "--no-dropout", "--seed", 3,
    )
    print(f"entropy of single letters  {entropy:.4f} nats")
    print(f"validation loss before     {report['before']['loss']:.4f}")
    print(f"validation loss after      {report['after']['loss']:.4f}, {report['seconds']:.0f} s")


if __name__ == "__main__":
    main()
