# SPDX-License-Identifier: Apache-2.0
"""The machine code of kernels: which loop does the work, and what a turn of it is made of."""
import collections
import re
import subprocess

GROUPS = [  # prefixes of opcodes
    ("tensor", ("HMMA", "IMMA", "QMMA", "HGMMA", "IGMMA", "QGMMA", "DMMA")),
    ("ldsm", ("LDSM",)),
    ("cp.async", ("LDGSTS", "UTMALDG", "UBLKCP")),
    ("global", ("LDG", "STG")),
    ("shared", ("LDS", "STS")),
    ("convert", ("I2F", "F2F", "F2I", "I2I", "HADD2.F32", "F2FP", "I2FP")),
    ("unpack", ("LOP3", "SHF", "PRMT", "BFE", "SGXT")),
    ("dp4a", ("IDP",)),
    ("f32", ("FFMA", "FMUL", "FADD")),
    ("special", ("MUFU",)),
    ("shuffle", ("SHFL",)),
    ("barrier", ("BAR", "SYNCS")),
    ("local", ("LDL", "STL")),
]


def group_of(opcode):
    return next((group for group, prefixes in GROUPS if opcode.startswith(prefixes)), None)


def main_loop(code):
    """The part of [(address, text)] between a backward branch and its target that has most arithmetic."""
    places = {address: i for i, (address, _) in enumerate(code)}
    best, best_arithmetic, sums = code, 0, [0]
    for _, text in code:
        sums.append(sums[-1] + (4 if "MMA" in text else any(name in text for name in ("IDP", "FFMA", "FADD", "FMUL"))))
    for i, (_, text) in enumerate(code):
        if "BRA" not in text:
            continue
        branch = re.search(r"\bBRA\S* .*?(0x[0-9a-f]+)", text)
        start = places.get(int(branch.group(1), 16)) if branch else None
        if start is None or start > i:
            continue
        if sums[i + 1] - sums[start] > best_arithmetic:
            best, best_arithmetic = code[start : i + 1], sums[i + 1] - sums[start]
    return best


def main_path(loop):
    """Of a loop's code the instructions that one turn executes: with as many products as any way through it has
    (else f32 arithmetic), and of these ways the shortest. What is left out are the ways to rare cases."""
    places = {address: i for i, (address, _) in enumerate(loop)}
    products = any(re.search(r"MMA|IDP", text) for _, text in loop)
    wanted = re.compile(r"MMA|IDP" if products else r"FFMA|FADD|FMUL")
    last = len(loop) - 1
    best = [None] * len(loop)  # (products, -instructions, where from)
    best[0] = (0, 0, None)
    for i, (_, text) in enumerate(loop):
        if best[i] is None:
            continue
        gain, cost, _ = best[i]
        gain += bool(wanted.search(text))
        cost -= 1
        always = not text.startswith("@")
        target = re.search(r"\bBRA\S* .*?(0x[0-9a-f]+)", text)
        ways = [] if always and re.search(r"\b(BRA|EXIT|RET)\b", text) else [i + 1]
        if target and places.get(int(target.group(1), 16), -1) > i:
            ways.append(places[int(target.group(1), 16)])
        for way in ways:
            if way <= last and (best[way] is None or (gain, cost) > best[way][:2]):
                best[way] = (gain, cost, i)
    if best[last] is None:
        return loop
    path, i = [], last
    while i is not None:
        path.append(loop[i])
        i = best[i][2]
    return path[::-1]


def tensor_operations(opcode):
    """Multiplications and additions of one tensor instruction of a warp."""
    if match := re.match(r"[HI]?[A-Z]*GMMA\.64x(\d+)x(\d+)", opcode):  # of a group of four warps
        return 2 * 64 * int(match.group(1)) * int(match.group(2)) // 4
    if re.match(r"[A-Z]*MMA\.8816", opcode):
        return 2 * 8 * 8 * 16
    if match := re.match(r"[A-Z]*MMA\.(?:SP\.)?(\d{2})(\d)(\d+)", opcode):
        return 2 * int(match.group(1)) * int(match.group(2)) * int(match.group(3))
    return 0


def count(loop):
    counts = collections.Counter()
    for _, text in loop:
        opcode = re.sub(r"^@!?\w+ ", "", text).split()[0]
        counts["all"] += 1
        group = group_of(opcode)
        if group:
            counts[group] += 1
        if group == "tensor":
            counts["operations"] += tensor_operations(opcode)
            counts["wgmma"] += "GMMA" in opcode
        elif group == "dp4a":
            counts["operations"] += 32 * 8
        elif opcode.startswith("FFMA"):
            counts["f32 operations"] += 32 * 2
        if group in ("ldsm", "shared"):
            lanes_bytes = 16 if re.search(r"\.128|\.x4|88\.4|\.4\b", opcode) else 8 if re.search(r"\.64|\.x2|88\.2|\.2\b", opcode) else 4
            counts["shared bytes"] += 32 * lanes_bytes
        # What goes through the pipe of integers and comparisons.
        if opcode.startswith(("LOP3", "SHF", "PRMT", "IADD", "ISETP", "FSETP", "FMNMX", "SEL", "FSEL", "LEA", "PLOP3", "VIADD", "IMNMX", "VIMNMX")):
            counts["integer"] += 1
    return counts


def main_loops(library, tool, architecture):
    """{mangled name: Counter of its main loop}"""
    text = subprocess.run([tool, "-sass", "-arch", f"sm_{architecture}", library], check=True, capture_output=True, text=True).stdout
    functions, code = {}, []
    for line in text.splitlines():
        if match := re.match(r"\s*Function : (\S+)", line):
            code = functions.setdefault(match.group(1), [])
        elif match := re.match(r"\s*/\*([0-9a-f]{4,})\*/\s+(.*?) ;", line):
            code.append((int(match.group(1), 16), match.group(2)))
    return {name: count(main_path(main_loop(code))) for name, code in functions.items()}
