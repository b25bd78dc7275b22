# SPDX-License-Identifier: Apache-2.0
"""Embeds batches with ONNX Runtime on request: the counterpart of EmbedWorker.java.

Arguments: the ONNX file, the threads. Each line of the input names a file of token ids, a sequence a
line, and a file for the vectors (little-endian f32) or "-"; the answer is a line with the nanoseconds.
Sequences of different lengths are padded to the longest, which is what the model's graph asks for.
"""

import sys
import time

import numpy as np
import onnxruntime


def embed(session, sequences):
    longest = max(len(ids) for ids in sequences)
    ids = np.zeros((len(sequences), longest), dtype=np.int64)
    mask = np.zeros_like(ids)
    for row, sequence in enumerate(sequences):
        ids[row, : len(sequence)] = sequence
        mask[row, : len(sequence)] = 1
    feed = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
    hidden = session.run(None, feed)[0]  # [sequences, tokens, width]
    weights = mask[:, :, None].astype(np.float32)
    pooled = (hidden * weights).sum(1) / weights.sum(1)
    return pooled / np.linalg.norm(pooled, axis=1, keepdims=True)


def main():
    model, threads = sys.argv[1], int(sys.argv[2])
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    for line in sys.stdin:
        source, target = line.rstrip("\n").split("\t")
        with open(source) as file:
            sequences = [[int(word) for word in row.split()] for row in file]
        start = time.perf_counter_ns()
        vectors = embed(session, sequences)
        nanos = time.perf_counter_ns() - start
        if target != "-":
            vectors.astype("<f4").tofile(target)
        print(nanos, flush=True)


if __name__ == "__main__":
    main()
