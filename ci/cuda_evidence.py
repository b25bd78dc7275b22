#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What can be said of the CUDA kernels' speed without a GPU, as a table.

From the compiled library: registers, stack, spills, shared memory, instruction mix. From the
emulated device (a file of counts): memory sectors and bank conflicts on a typical shape. From
NVIDIA's calculator: blocks per multiprocessor.

  cuda_evidence.py LIBRARY COUNTS TOOLKIT OCCUPANCY_PROGRAM > TABLE
  cuda_evidence.py --compare OLD NEW    exit 1 if a kernel got worse
"""
import collections
import re
import subprocess
import sys

GROUPS = [  # instruction prefixes of SASS
    ("tensor", ("HMMA", "IMMA", "QMMA", "HGMMA")),
    ("ldsm", ("LDSM",)),
    ("cp.async", ("LDGSTS", "UTMALDG")),
    ("global", ("LDG", "STG")),
    ("shared", ("LDS", "STS")),
    ("convert", ("I2F", "F2F", "F2I", "I2I", "HADD2.F32", "F2FP")),
    ("dp4a", ("IDP",)),
    ("f32", ("FFMA", "FMUL", "FADD")),
    ("special", ("MUFU",)),
    ("shuffle", ("SHFL",)),
    ("barrier", ("BAR",)),
    ("local", ("LDL", "STL")),
]
FORMATS = {2: "q4_0", 3: "q4_1", 6: "q5_0", 7: "q5_1", 8: "q8_0", 12: "q4_k", 13: "q5_k", 14: "q6_k"}
NEVER_LOCAL = "spills and local memory must be 0"


def run(*command, text=None):
    return subprocess.run(command, check=True, capture_output=True, text=True, input=text).stdout


def kernel_name(mangled):
    """("linear_vector", "q4_0,1") for linear_vector_kernel<BlockFormat{2, ...}, 1>."""
    name, arguments = re.search(r"_cu_[0-9a-f]{8}\d+([a-z]\w*?)_kernel(.*)", mangled).groups()
    arguments = arguments.split("EEvN")[0] + "E"
    if block_format := re.search(r"BlockFormatELi(\d+).*?EEE?(?:Li(\d+))?E*$", arguments):
        variants = [FORMATS[int(block_format.group(1))]] + [v for v in block_format.groups()[1:] if v]
    else:
        variants = re.findall(r"Li(\d+)E", arguments)
    if flag := re.search(r"Lb([01])E", arguments):
        variants.append("pages" if flag.group(1) == "1" else "rows")
    return name, ",".join(variants) or "-"


def resources(library, tool):
    """{(architecture, mangled name): {REG, STACK, SHARED, LOCAL ...}}"""
    found, architecture, function = {}, None, None
    for line in run(tool, "-res-usage", library).splitlines():
        if line.startswith("arch ="):
            architecture = line.split("=")[1].strip()
        elif match := re.match(r"\s*Function (\S+):", line):
            function = match.group(1)
        elif function and "REG:" in line:
            found[architecture, function] = {k: int(v) for k, v in re.findall(r"([A-Z]+):(\d+)", line)}
            function = None
    return found


def main_loop(code):
    """The part of [(address, text)] between a backward branch and its target that has most arithmetic."""
    places = {address: i for i, (address, _) in enumerate(code)}
    best, best_arithmetic = code, 0
    for i, (address, text) in enumerate(code):
        branch = re.search(r"\bBRA\S* .*?(0x[0-9a-f]+)", text)
        start = places.get(int(branch.group(1), 16)) if branch else None
        if start is None or start > i:
            continue
        loop = code[start : i + 1]
        arithmetic = sum(bool(re.search(r"MMA|IDP|FFMA|FADD|FMUL", t)) for _, t in loop)
        if arithmetic > best_arithmetic:
            best, best_arithmetic = loop, arithmetic
    return best


def instruction_mix(library, tool, architecture):
    """{mangled name: Counter of groups in its main loop}"""
    functions, code = {}, []
    for line in run(tool, "-sass", "-arch", architecture, library).splitlines():
        if match := re.match(r"\s*Function : (\S+)", line):
            code = functions.setdefault(match.group(1), [])
        elif match := re.match(r"\s*/\*([0-9a-f]{4,})\*/\s+(.*?) ;", line):
            code.append((int(match.group(1), 16), match.group(2)))
    mixes = {}
    for name, code in functions.items():
        counts = collections.Counter()
        for _, text in main_loop(code):
            opcode = re.sub(r"^@!?\w+ ", "", text).split()[0]
            counts["all"] += 1
            for group, prefixes in GROUPS:
                if opcode.startswith(prefixes):
                    counts[group] += 1
                    break
        mixes[name] = counts
    return mixes


def read_counts(path):
    counts = {}
    for line in open(path):
        kernel, variant, *numbers = line.split()
        counts[kernel, variant] = [int(n) for n in numbers]
    return counts


def table(library, counts_path, toolkit, occupancy_program):
    tool = f"{toolkit}/bin/cuobjdump"
    counts = read_counts(counts_path)
    used = resources(library, tool)
    architectures = sorted({a for a, _ in used}, key=lambda a: int(re.sub(r"\D", "", a)))
    rows, problems, questions = [], [], []
    for architecture in architectures:
        mixes = instruction_mix(library, tool, architecture)
        for (where, mangled), resource in used.items():
            if where != architecture:
                continue
            kernel = kernel_name(mangled)
            measured = counts.get(kernel)
            threads, dynamic = (measured[0], measured[1]) if measured else (0, 0)
            # From Hopper on, the tool's figure has 1,024 bytes that the system keeps.
            static = resource["SHARED"] - (1024 if resource["SHARED"] >= 1024 else 0)
            local = resource["STACK"] + resource["LOCAL"]
            if local:
                problems.append(f"{kernel[0]} {kernel[1]} on {architecture}: {local} bytes of local memory")
            rows.append((kernel, architecture, resource["REG"], local, static, threads, dynamic, measured, mixes.get(mangled, {})))
            capability = re.sub(r"\D", "", architecture)
            questions.append(f"{capability} {resource['REG']} {threads or 32} {static} {dynamic}")
    blocks = run(occupancy_program, text="\n".join(questions) + "\n").split()
    lines = []
    for row, active in zip(rows, blocks):
        kernel, architecture, registers, local, static, threads, dynamic, measured, mix = row
        cells = [f"{kernel[0]} {kernel[1]}", architecture, registers, local, static + dynamic, threads or "?", active if threads else "?"]
        if measured:
            _, _, sectors, ideal, passes, requests, _ = measured
            cells += [f"{sectors / max(ideal, 1):.2f}", f"{passes / requests:.2f}" if requests else "-"]
        else:
            cells += ["?", "?"]
        cells.append(", ".join(f"{mix[g]} {g}" for g, _ in GROUPS if mix.get(g)) + f" of {mix.get('all', 0)}")
        lines.append((kernel, architecture, "| " + " | ".join(str(c) for c in cells) + " |"))
    lines.sort(key=lambda l: (l[0], architectures.index(l[1])))
    print("# CUDA kernels: what the compiler and the emulated device say\n")
    print("Written by `ci/cuda.sh evidence`; nothing here was measured on a GPU. Registers and local bytes (stack and")
    print("spills) to a thread, shared bytes to a block; blocks that fit a multiprocessor of the architecture's data-centre or")
    print("only part (80: A100, 90a: H100), by NVIDIA's occupancy calculator; 32-byte sectors of global memory against the least")
    print("that the bytes need, and passes over the banks of shared memory to a request, counted on a typical shape by the")
    print("emulated device; instructions of the loop with the most arithmetic, or of the whole kernel where there is none.")
    print("`?`: a variant that no count covers.\n")
    print("| kernel | sm | registers | local | shared | threads | blocks | sectors | passes | loop |")
    print("|---|---|---:|---:|---:|---:|---:|---:|---:|---|")
    for _, _, line in lines:
        print(line)
    if problems:
        print("\n".join(problems), file=sys.stderr)
        print(NEVER_LOCAL, file=sys.stderr)
        return 1
    return 0


def read_table(path):
    rows = {}
    for line in open(path):
        cells = [c.strip() for c in line.strip().strip("|").split("|")]
        if len(cells) == 10 and cells[2].isdigit():
            rows[cells[0], cells[1]] = cells
    return rows


def compare(old_path, new_path):
    old, new = read_table(old_path), read_table(new_path)
    worse = []
    for key, before in old.items():
        after = new.get(key)
        if after is None:
            if any(k[1] == key[1] for k in new):  # an architecture that was not built is not compared
                worse.append(f"{key[0]} {key[1]}: no longer there")
            continue
        if int(after[2]) > 1.05 * int(before[2]) + 1:
            worse.append(f"{key[0]} {key[1]}: {after[2]} registers, {before[2]} before")
        if int(after[3]) > int(before[3]):
            worse.append(f"{key[0]} {key[1]}: {after[3]} bytes of local memory, {before[3]} before")
        for column, what in ((7, "sectors to the ideal"), (8, "passes to a request")):
            if before[column] not in "?-" and after[column] not in "?-" and float(after[column]) > float(before[column]) + 0.02:
                worse.append(f"{key[0]} {key[1]}: {after[column]} {what}, {before[column]} before")
    print("\n".join(worse) if worse else f"{len(new)} rows, none worse than in {old_path}")
    return 1 if worse else 0


if __name__ == "__main__":
    if len(sys.argv) == 4 and sys.argv[1] == "--compare":
        sys.exit(compare(sys.argv[2], sys.argv[3]))
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    sys.exit(table(*sys.argv[1:]))
