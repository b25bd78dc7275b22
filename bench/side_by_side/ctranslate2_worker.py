# SPDX-License-Identifier: Apache-2.0
"""Generates targets with CTranslate2 on request: the counterpart of Seq2SeqWorker.java.

Arguments: the model's folder, the compute type (float32, int8 ...), the threads. Each line of the
input has a file of token ids, a source a line, the beams, the tokens of each target (nothing ends it
before), and a file for the targets or "-"; the answer is a line with the nanoseconds.
"""

import sys
import time

import ctranslate2


def main():
    folder, kind, threads = sys.argv[1], sys.argv[2], int(sys.argv[3])
    translator = ctranslate2.Translator(
        folder, device="cpu", compute_type=kind, inter_threads=1, intra_threads=threads)
    for line in sys.stdin:
        source, beams, length, target = line.rstrip("\n").split("\t")
        with open(source) as file:
            sources = [[f"<{word}>" for word in row.split()] for row in file]
        start = time.perf_counter_ns()
        results = translator.translate_batch(
            sources,
            beam_size=int(beams),
            max_batch_size=0,
            max_decoding_length=int(length),
            min_decoding_length=int(length),
            max_input_length=0,
        )
        nanos = time.perf_counter_ns() - start
        if target != "-":
            with open(target, "w") as file:
                for result in results:
                    print(" ".join(token[1:-1] for token in result.hypotheses[0]), file=file)
        print(nanos, flush=True)


if __name__ == "__main__":
    main()
