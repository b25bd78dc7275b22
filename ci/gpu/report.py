#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares cards, and commits of a card, from the files that record.py writes.

  report.py [FILE...]                 a table of kernels by card at their last commits, then what changed with it;
                                      FILE: bench/results/gpu/*.jsonl by default
  report.py --check PERCENT [FILE...] exit 1 if the last commit of a card made a kernel slower by more than that
"""
import collections
import json
import pathlib
import sys


def read(paths):
    """{card: {commit: {(kernel, shape): figures}}}, commits in the order of the files."""
    cards = collections.defaultdict(dict)
    for path in paths:
        for line in pathlib.Path(path).read_text().splitlines():
            figures = json.loads(line)
            cards[figures["card"]].setdefault(figures["commit"], {})[figures["kernel"], figures["shape"]] = figures
    return cards


def changes(commits):
    """[(kernel, shape, before, after, ratio)] between the last two commits; above 1 is faster."""
    if len(commits) < 2:
        return []
    (_, before), (_, after) = list(commits.items())[-2:]
    return [(*key, before[key]["microseconds"], figures["microseconds"], before[key]["microseconds"] / figures["microseconds"])
            for key, figures in after.items() if key in before]


def report(cards):
    lines = ["# CUDA kernels by card", ""]
    if any(f["emulated"] for commits in cards.values() for of in commits.values() for f in of.values()):
        lines += ["Times of the card `emulated` are those of the emulation on a CPU and say nothing of a GPU.", ""]
    names = sorted(cards)
    last = {name: list(cards[name].items())[-1] for name in names}
    lines += ["Microseconds, and the share of the bytes or operations per second in GB/s or TFLOP/s, at the last commit of each card.", "",
              "| kernel | shape | " + " | ".join(f"{n} ({last[n][0]})" for n in names) + " |", "|---|---|" + "---:|" * len(names)]
    for kernel, shape in sorted({key for _, of in last.values() for key in of}):
        cells = []
        for name in names:
            f = last[name][1].get((kernel, shape))
            rate = "" if f is None else (f"{f['teraoperations_per_second']:.1f} TFLOP/s" if f["teraoperations_per_second"] >= 1
                                         else f"{f['gigabytes_per_second']:.0f} GB/s")
            cells.append("-" if f is None else f"{f['microseconds']:.1f} ({rate})")
        lines.append(f"| {kernel} | {shape} | " + " | ".join(cells) + " |")
    for name in names:
        changed = changes(cards[name])
        if changed:
            before, after = list(cards[name])[-2:]
            lines += ["", f"## {name}: {before} to {after}", "", "| kernel | shape | before, us | after, us | times faster |", "|---|---|---:|---:|---:|"]
            lines += [f"| {k} | {s} | {b:.1f} | {a:.1f} | {r:.2f} |" for k, s, b, a, r in sorted(changed, key=lambda c: c[4])]
    return "\n".join(lines)


def slower(cards, percent):
    return [f"{card}: {kernel}, {shape}: {after:.1f} us, {before:.1f} before"
            for card, commits in cards.items() for kernel, shape, before, after, ratio in changes(commits)
            if ratio < 1 / (1 + percent / 100)]


if __name__ == "__main__":
    arguments = sys.argv[1:]
    limit = None
    if arguments[:1] == ["--check"]:
        if len(arguments) < 2:
            sys.exit(__doc__)
        limit, arguments = float(arguments[1]), arguments[2:]
    default = pathlib.Path(__file__).resolve().parent.parent.parent / "bench" / "results" / "gpu"
    cards = read(arguments or sorted(default.glob("*.jsonl")))
    if not cards:
        sys.exit("report.py: no figures: ci/gpu/run writes them")
    if limit is None:
        print(report(cards))
    elif problems := slower(cards, limit):
        sys.exit("\n".join(problems))
