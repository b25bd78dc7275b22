#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Training steps of PyTorch: each line on standard input is answered with the nanoseconds of a step.

    torch_train_worker.py gpt2|bert f32|bf16 eager|compile THREADS

gpt2: GPT-2 small, 4 x 64 tokens, next token. bert: BERT base with a classifier of two labels,
8 x 128 tokens. Fused AdamW, no dropout, random weights. The line "memory" is answered with the
process's peak resident bytes.
"""

import pathlib
import re
import sys
import time

import torch
import transformers


def build(kind):
    if kind == "gpt2":
        config = transformers.GPT2Config(
            resid_pdrop=0, embd_pdrop=0, attn_pdrop=0, use_cache=False)
        model = transformers.GPT2LMHeadModel(config)
        ids = torch.randint(0, config.vocab_size, (4, 64))
        return model, {"input_ids": ids, "labels": ids}
    config = transformers.BertConfig(
        hidden_dropout_prob=0, attention_probs_dropout_prob=0, num_labels=2)
    model = transformers.BertForSequenceClassification(config)
    ids = torch.randint(0, config.vocab_size, (8, 128))
    return model, {"input_ids": ids, "labels": torch.randint(0, 2, (8,))}


def main():
    kind, dtype, mode, threads = sys.argv[1:]
    torch.set_num_threads(int(threads))
    torch.manual_seed(1)
    model, batch = build(kind)
    model.train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-5, weight_decay=0.01, fused=True)
    run = torch.compile(model) if mode == "compile" else model

    def step():
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=dtype == "bf16"):
            loss = run(**batch).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=False)
        return loss

    for line in sys.stdin:
        if line.strip() == "memory":
            status = pathlib.Path("/proc/self/status").read_text()
            print(int(re.search(r"VmHWM:\s+(\d+)", status).group(1)) * 1024, flush=True)
            continue
        start = time.perf_counter_ns()
        step()
        print(time.perf_counter_ns() - start, flush=True)


if __name__ == "__main__":
    main()
