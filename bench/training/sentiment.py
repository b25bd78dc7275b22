# SPDX-License-Identifier: Apache-2.0
"""MiniLM fine-tuned to tell praise from blame in film reviews, against a bag of words.

python3 bench/training/sentiment.py [--train N] [--test N] [--seeds N] [--epochs N] [--steps N]
"""

import argparse
import math
import random
import re

from common import DATA, WORK, train, write_rows


def reviews():
    """The sentences with a clear sign, in an order of their own."""
    rows = []
    for line in (DATA / "reviews.txt").read_text(encoding="utf-8", errors="strict").splitlines():
        _, score, text = line.split("\t", 2)
        if float(score) != 0:
            rows.append({"text": text.strip(), "label": "praise" if float(score) > 0 else "blame"})
    random.Random(1).shuffle(rows)
    return rows


def features(text):
    words = re.findall(r"[a-z']+", text.lower())
    return set(words) | {a + " " + b for a, b in zip(words, words[1:])}


def bag_of_words(train_rows, test_rows, epochs=20, rate=0.5, decay=1e-4):
    """Accuracy of a logistic regression over words and pairs of words."""
    known = {}
    for row in train_rows:
        for feature in features(row["text"]):
            known[feature] = known.get(feature, 0) + 1
    index = {f: i for i, f in enumerate(sorted(f for f, n in known.items() if n > 1))}

    def encode(rows):
        return [
            ([index[f] for f in features(r["text"]) if f in index], r["label"] == "praise")
            for r in rows
        ]

    examples, weights, bias = encode(train_rows), [0.0] * len(index), 0.0
    shuffler = random.Random(0)
    for epoch in range(epochs):
        shuffler.shuffle(examples)
        step = rate / (1 + epoch)
        for active, praise in examples:
            scale = 1 / math.sqrt(max(1, len(active)))
            score = bias + scale * sum(weights[i] for i in active)
            slope = (1 if praise else 0) - 1 / (1 + math.exp(-score))
            bias += step * slope
            for i in active:
                weights[i] += step * (slope * scale - decay * weights[i])
    right = 0
    for active, praise in encode(test_rows):
        scale = 1 / math.sqrt(max(1, len(active)))
        right += (bias + scale * sum(weights[i] for i in active) > 0) == praise
    return right / len(test_rows)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--train", type=int, default=3000)
    parser.add_argument("--test", type=int, default=1000)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--steps", type=int, default=0)
    parser.add_argument("--lr", default="1e-4")
    options = parser.parse_args()
    rows = reviews()
    test_rows, train_rows = rows[: options.test], rows[options.test :][: options.train]
    folder = WORK / "sentiment"
    learnt = write_rows(folder / "train.jsonl", train_rows)
    held = write_rows(folder / "test.jsonl", test_rows)
    baseline = bag_of_words(train_rows, test_rows)
    print(f"bag of words: accuracy {baseline:.4f}")
    accuracies = []
    for seed in range(options.seeds):
        report = train(
            "finetune", "classify", "-m", "all-minilm-l6-v2", "--train", learnt, "--eval", held,
            "--out", folder / f"seed{seed}", "--seed", seed, "--batch", 32, "--lr", options.lr,
            "--max-length", 64,
            *(["--steps", options.steps] if options.steps else ["--epochs", options.epochs]),
        )
        accuracies.append(report["after"]["accuracy"])
        print(f"seed {seed}: accuracy {accuracies[-1]:.4f}, {report['seconds']:.0f} s")
    worst = min(accuracies)
    print(f"worst of {len(accuracies)} seeds is {100 * (worst - baseline):+.1f} points from the bag")


if __name__ == "__main__":
    main()
