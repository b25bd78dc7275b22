#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs Gatun and its rivals in turns on the same files and writes a Markdown table.

    compare.py --rivals FOLDER [--decoder FILE] [--encoder FOLDER] [--seq2seq FOLDER] [--threads 2]
               [--rounds 5]

FOLDER is what install.sh filled; run this with the Python of its virtual environment. The decoder is
measured by `gatun bench` against llama-bench, the encoder by EmbedWorker against ONNX Runtime in f32,
the encoder-decoder (what seq2seq_model.py wrote) by Seq2SeqWorker against CTranslate2 in its types.
Programs take turns, so that a machine that slows down slows both; a row states the median of the
rounds of each side, the best of each, and the median of the rounds' ratios.
"""

import argparse
import datetime
import json
import os
import pathlib
import random
import re
import shlex
import statistics
import subprocess
import sys
import tempfile

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[2]


def cpu_name():
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return "unknown CPU"


def cpu_details():
    text = pathlib.Path("/proc/cpuinfo").read_text()
    fields = dict(re.findall(r"^([^:\n]+?)\s*: (.*)$", text, re.M))
    known = ["avx2", "avx_vnni", "avx512f", "avx512_vnni", "avx512_bf16", "amx_int8", "amx_bf16"]
    flags = [flag for flag in known if flag in fields.get("flags", "").split()]
    return (
        f"family {fields.get('cpu family', '?')} model {fields.get('model', '?')}, "
        f"{os.cpu_count()} processors, {' '.join(flags)}"
    )


class Row:
    """One comparison: speeds of the rounds, ours and the rival's, in the same unit."""

    def __init__(self, name, unit, rival):
        self.name, self.unit, self.rival = name, unit, rival
        self.ours, self.theirs = [], []

    def markdown(self):
        ratios = [a / b for a, b in zip(self.ours, self.theirs)]
        return (
            f"| {self.name} | {self.unit} | {statistics.median(self.ours):.1f} "
            f"({max(self.ours):.1f}) | {self.rival} {statistics.median(self.theirs):.1f} "
            f"({max(self.theirs):.1f}) | {statistics.median(ratios):.2f} "
            f"({min(ratios):.2f} to {max(ratios):.2f}) |"
        )


def bench_json(command):
    """Speeds by test of one run of `gatun bench` or llama-bench."""
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{shlex.join(command)}: exit code {done.returncode}\n{done.stderr[-2000:]}")
    return {
        (row["n_prompt"], row["n_gen"]): statistics.median(row["samples_ts"])
        for row in json.loads(done.stdout)
    }


def compare_decoder(options, depth):
    sizes = ["-p", "512", "-n", "128", "-d", str(depth), "-t", str(options.threads), "-o", "json"]
    ours = [*options.gatun, "bench", "-m", options.decoder, *sizes, "-r", str(options.repeat)]
    bench = str(pathlib.Path(options.rivals, "llama-build", "bin", "llama-bench"))
    theirs = [bench, "-m", options.decoder, *sizes, "-r", str(options.repeat), "-fa", options.flash]
    behind = f" behind {depth} tokens" if depth else ""
    rows = {
        (512, 0): Row("prefill 512" + behind, "tokens/s", "llama.cpp"),
        (0, 128): Row("decode 128" + behind, "tokens/s", "llama.cpp"),
    }
    for _ in range(options.rounds):
        for command, side in ((ours, "ours"), (theirs, "theirs")):
            for test, speed in bench_json(command).items():
                getattr(rows[test], side).append(speed)
    return list(rows.values())


class Worker:
    """A process that works on a file of ids on request and answers with the nanoseconds."""

    def __init__(self, command):
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def run(self, source, *rest):
        self.process.stdin.write("\t".join(map(str, [source, *(rest or ["-"])])) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            sys.exit("a worker ended; its message is above")
        return int(answer)

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def write_batch(folder, name, lengths):
    generator = random.Random(1)
    path = pathlib.Path(folder, name)
    rows = []
    for length in lengths:
        words = [generator.randrange(1999, 29000) for _ in range(length - 2)]
        rows.append(" ".join(map(str, [101, *words, 102])))
    path.write_text("\n".join(rows) + "\n")
    return path


def least_cosine(first, second, rows):
    a, b = (np.fromfile(file, dtype="<f4").reshape(rows, -1).astype(np.float64)
            for file in (first, second))
    dots = (a * b).sum(1) / np.linalg.norm(a, axis=1) / np.linalg.norm(b, axis=1)
    return dots.min()


def compare_encoder(options, folder):
    worker = [*options.java, "dev.gatun.bench.EmbedWorker", options.encoder]
    model = str(pathlib.Path(options.rivals, "all-minilm-l6-v2.onnx"))
    script = str(pathlib.Path(__file__).with_name("onnx_worker.py"))
    workers = {
        "FAST": Worker([*worker, "FAST", str(options.threads)]),
        "F32": Worker([*worker, "F32", str(options.threads)]),
        "ONNX": Worker([sys.executable, script, model, str(options.threads)]),
    }
    mixed = random.Random(2)
    shapes = {
        "32 x 128": [128] * 32,
        "1 x 32": [32],
        "64 of 8 to 128": [mixed.randrange(8, 129) for _ in range(64)],
    }
    rows, cosines = [], []
    for shape, lengths in shapes.items():
        source = write_batch(folder, "ids", lengths)
        outputs = {name: pathlib.Path(folder, name) for name in workers}
        for name, one in workers.items():
            for _ in range(6 if len(lengths) > 1 else 200):  # the JVM compiles, caches fill
                one.run(source)
            one.run(source, outputs[name])
        times = {name: [] for name in workers}
        for _ in range(options.rounds):
            for name, one in workers.items():
                inner = 3 if len(lengths) > 1 else 30
                times[name].append(statistics.median(one.run(source) for _ in range(inner)))
        for name in ("FAST", "F32"):
            row = Row(f"MiniLM {shape}, {name}", "sequences/s", "ONNX Runtime f32")
            row.ours = [len(lengths) * 1e9 / t for t in times[name]]
            row.theirs = [len(lengths) * 1e9 / t for t in times["ONNX"]]
            rows.append(row)
            cosine = least_cosine(outputs[name], outputs["ONNX"], len(lengths))
            cosines.append(f"| MiniLM {shape}, {name} | {cosine:.7f} |")
    for one in workers.values():
        one.close()
    return rows, cosines


def compare_seq2seq(options, folder):
    """Greedy and 4 beams of 8 sources of 32 tokens, 64 tokens each; like types with like."""
    ours = [*options.java, "dev.gatun.bench.Seq2SeqWorker", f"{options.seq2seq}/hf"]
    script = str(pathlib.Path(__file__).with_name("ctranslate2_worker.py"))
    theirs = [sys.executable, script, f"{options.seq2seq}/ct2"]
    pairs = {"F32": "float32", "FAST": "int8"}
    source = write_batch(folder, "sources", [32] * 8)
    rows = []
    for kind, rival in pairs.items():
        workers = {
            "ours": Worker([*ours, kind, str(options.threads)]),
            "theirs": Worker([*theirs, rival, str(options.threads)]),
        }
        for name, beams in (("greedy batch 8", 1), ("batch 8 beam 4", 4)):
            row = Row(f"T5-small {name}, {kind}", "tokens/s", f"CTranslate2 {rival}")
            outputs = {side: pathlib.Path(folder, side) for side in workers}
            for side, worker in workers.items():
                for _ in range(4):  # the JVM compiles, caches fill
                    worker.run(source, beams, 64, outputs[side])
            same = sum(
                a == b
                for a, b in zip(*(path.read_text().split("\n") for path in outputs.values()))
            ) - 1
            row.name += f" ({same} of 8 targets alike)"
            for _ in range(options.rounds):
                for side, worker in workers.items():
                    nanos = statistics.median(worker.run(source, beams, 64, "-") for _ in range(3))
                    getattr(row, side).append(8 * 64 * 1e9 / nanos)
            rows.append(row)
        for worker in workers.values():
            worker.close()
    return rows


def write_result(text, output, subject):
    """Into `output`, or a file of bench/results named after the processor, the day and the subject."""
    slug = re.sub(r"[^a-z0-9]+", "-", cpu_name().lower().replace("(r)", "")).strip("-")
    name = f"{slug}-{datetime.date.today().isoformat()}-{subject}.md"
    target = pathlib.Path(output or ROOT / "bench" / "results" / name)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rivals", required=True, help="the folder that install.sh filled")
    parser.add_argument("--decoder", help="a GGUF file")
    parser.add_argument("--encoder", help="all-MiniLM-L6-v2 as a folder")
    parser.add_argument("--seq2seq", help="what seq2seq_model.py wrote")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=5, help="turns of each program")
    parser.add_argument("--repeat", type=int, default=3, help="repetitions within a turn")
    parser.add_argument("--depths", type=int, nargs="*", default=[0], help="tokens before")
    parser.add_argument("--flash", default="0", help="llama-bench's -fa")
    parser.add_argument("--gatun", type=shlex.split, default=[str(ROOT / "gatun")])
    jar = ROOT / "bench" / "java" / "target" / "gatun-bench.jar"
    java = ["java", "--enable-native-access=ALL-UNNAMED", "-cp", str(jar)]
    parser.add_argument("--java", type=shlex.split, default=java, help="how EmbedWorker starts")
    parser.add_argument("--output", help="a file; by default one in bench/results")
    options = parser.parse_args()
    rows, cosines = [], []
    if options.decoder:
        for depth in options.depths:
            rows += compare_decoder(options, depth)
    if options.encoder:
        with tempfile.TemporaryDirectory() as folder:
            encoder_rows, cosines = compare_encoder(options, folder)
            rows += encoder_rows
    if options.seq2seq:
        with tempfile.TemporaryDirectory() as folder:
            rows += compare_seq2seq(options, folder)
    name = cpu_name()
    today = datetime.date.today().isoformat()
    said = [f"--threads {options.threads}", f"--rounds {options.rounds}",
            f"--repeat {options.repeat}", f"--flash {options.flash}"]
    if options.decoder:
        said.append(f"--decoder {pathlib.Path(options.decoder).name}")
        said.append("--depths " + " ".join(map(str, options.depths)))
    if options.encoder:
        said.append(f"--encoder {pathlib.Path(options.encoder).name}")
    if options.seq2seq:
        said.append(f"--seq2seq {pathlib.Path(options.seq2seq).name}")
    lines = [
        f"# {name}, {today}",
        "",
        cpu_details(),
        "",
        "`bench/side_by_side/compare.py " + " ".join(said) + " --rivals FOLDER`",
        "",
        "Medians of the rounds, the best round in brackets; the ratio is the median of the rounds'",
        "ratios with its range, above 1 where Gatun is faster.",
        "",
        "| | unit | Gatun | rival | ratio |",
        "| --- | --- | ---: | ---: | ---: |",
        *[row.markdown() for row in rows],
    ]
    if cosines:
        lines += ["", "| vectors | least cosine to ONNX Runtime f32 |", "| --- | ---: |", *cosines]
    text = "\n".join(lines) + "\n"
    print(text)
    subjects = [s for s in ("decoder", "encoder", "seq2seq") if getattr(options, s)]
    write_result(text, options.output, "-".join(subjects))


if __name__ == "__main__":
    main()
