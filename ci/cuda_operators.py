# SPDX-License-Identifier: Apache-2.0
"""Faults that people make in CUDA kernels, as changes of their text: for ci/cuda_mutate.py.

A change keeps the right code beside the wrong one: {m} in it is true where the fault is switched on.
"""
import re


def blanked(text):
    """The text with comments, strings, and lines that no switch may stand in, as blanks of the same length."""
    blank = lambda match: re.sub(r"[^\n]", " ", match.group(0))
    text = re.sub(r'//[^\n]*|/\*.*?\*/|"(?:[^"\\\n]|\\.)*"', blank, text, flags=re.DOTALL)
    # The real device's half, which the emulated one does not compile.
    text = re.sub(r"^#if defined\(__CUDACC__\)$.*?(?=^#(?:else|endif))", blank, text, flags=re.DOTALL | re.MULTILINE)
    return re.sub(r"^(?:[^\n]*\b(?:constexpr|static_assert|template|launch_bounds)\b[^\n]*|\s*#[^\n]*)$", blank, text, flags=re.MULTILINE)


def closing(text, opening):
    """The index after the bracket that closes the one at `opening`, or None."""
    depth = 0
    for i in range(opening, len(text)):
        depth += {"(": 1, ")": -1}.get(text[i], 0)
        if depth == 0:
            return i + 1
    return None


def arguments(text):
    """"a, f(b, c)" as ["a", "f(b, c)"]"""
    parts, depth, start = [], 0, 0
    for i, c in enumerate(text):
        depth += (c in "([{") - (c in ")]}")
        if c == "," and depth == 0:
            parts.append(text[start:i].strip())
            start = i + 1
    return [*parts, text[start:].strip()]


# name, pattern, replacement: of a whole match.
PLAIN = [
    ("dropped block barrier", r"__syncthreads\(\);", r"{ if (!{m}) \g<0> }"),
    ("dropped warp barrier", r"__syncwarp\([^;]*\);", r"{ if (!{m}) \g<0> }"),
    ("dropped named barrier", r"(?m)(?<=^  )(\s*)(\w*(?:named_barrier|barrier_sync|barrier_arrive|arrive)\w*(?:<[^;]*>)?\([^;{}]*\);)", r"\1{ if (!{m}) \2 }"),
    ("dropped wait", r"(?m)(?<=^  )(\s*)(\w*wait\w*(?:<[^;]*>)?\([^;{}]*\);)", r"\1{ if (!{m}) \2 }"),
    ("dropped commit", r"\b\w*commit\w*\(\);", r"{ if (!{m}) \g<0> }"),
    ("wait for a copy fewer", r"\bcp_async_wait<([^>]*)>\(\);", r"{ if ({m}) cp_async_wait<\1 + 1>(); else \g<0> }"),
    ("wrong mask", r"(?<=[(,\s])kAllLanes\b", r"({m} ? 0x7fffffffu : kAllLanes)"),
    ("tail guard one too far", r"(?<=[\w\])]) < (?=[a-z_(])(?!static_cast)", r" < {m} + "),
    ("tail guard one too late", r"(?<=[\w\])]) >= (?=[a-z_(])", r" >= {m} + "),
    ("swapped lane map", r"(?<![*/%] )(?<![\w.>])(\w*lane_?|thread_?) ([%/]) (\w+)", None),
    ("swapped lane map", r"(?<![*/%] )static_cast<int>\(threadIdx\.x\) ([%/]) (\w+)", None),
    ("off by one row", r"(?<![*/%] )(?<![\w.])(4|8|16|32|64) \* (?=[a-z])", None),
    ("short stride", r"\+= (kThreads|kWarpSize|threads|kWarps|blockDim\.x)\b", r"+= \1 / (1 + {m})"),
    ("blocks on the same work", r"static_cast<int>\(blockIdx\.[xyz]\)", r"({m} ? 0 : \g<0>)"),
    ("blocks on the same work", r"(?<!\()blockIdx\.[xyz]\b", r"({m} ? 0u : \g<0>)"),
    ("everybody writes", r"\((threadIdx\.x|lane_?|thread_?) == 0", r"(({m}) || \1 == 0"),
    ("forgotten sum", r"(?m)^(\s*)([a-z_][\w\[\]. +*]*) \+= ([^;\n]+);$", r"\1{ if ({m}) \2 = \3; else \2 += \3; }"),
    ("forgotten factor", r"(?m)^(\s*)([a-z_][\w\[\]. +*]*) \*= ([^;\n]+);$", r"\1{ if (!{m}) \2 *= \3; }"),
]
OTHER = {"%": "/", "/": "%"}


def call(text, match):
    """(end, arguments) of the call that the match begins, or None."""
    opening = match.end() - 1
    end = closing(text, opening)
    return None if end is None else (end, arguments(text[opening + 1 : end - 1]))


def matched(text, code):
    """(operator, start, end, replacement) at every place; `code` is the blanked text."""
    for operator, pattern, replacement in PLAIN:
        for match in re.finditer(pattern, code):
            whole = match.group(0)
            if operator == "swapped lane map":
                *left, sign, right = match.groups()
                value = left[0] if left else "static_cast<int>(threadIdx.x)"
                changed = f"({{m}} ? {value} {OTHER[sign]} {right} : {whole})"
            elif operator == "off by one row":
                number = int(match.group(1))
                changed = f"({{m}} ? {number - 1} : {number}) * "
            else:
                changed = match.expand(replacement)
            yield operator, match.start(), match.end(), changed
    for match in re.finditer(r"\bif \(", code):
        end = closing(code, match.end() - 1)
        if end and re.match(r" return\b[^;\n]*;", code[end:]):
            yield "missing guard", match.start(), end, f"if (!{{m}} && ({text[match.end():end - 1]}))"
    for match in re.finditer(r"(?<![\w:])(min|max|fmaxf|fminf|fmaf|__shfl_xor_sync|__shfl_down_sync)\(", code):
        found = call(text, match)
        if not found:
            continue
        (end, parts), name, start = found, match.group(1), match.start()
        whole = text[start:end]
        if name in ("min", "max") and len(parts) == 2:
            yield "missing clamp", start, end, f"({{m}} ? {parts[0]} : {whole})"
        elif name in ("fmaxf", "fminf"):
            other = "fminf" if name == "fmaxf" else "fmaxf"
            yield "minimum for maximum", start, end, f"({{m}} ? {other}{whole[len(name):]} : {whole})"
        elif name == "fmaf" and len(parts) == 3:
            yield "lost product", start, end, f"({{m}} ? {parts[2]} : {whole})"
        elif name.startswith("__shfl") and len(parts) == 3:
            yield "wrong neighbour", start, end, f"{name}({parts[0]}, {parts[1]}, ({parts[2]}) ^ ({{m}} ? 1 : 0))"


def sites(text):
    """(operator, line, start, end, replacement, code of the line) at every place of the text."""
    code, lines = blanked(text), text.splitlines()
    for operator, start, end, replacement in matched(text, code):
        line = code.count("\n", 0, start + len(code[start:end]) - len(code[start:end].lstrip())) + 1
        yield operator, line, start, end, replacement, re.sub(r"\s*//.*", "", lines[line - 1]).strip()
