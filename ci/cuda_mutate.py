#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Tests the tests of the CUDA kernels: one fault at a time is put into a kernel, and the emulated suite
must notice.

  cuda_mutate.py BUILD_DIRECTORY COUNT [SEED] > REPORT

Every operator below is applied at every place of every kernel where it fits; COUNT of these mutants are
drawn, from each kernel and operator in turn. BUILD_DIRECTORY holds a built gatun_cuda_tests. A mutant is
caught if a test fails, crashes or does not end; one that does not compile is not counted.
"""
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import time

KERNELS = pathlib.Path("native/src/kernels/cuda")
# The tests that know a kernel.
FILTERS = {
    "activation_int8": "CudaLinear*",
    "attention": "CudaAttention.Bf16*:CudaAttention.Keys*",
    "attention_f32": "CudaAttention.F32*:CudaAttention.Bits*",
    "attention_merge": "CudaAttention.*",
    "embedding": "CudaEmbedding*",
    "layer_norm": "CudaLayerNorm*",
    "linear_tile": "CudaLinear.Tile*",
    "linear_vector": "CudaLinear.*Vector*:CudaLinear.E*",
    "quantised_pack": "CudaLinear*",
    "rms_norm": "CudaRmsNorm*",
    "rotary": "CudaRotary*",
    "softmax": "CudaSoftmax*",
}
OPERATORS = [  # name, pattern, replacement
    ("dropped block barrier", r"__syncthreads\(\);", ";"),
    ("dropped warp barrier", r"__syncwarp\(\);", ";"),
    ("dropped wait", r"cp_async_wait<[^>]*>\(\);", ";"),
    ("dropped commit", r"cp_async_commit\(\);", ";"),
    ("wrong mask", r"\bkAllLanes\b", "0x7fffffffu"),
    ("tail guard one too far", r"(?<=[a-z\])_]) < (?=args|columns|rows|units|blocks|size|end|s\.|s_\.)", " <= "),
    ("swapped lane map", r"\blane_? % 4\b", "lane_ / 4"),
    ("swapped lane map", r"\blane_ / 4\b", "lane_ % 4"),
    ("swapped fragment rows", r"\bgroup_ \+", "slot_ +"),
    ("off by one row", r"\+ 8 \* (?=[in])", "+ 7 * "),
    ("short stride", r"\+= kThreads\b", "+= kThreads / 2"),
    ("blocks on the same work", r"static_cast<int>\(blockIdx\.x\)", "0"),
    ("blocks on the same work", r"= blockIdx\.(?=[xy][,;])", "= 0 * blockIdx."),
    ("wrong neighbour", r"(__shfl_xor_sync\(kAllLanes, [a-z\[\]]+, )1\)", r"\g<1>3)"),
    ("minimum for maximum", r"\bfmaxf\(", "fminf("),
    ("lost product", r"\bfmaf\((.*?), (.*?), (\w[^()]*)\)", r"(\3)"),
    ("half the tile", r"\bi < kRows \* ", "i < kRows / 2 * "),
]


def places():
    for kernel in sorted(FILTERS):
        text = (KERNELS / f"{kernel}.cu").read_text()
        for operator, pattern, replacement in OPERATORS:
            for match in re.finditer(pattern, text):
                line = text.count("\n", 0, match.start()) + 1
                if text.splitlines()[line - 1].lstrip().startswith("//"):
                    continue
                changed = match.expand(replacement) if "\\" in replacement else replacement
                yield kernel, operator, line, text[: match.start()] + changed + text[match.end() :]


def draw(count, seed):
    by_kind = {}
    for mutant in places():
        by_kind.setdefault(mutant[:2], []).append(mutant)
    chooser = random.Random(seed)
    for mutants in by_kind.values():
        chooser.shuffle(mutants)
    kinds, chosen = sorted(by_kind), []
    chooser.shuffle(kinds)
    while len(chosen) < count and any(by_kind.values()):
        for kind in kinds:
            if by_kind[kind] and len(chosen) < count:
                chosen.append(by_kind[kind].pop())
    return chosen, sum(map(len, by_kind.values())) + len(chosen)


def test(mutant, build, commands, objects):
    kernel, _, _, text = mutant
    folder = build / "mutant"
    folder.mkdir(exist_ok=True)
    source, target, program = folder / f"{kernel}.cu", folder / "mutant.o", folder / "gatun_cuda_tests"
    source.write_text(text)
    entry = commands[kernel]
    compile_command = re.sub(r" -MD -MT \S+ -MF \S+", "", entry["command"])
    compile_command = compile_command.replace(entry["file"], str(source)).replace(f"-o {entry['object']}", f"-o {target}")
    if subprocess.run(compile_command, shell=True, cwd=build, capture_output=True).returncode:
        return None
    others = [o for o in objects if not o.endswith(f"/cuda/{kernel}.cu.o")]
    subprocess.run(["c++", *others, target, "-lgtest", "-lgtest_main", "-o", program], cwd=build, check=True)
    try:
        run = subprocess.run(
            [program, f"--gtest_filter={FILTERS[kernel]}", "--gtest_fail_fast"],
            cwd=build, capture_output=True, text=True, errors="replace", timeout=600)
    except subprocess.TimeoutExpired:
        return "does not end"
    if run.returncode == 0:
        return ""
    if run.returncode < 0:
        return "crash"
    reason = re.search(r"^(race|uninitialised read|out of bounds|misaligned access|divergent barrier|illegal mask|missing wait|illegal argument):",
                       run.stdout, re.MULTILINE)
    return reason.group(1) if reason else "wrong values"


def main():
    build, count = pathlib.Path(sys.argv[1]).resolve(), int(sys.argv[2])
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    commands, objects = {}, []
    for entry in json.loads((build / "compile_commands.json").read_text()):
        target = re.search(r" -o (\S+)", entry["command"]).group(1)
        if "gatun_cuda_tests.dir" not in target:
            continue
        objects.append(str(build / target))
        entry["object"] = target
        if "/kernels/cuda/" in entry["file"] and entry["file"].endswith(".cu"):
            commands[pathlib.Path(entry["file"]).stem] = entry
    mutants, possible = draw(count, seed)
    results, began = [], time.time()
    for mutant in mutants:
        outcome = test(mutant, build, commands, objects)
        print(f"{mutant[0]}.cu:{mutant[2]} {mutant[1]}: {'does not compile' if outcome is None else outcome or 'NOT CAUGHT'}",
              file=sys.stderr, flush=True)
        if outcome is not None:
            results.append((*mutant[:3], outcome))
    caught = sum(bool(r[3]) for r in results)
    print("# Faults put into the CUDA kernels, and what noticed them\n")
    print(f"Written by `ci/cuda.sh emulate --mutants {count}` (seed {seed}): {len(results)} mutants of {possible} possible ones, "
          f"{caught} caught ({100 * caught / max(len(results), 1):.1f} %), {time.time() - began:.0f} s.\n")
    print("| kernel | line | fault | noticed as |\n|---|---:|---|---|")
    for kernel, operator, line, outcome in sorted(results):
        print(f"| {kernel}.cu | {line} | {operator} | {outcome or '**not caught**'} |")
    return 0 if caught >= 0.95 * len(results) else 1


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    os.chdir(pathlib.Path(__file__).resolve().parent.parent)
    sys.exit(main())
