# SPDX-License-Identifier: Apache-2.0
"""A small T5 trained from scratch to write dates as ISO 8601: "the 5th of March 1987", 1987-03-05.

python3 bench/training/dates.py [--steps N] [--train N] [--test N]
"""

import argparse
import datetime
import json
import random

from common import WORK, byte_tokenizer, train, write_rows


def ordinal(day):
    ending = "th" if day in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{ending}"


FORMATS = [
    lambda d: f"{d:%B} {d.day}, {d.year}",
    lambda d: f"{d.day} {d:%B} {d.year}",
    lambda d: f"{d.day} {d:%b} {d.year}",
    lambda d: f"{d:%b}. {d.day}, {d.year}",
    lambda d: f"{d:%A}, {d.day} {d:%B} {d.year}",
    lambda d: f"the {ordinal(d.day)} of {d:%B} {d.year}",
    lambda d: f"{d:%B} {ordinal(d.day)} {d.year}",
    lambda d: f"{d.day}.{d.month}.{d.year}",
    lambda d: f"{d.year}/{d.month:02}/{d.day:02}",
    lambda d: f"{d:%a} {d:%b} {d.day} {d.year}",
]


def rows(days, random_numbers):
    return [
        {"source": random_numbers.choice(FORMATS)(day), "target": day.isoformat()} for day in days
    ]


def config(folder):
    size = byte_tokenizer(folder, ["<pad>", "</s>"], "</s>", appended=True)
    settings = {
        "architectures": ["T5ForConditionalGeneration"],
        "model_type": "t5",
        "vocab_size": size,
        "d_model": 128,
        "d_kv": 32,
        "d_ff": 256,
        "num_heads": 4,
        "num_layers": 2,
        "num_decoder_layers": 2,
        "feed_forward_proj": "gated-gelu",
        "tie_word_embeddings": True,
        "relative_attention_num_buckets": 32,
        "relative_attention_max_distance": 64,
        "dropout_rate": 0.0,
        "layer_norm_epsilon": 1e-6,
        "initializer_factor": 1.0,
        "is_encoder_decoder": True,
        "decoder_start_token_id": 0,
        "pad_token_id": 0,
        "eos_token_id": 1,
    }
    (folder / "config.json").write_text(json.dumps(settings, indent=2))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--steps", type=int, default=1500)
    parser.add_argument("--train", type=int, default=20000)
    parser.add_argument("--test", type=int, default=500)
    options = parser.parse_args()
    folder = WORK / "dates"
    config(folder / "config")
    first = datetime.date(1900, 1, 1)
    days = [first + datetime.timedelta(days=i) for i in range(365 * 150)]
    numbers = random.Random(7)
    numbers.shuffle(days)
    # No date of the test is ever seen in training, in any form.
    held = write_rows(folder / "test.jsonl", rows(days[: options.test], numbers))
    learnt = write_rows(
        folder / "train.jsonl", rows(days[options.test :][: options.train], numbers)
    )
    report = train(
        "train", "seq2seq", "--config", folder / "config", "--train", learnt, "--eval", held,
        "--exact-match", "--out", folder / "model", "--steps", options.steps, "--batch", 64,
        "--lr", "2e-3", "--schedule", "cosine", "--seed", 1,
    )
    print(f"exact match {report['after']['exact_match']:.4f}, {report['seconds']:.0f} s")


if __name__ == "__main__":
    main()
