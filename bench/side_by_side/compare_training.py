#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes training steps of Gatun and PyTorch in turns and writes a Markdown table.

    compare_training.py [--threads 2] [--rounds 5] [--steps 2] [--modes eager compile]

Run with the Python of the environment that install.sh filled. A row states the
median step of each side over the rounds, the median of the rounds' ratios (PyTorch's time over
ours: above 1 we are faster) and the peak resident memory of both processes.
"""

import argparse
import datetime
import pathlib
import shlex
import statistics
import subprocess
import sys

from compare import ROOT, cpu_details, cpu_name, write_result


class Worker:
    """A process that makes a step on request and answers with the nanoseconds."""

    def __init__(self, command):
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            text=True)

    def ask(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            sys.exit(f"{shlex.join(self.process.args)} ended with {self.process.wait()}")
        return int(answer)

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def compare(model, dtype, mode, options):
    script = str(pathlib.Path(__file__).with_name("torch_train_worker.py"))
    threads = str(options.threads)
    ours = Worker([*options.java, "dev.gatun.bench.TrainWorker", model, dtype, threads])
    theirs = Worker([sys.executable, script, model, dtype, mode, threads])
    times = {ours: [], theirs: []}
    for worker in times:
        for _ in range(options.warmup):
            worker.ask("step")
    for _ in range(options.rounds):
        for worker, rounds in times.items():
            rounds.append(statistics.median(worker.ask("step") for _ in range(options.steps)))
    memory = [worker.ask("memory") / 1e6 for worker in times]
    for worker in times:
        worker.close()
    ratios = [b / a for a, b in zip(times[ours], times[theirs])]
    return (
        f"| {model} | {dtype} | {statistics.median(times[ours]) / 1e9:.2f} s | PyTorch {mode} "
        f"{statistics.median(times[theirs]) / 1e9:.2f} s | {statistics.median(ratios):.2f} "
        f"({min(ratios):.2f} to {max(ratios):.2f}) | {memory[0]:.0f} | {memory[1]:.0f} |"
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=5, help="turns of each program")
    parser.add_argument("--steps", type=int, default=2, help="steps within a turn")
    parser.add_argument("--warmup", type=int, default=3, help="steps before the first turn")
    parser.add_argument("--models", nargs="*", default=["gpt2", "bert"])
    parser.add_argument("--dtypes", nargs="*", default=["f32", "bf16"])
    parser.add_argument("--modes", nargs="*", default=["eager"], help="eager, compile")
    jar = ROOT / "bench" / "java" / "target" / "gatun-bench.jar"
    java = ["java", "--enable-native-access=ALL-UNNAMED", "-cp", str(jar)]
    parser.add_argument("--java", type=shlex.split, default=java, help="how TrainWorker starts")
    parser.add_argument("--output", help="a file; by default one in bench/results")
    options = parser.parse_args()
    said = (f"--threads {options.threads} --rounds {options.rounds} --steps {options.steps} "
            f"--warmup {options.warmup} --modes {' '.join(options.modes)}")
    lines = [
        f"# {cpu_name()}, {datetime.date.today().isoformat()}",
        "",
        cpu_details(),
        "",
        f"`bench/side_by_side/compare_training.py {said}`",
        "",
        "| model | products | Gatun | rival | ratio | peak MB, Gatun | peak MB, rival |",
        "|---|---|---|---|---|---|---|",
    ]
    print("\n".join(lines))
    for model in options.models:
        for dtype in options.dtypes:
            for mode in options.modes:
                lines.append(compare(model, dtype, mode, options))
                print(lines[-1], flush=True)
    write_result("\n".join(lines) + "\n", options.output, "training")


if __name__ == "__main__":
    main()
