#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What can be said of the CUDA kernels' speed without a GPU, as tables.

From the compiled library: registers, local memory, shared memory, instruction mix. From the emulated
device (a file of counts): memory sectors and bank conflicts on a typical shape. From NVIDIA's
calculator: blocks per multiprocessor. From all of these a model of the time (cuda_roofline.py).

  cuda_evidence.py LIBRARY COUNTS PROGRAM TOOLKIT OCCUPANCY_PROGRAM > TABLES
  cuda_evidence.py --compare OLD NEW    exit 1 if a kernel got worse; what the compiler decides is compared only where
                                        both tables are of one version of it
"""
import bisect
import collections
import pathlib
import re
import subprocess
import sys

import cuda_roofline
import cuda_sass

FORMATS = {0: "f32", 1: "f16", 2: "q4_0", 3: "q4_1", 6: "q5_0", 7: "q5_1", 8: "q8_0", 10: "q2_k", 11: "q3_k", 12: "q4_k",
           13: "q5_k", 14: "q6_k", 30: "bf16"}
FULL = ("80", "90a")  # the architectures of every build, with all columns
# Head sizes above 128 keep more than registers hold; what they spill is tabled, not refused.
MAY_SPILL = re.compile(r"^attention\S* .*\b(192|256)\b")

SECTORS, PASSES = 1.05, 1.1  # limits of the counts, to the ideal and to a request
Launch = collections.namedtuple("Launch", "threads dynamic sectors ideal passes requests products reason")


def run(*command, text=None):
    return subprocess.run(command, check=True, capture_output=True, text=True, input=text).stdout


def kernel_names(mangled):
    """{symbol: "linear_vector q4_0,1"} for linear_vector_kernel<BlockFormat{2, ...}, 1>, of nvcc's symbols and of g++'s."""
    symbols, names = list(mangled), {}
    for symbol, text in zip(symbols, run("c++filt", text="\n".join(symbols) + "\n").splitlines()):
        text = text.replace("(anonymous namespace)::", "")
        match = re.search(r"::(\w+?)(?:_kernel)?(?:<(.*)>)?\([^()]*\)(?: \[.*)?$", text)
        if not match:
            raise ValueError(f"{symbol}: no kernel's name can be found in {text}")
        variants = []
        for argument in split_arguments(match.group(2) or ""):
            if block_format := re.match(r".*BlockFormat\)?\{\(?[^)\d]*\)?(\d+)", argument):
                variants.append(FORMATS.get(int(block_format.group(1)), block_format.group(1)))
            elif number := re.match(r"(?:\(.*\))?(\d+)[ul]*$", argument):
                variants.append(number.group(1))
            else:
                variants.append(re.sub(r"\(.*?\)", "", argument).split("::")[-1].replace("unsigned short", "bf16").replace("float", "f32"))
        names[symbol] = f"{match.group(1)} {','.join(variants) or '-'}"
    return names


def split_arguments(text):
    parts, depth, start = [], 0, 0
    for i, c in enumerate(text):
        depth += (c in "(<{") - (c in ")>}")
        if c == "," and depth == 0:
            parts.append(text[start:i].strip())
            start = i + 1
    return [p for p in (*parts, text[start:].strip()) if p]


def resources(library, tool):
    """{(architecture, mangled name): {REG, STACK, SHARED, LOCAL ...}}"""
    found, architecture, function = {}, None, None
    for line in run(tool, "-res-usage", library).splitlines():
        if line.startswith("arch ="):
            architecture = line.split("=")[1].strip().removeprefix("sm_")
        elif match := re.match(r"\s*Function (\S+):", line):
            function = match.group(1)
        elif function and "REG:" in line:
            found[architecture, function] = {k: int(v) for k, v in re.findall(r"([A-Z]+):(\d+)", line)}
            function = None
    return found


def read_counts(path, program):
    """{kernel: Launch} of each kernel's largest launch, and [(kernel, Launch)] of those above the usual limits."""
    symbols = []
    for line in run("nm", program).splitlines():
        cells = line.split()
        if len(cells) == 3 and cells[1] in "tTwWuV":
            symbols.append((int(cells[0], 16), cells[2]))
    symbols.sort()
    addresses = [a for a, _ in symbols]
    launches = []
    for line in pathlib.Path(path).read_text().splitlines():
        code, *numbers = line.split(" ", 8)
        symbol = symbols[bisect.bisect_right(addresses, int(code)) - 1][1]
        launches.append((symbol, Launch(*map(int, numbers[:7]), numbers[7].strip())))
    names = kernel_names({symbol for symbol, _ in launches})
    counts, above = {}, []
    for symbol, launch in launches:
        kernel = names[symbol]
        if kernel not in counts or launch.ideal > counts[kernel].ideal:
            counts[kernel] = launch
        if launch.sectors > SECTORS * launch.ideal or launch.passes > PASSES * launch.requests:
            above.append((kernel, launch))
    return counts, above


def rows_of(library, counts, toolkit, occupancy_program):
    """One dictionary per kernel and architecture."""
    tool = f"{toolkit}/bin/cuobjdump"
    used = resources(library, tool)
    names = kernel_names({mangled for _, mangled in used})
    for architecture in {a for a, _ in used}:
        twice = collections.Counter(names[mangled] for a, mangled in used if a == architecture).most_common(1)[0]
        if twice[1] > 1:
            raise ValueError(f"{twice[0]}: {twice[1]} kernels of that name on sm_{architecture}; their rows could not be told apart")
    rows, questions = [], []
    for architecture in sorted({a for a, _ in used}, key=lambda a: int(re.sub(r"\D", "", a))):
        mixes = cuda_sass.main_loops(library, f"{toolkit}/bin", architecture)
        for (where, mangled), resource in used.items():
            if where != architecture:
                continue
            if mixes[mangled]["all"] <= 2:  # left empty: another architecture's
                continue
            kernel = names[mangled]
            measured = counts.get(kernel)
            threads, dynamic = (measured.threads, measured.dynamic) if measured else (0, 0)
            # From Hopper on, the tool's figure has 1,024 bytes that the system keeps.
            static = resource["SHARED"] - (1024 if resource["SHARED"] >= 1024 and int(re.sub(r"\D", "", where)) >= 90 else 0)
            rows.append({"kernel": kernel, "sm": where, "registers": resource["REG"], "local": resource["STACK"] + resource["LOCAL"],
                         "shared": static + dynamic, "threads": threads, "counts": measured, "loop": mixes[mangled]})
            capability = re.sub(r"\D", "", where)
            questions.append(f"{capability} {resource['REG']} {threads or 128} {static} {dynamic}")
    for row, blocks in zip(rows, run(occupancy_program, text="\n".join(questions) + "\n").split()):
        row["blocks"] = int(blocks)
    return sorted(rows, key=lambda r: (r["kernel"], int(re.sub(r"\D", "", r["sm"]))))


def cells_of(row):
    measured, loop = row["counts"], row["loop"]
    cells = [row["kernel"], row["sm"], row["registers"], row["local"], row["shared"], row["threads"] or "?",
             row["blocks"] if row["threads"] else "?"]
    if measured:
        cells += [f"{measured.sectors / max(measured.ideal, 1):.2f}",
                  f"{measured.passes / measured.requests:.2f}" if measured.requests else "-"]
    else:
        cells += ["?", "?"]
    products = loop["tensor"] + loop["dp4a"]
    loads = sum(loop[g] for g in ("ldsm", "cp.async", "global", "shared"))
    cells.append(f"{products / loads:.1f}" if products and loads else "-")
    cells.append(f"{(loop['convert'] + loop['unpack']) / products:.1f}" if products else "-")
    cells.append(", ".join(f"{loop[g]} {g}" for g, _ in cuda_sass.GROUPS if loop[g]) + f" of {loop['all']}")
    return cells


HEADER = """# CUDA kernels: what the compiler and the emulated device say

Written by `ci/cuda.sh evidence` with nvcc {version}; nothing here was measured on a GPU. Registers and local bytes (stack and spills) to a
thread, shared bytes to a block; blocks that fit a multiprocessor of the architecture's only or largest part (80: A100,
90a: H100), by NVIDIA's occupancy calculator; 32-byte sectors of global memory against the least that the bytes need, and
passes over the banks of shared memory to a request, counted on a typical shape by the emulated device. The last three
columns are of a turn of the loop with most arithmetic, rare cases left aside, or of the whole kernel where there is no
loop: tensor and dp4a instructions to a load, instructions that unpack or convert to each of them, and what a turn is made of. `?`: no count covers the variant.

| kernel | sm | registers | local | shared | threads | blocks | sectors | passes | products to a load | conversions to a product | loop |
|---|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---|"""


def table(library, counts_path, program, toolkit, occupancy_program):
    counts, above = read_counts(counts_path, program)
    rows = rows_of(library, counts, toolkit, occupancy_program)
    version = re.search(r"release \S+, V(\S+)", run(f"{toolkit}/bin/nvcc", "--version")).group(1)
    print(HEADER.replace("{version}", version))
    problems = []
    for row in rows:
        if row["local"] and not MAY_SPILL.match(row["kernel"]):
            problems.append(f"{row['kernel']} on sm_{row['sm']}: {row['local']} bytes of local memory, expected none")
        if row["sm"] in FULL:
            print("| " + " | ".join(str(c) for c in cells_of(row)) + " |")
    others = sorted({r["sm"] for r in rows} - set(FULL), key=lambda a: int(re.sub(r"\D", "", a)))
    if others:
        print("\n## The other architectures\n\nRegisters / blocks to a multiprocessor / tensor instructions of the loop, and local bytes where there are any.\n")
        print("| kernel | " + " | ".join(f"sm_{o}" for o in others) + " |\n|---|" + "---:|" * len(others))
        by_kernel = collections.defaultdict(dict)
        for row in rows:
            local = f", {row['local']} local" if row["local"] else ""
            by_kernel[row["kernel"]][row["sm"]] = f"{row['registers']} / {row['blocks'] if row['threads'] else '?'} / {row['loop']['tensor']}{local}"
        for kernel, of in by_kernel.items():
            print(f"| {kernel} | " + " | ".join(of.get(o, "-") for o in others) + " |")
    if above:
        print(f"\n## Launches above {SECTORS} sectors to the ideal or {PASSES} passes to a request\n")
        print("| kernel | sectors | ideal | passes | requests | why |\n|---|---:|---:|---:|---:|---|")
        for kernel, launch in sorted(set(above)):
            print(f"| {kernel} | {launch.sectors} | {launch.ideal} | {launch.passes} | {launch.requests} | {launch.reason or '?'} |")
    cuda_roofline.tables({(r["kernel"], re.sub(r"\D", "", r["sm"])): r for r in rows})
    if problems:
        print("\n".join(problems), file=sys.stderr)
    return 1 if problems else 0


def read_table(path):
    """The version of nvcc, and {(kernel, architecture): cells}."""
    rows, version = {}, "?"
    for line in pathlib.Path(path).read_text().splitlines():
        if match := re.search(r"with nvcc (\S+);", line):
            version = match.group(1)
        cells = [c.strip() for c in line.strip().strip("|").split("|")]
        if len(cells) == 12 and cells[2].isdigit():
            rows[cells[0], cells[1]] = cells
    return version, rows


def worse_cells(before, after, same_compiler):
    """What a row has that is worse than it was."""
    def numbers(column):
        pair = before[column], after[column]
        return tuple(map(float, pair)) if all(re.fullmatch(r"[\d.]+", cell) for cell in pair) else None

    worse = []
    # Counts of the emulated device do not depend on nvcc.
    limits = [(7, "sectors to the ideal", 1.02, 0.01), (8, "passes to a request", 1.02, 0.01)]
    if same_compiler:
        limits += [(2, "registers", 1.05, 1), (3, "bytes of local memory", 1, 0), (10, "conversions to a product", 1.02, 0.01)]
    for column, what, factor, slack in limits:
        if (pair := numbers(column)) and pair[1] > factor * pair[0] + slack:
            worse.append(f"{after[column]} {what}, {before[column]} before")
        elif before[column] != "?" and after[column] == "?":
            worse.append(f"no count of {what} any more")
    if same_compiler:
        if (pair := numbers(6)) and pair[1] < pair[0]:
            worse.append(f"{after[6]} blocks to a multiprocessor, {before[6]} before")
        if (pair := numbers(9)) and pair[1] < 0.95 * pair[0] - 0.1:
            worse.append(f"{after[9]} products to a load, {before[9]} before")
    return worse


def compare(old_path, new_path):
    (old_version, old), (new_version, new) = read_table(old_path), read_table(new_path)
    if not old or not new:
        raise ValueError(f"no rows in {new_path if old else old_path}")
    same_compiler = old_version == new_version
    if not same_compiler:
        print(f"registers, occupancy and machine code are not compared: {old_path} is of nvcc {old_version}, this is {new_version}")
    worse = []
    for key, before in old.items():
        after = new.get(key)
        if after is None:
            worse.append(f"{key[0]} on sm_{key[1]}: no longer there")
        else:
            worse += [f"{key[0]} on sm_{key[1]}: {text}" for text in worse_cells(before, after, same_compiler)]
    unknown = sorted(set(new) - set(old))
    worse += [f"{kernel} on sm_{architecture}: not in the table yet" for kernel, architecture in unknown]
    if worse:
        print("\n".join(worse))
        print(f"If that is wanted: ci/cuda.sh evidence writes {old_path} anew.")
        return 1
    print(f"{len(new)} rows, none worse than in {old_path}")
    return 0


if __name__ == "__main__":
    if len(sys.argv) == 4 and sys.argv[1] == "--compare":
        sys.exit(compare(sys.argv[2], sys.argv[3]))
    if len(sys.argv) != 6:
        sys.exit(__doc__)
    sys.exit(table(*sys.argv[1:]))
