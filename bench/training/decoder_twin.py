# SPDX-License-Identifier: Apache-2.0
"""The run of decoder.py in the reference framework: the same first weights, the same batches.

python bench/training/decoder_twin.py [--steps N], with torch and transformers; prints the loss of
both at every tenth step and fails if they differ by more than 1 %.
"""

import argparse
import json
import sys

import torch
from transformers import GPT2LMHeadModel

from common import WORK

BATCH = 16


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--steps", type=int, default=100)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    folder = WORK / "decoder"
    with open(folder / "model" / "metrics.jsonl", encoding="utf-8") as file:
        lines = [json.loads(line) for line in file]
    ours = {line["step"]: line for line in lines if "evaluation" not in line}
    with open(folder / "train.jsonl", encoding="utf-8") as file:
        rows = [json.loads(line)["text"] for line in file]
    # A letter is the byte behind the end token, which has id 0.
    ids = torch.tensor([[1 + byte for byte in row.encode("ascii")] + [0] for row in rows])
    model = GPT2LMHeadModel.from_pretrained(folder / "initial", attn_implementation="sdpa")
    model.train()
    matrices = [p for p in model.parameters() if p.dim() > 1]
    vectors = [p for p in model.parameters() if p.dim() <= 1]
    optimizer = torch.optim.AdamW(
        [{"params": matrices, "weight_decay": 0.01}, {"params": vectors, "weight_decay": 0.0}],
        betas=(0.9, 0.999),
        eps=1e-8,
    )
    worst = 0.0
    for step in range(1, min(options.steps, max(ours)) + 1):
        first = (step - 1) * BATCH % len(ids)
        batch = ids[first : first + BATCH]
        loss = model(input_ids=batch, labels=batch).loss
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for group in optimizer.param_groups:
            group["lr"] = ours[step]["learning_rate"]
        optimizer.step()
        if step % 10 == 0 or step == 1:
            difference = abs(ours[step]["loss"] - loss.item()) / loss.item()
            worst = max(worst, difference)
            print(
                f"step {step:4}  reference {loss.item():.5f}  here {ours[step]['loss']:.5f}"
                f"  {100 * difference:.3f} %",
                flush=True,
            )
    print(f"largest difference {100 * worst:.3f} %")
    sys.exit(1 if worst > 0.01 else 0)


if __name__ == "__main__":
    main()
