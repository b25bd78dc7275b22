# SPDX-License-Identifier: Apache-2.0
"""SmolLM2 adapted to Moby-Dick with a low-rank adapter, then asked with it and without.

python3 bench/training/domain.py [--steps N] [--train N] [--test N]
"""

import argparse

from common import DATA, WORK, gatun, train, write_rows

WORDS = 180  # about 256 tokens


def pieces():
    words = (DATA / "moby-dick.txt").read_text(encoding="utf-8").split()
    return [
        {"text": " ".join(words[i : i + WORDS])} for i in range(0, len(words) - WORDS, WORDS)
    ]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--steps", type=int, default=40)
    parser.add_argument("--test", type=int, default=12)
    options = parser.parse_args()
    rows = pieces()
    folder = WORK / "domain"
    held = write_rows(folder / "test.jsonl", rows[-options.test :])
    learnt = write_rows(folder / "train.jsonl", rows[: -options.test])
    report = train(
        "finetune", "lm", "-m", "smollm2-135m-instruct", "--lora", "--lora-rank", 8,
        "--train", learnt, "--eval", held, "--out", folder / "adapter", "--steps", options.steps,
        "--batch", 2, "--max-length", 256, "--lr", "5e-4",
    )
    print(f"perplexity before {report['before']['perplexity']:.2f}")
    print(f"perplexity after  {report['after']['perplexity']:.2f}, {report['seconds']:.0f} s")
    question = "Tell me about the whale."
    # Two conversations: within one, the second answer would copy the first from the history.
    lines = f"{question}\n/new\n/adapter off\n{question}\n"
    print(
        gatun(
            "chat", "-m", "smollm2-135m-instruct", "--adapter", folder / "adapter",
            "--max-tokens", 48, text=lines,
        )
    )


if __name__ == "__main__":
    main()
