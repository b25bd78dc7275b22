# SPDX-License-Identifier: Apache-2.0
"""The machine code of kernels: which loop does the work, and what a turn of it is made of."""
import collections
import concurrent.futures
import os
import pathlib
import re
import subprocess
import tempfile

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


FAST_CONVERSIONS = ("F2FP", "I2FP")


def group_of(opcode):
    return next((group for group, prefixes in GROUPS if opcode.startswith(prefixes)), None)


PRODUCTS = re.compile(r"(?:@!?U?P\w+ )?(?:[HIQD]G?MMA\.|IDP)")
SUMS = re.compile(r"(?:@!?U?P\w+ )?(?:FFMA|FADD|FMUL)")
TENSOR_WEIGHT = 64  # of a tensor instruction against one of f32, to say which loop does the work


class Flow:
    """The basic blocks of a kernel: code is [text], labels {name: index}."""

    def __init__(self, code, labels):
        self.code = code
        starts = {0, *labels.values()}
        branches = {}  # index of an instruction: (targets, whether it may fall through)
        for i, text in enumerate(code):
            match = re.match(r"(@!?U?P\w+ )?(\w+)(\S*)\s*(.*)", text)
            guarded, opcode, operands = bool(match.group(1)), match.group(2), match.group(4)
            if opcode in ("BRA", "JMP"):
                target = re.search(r"`\((\S+)\)", operands)
                falls = guarded or "," in operands
                branches[i] = ([labels[target.group(1)]] if target and target.group(1) in labels else [], falls)
            elif opcode in ("EXIT", "RET", "BRX", "KILL"):
                branches[i] = ([], guarded)
        starts |= {i + 1 for i in branches}
        self.first = sorted(i for i in starts if i < len(code))
        self.last = [*self.first[1:], len(code)]
        block_at = {start: b for b, start in enumerate(self.first)}
        self.next = []
        for b, end in enumerate(self.last):
            targets, falls = branches.get(end - 1, ([], True))
            self.next.append([block_at[t] for t in targets if t in block_at] + ([b + 1] if falls and b + 1 < len(self.first) else []))
        self.order, self.back = self.walk()

    def walk(self):
        """Blocks in an order in which each stands before those that it leads to, and the edges that lead back."""
        done, state, back, stack = [], {}, [], [(0, iter(self.next[0]))]
        state[0] = "open"
        while stack:
            block, ways = stack[-1]
            way = next(ways, None)
            if way is None:
                state[block] = "closed"
                done.append(block)
                stack.pop()
            elif way not in state:
                state[way] = "open"
                stack.append((way, iter(self.next[way])))
            elif state[way] == "open":
                back.append((block, way))
        return done[::-1], back

    def loops(self):
        """{first block: all blocks}"""
        before = collections.defaultdict(list)
        for block in self.order:
            for way in self.next[block]:
                before[way].append(block)
        loops = collections.defaultdict(set)
        for block, header in self.back:
            body, open_ = loops[header], [block]
            body.add(header)
            while open_:
                block = open_.pop()
                if block not in body:
                    body.add(block)
                    open_ += before[block]
        return loops

    def text(self, block):
        return self.code[self.first[block] : self.last[block]]


def weight(path):
    """The arithmetic of a turn, to say which loop does the work."""
    return sum(TENSOR_WEIGHT if "MMA." in t else 4 if "IDP" in t else 2 if "FFMA" in t else 1
               for t in path if PRODUCTS.match(t) or SUMS.match(t))


def main_path_of(flow):
    """A turn of the innermost loop that does most of the arithmetic; of all the code where there is no loop."""
    loops = [(main_path(flow, header, body), body) for header, body in flow.loops().items()]
    loops = sorted(((weight(path), body, path) for path, body in loops), key=lambda l: -l[0])
    if not loops or loops[0][0] == 0:
        return main_path(flow, 0, set(flow.order))
    found = loops[0]
    while inner := next((l for l in loops if l[1] < found[1] and l[0] >= found[0] / 2), None):
        found = inner
    return found[2]


def main_path(flow, header, body):
    """Of a loop the instructions that one turn executes: with as many products as any way through it has (else f32
    arithmetic), and of these ways the shortest. What is left out are the ways to rare cases."""
    wanted = PRODUCTS if any(PRODUCTS.match(t) for block in body for t in flow.text(block)) else SUMS
    back = set(flow.back)
    ends = {block for block, way in back if way == header and block in body} or body
    best = {header: (0, 0, None)}  # block: (products, -instructions) before it, and where from
    arrived = {}
    for block in flow.order:
        if block not in body or block not in best:
            continue
        gain, cost, _ = best[block]
        gain += sum(bool(wanted.match(t)) for t in flow.text(block))
        cost -= len(flow.text(block))
        if block in ends:
            arrived[block] = (gain, cost)
        for way in flow.next[block]:
            if way in body and (block, way) not in back and (way not in best or (gain, cost) > best[way][:2]):
                best[way] = (gain, cost, block)
    block, path = max(arrived, key=arrived.get), []
    while block is not None:
        path = flow.text(block) + path
        block = best[block][2]
    return path


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
    for text in loop:
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
        # Conversions of the unit of special functions; the compiler waits for no answer of the others (F2FP, I2FP), whose latency is
        # fixed as that of integers is.
        if opcode.startswith(("I2F", "F2F", "F2I", "I2I")) and not opcode.startswith(FAST_CONVERSIONS):
            counts["slow conversions"] += 1
        # What goes through the pipe of integers and comparisons.
        if opcode.startswith(FAST_CONVERSIONS + ("LOP3", "SHF", "PRMT", "IADD", "ISETP", "FSETP", "FMNMX", "SEL", "FSEL", "LEA", "PLOP3", "VIADD", "IMNMX", "VIMNMX")):
            counts["integer"] += 1
    return counts


def functions(text):
    """{mangled name: Flow} of what nvdisasm writes."""
    found, name, code, labels = {}, None, [], {}
    for line in text.splitlines():
        if match := re.match(r"\s*/\*[0-9a-f]{4,}\*/\s+(.*?) ;", line):
            code.append(match.group(1))
        elif match := re.match(r"\.text\.(\S+):", line):
            name, code, labels = match.group(1), [], {}
            found[name] = (code, labels)
        elif match := re.match(r"(\.L\S+):", line):
            labels[match.group(1)] = len(code)
    return {name: Flow(code, labels) for name, (code, labels) in found.items() if code}


def loop_of(flow):
    return count(main_path_of(flow))


def main_loops(library, tools, architecture, jobs=None):
    """{mangled name: Counter of its main loop}"""
    library = pathlib.Path(library).resolve()
    path = {**os.environ, "PATH": f"{tools}:{os.environ['PATH']}"}
    with tempfile.TemporaryDirectory() as folder, concurrent.futures.ThreadPoolExecutor(jobs or os.cpu_count()) as pool:
        # Files of a family's architecture are named without its f.
        subprocess.run([f"{tools}/cuobjdump", "-xelf", f"sm_{architecture.rstrip('f')}", library], check=True, capture_output=True, cwd=folder, env=path)
        cubins = sorted(pathlib.Path(folder).glob("*.cubin"), key=lambda f: -f.stat().st_size)
        texts = pool.map(lambda cubin: subprocess.run([f"{tools}/nvdisasm", "-c", cubin], check=True, capture_output=True, text=True).stdout, cubins)
        return {name: loop_of(flow) for text in texts for name, flow in functions(text).items()}
