# SPDX-License-Identifier: Apache-2.0
"""A model of the kernels' time on GPUs that nobody here has: for ci/cuda_evidence.py.

Of a launch it knows the bytes that must cross the memory bus, the operations of the tensor cores (or
dp4a), and, from the machine code, how many instructions of each kind go with them. The time is the
longest of the times that each unit would need alone at the clock and bandwidth of the data sheet: a
bound from below, without latency, launches, tails, or clocks that fall under load.
"""

# Data sheets: capability, multiprocessors, boost clock in GHz, GB/s, dense tera-operations of the tensor
# cores in bf16 (T4: f16) with sums in f32 and in int8, lanes for f32 of a multiprocessor.
GPUS = {
    "T4": (75, 40, 1.59, 320, 65, 130, 64),
    "A10": (86, 72, 1.695, 600, 125, 250, 128),
    "A100": (80, 108, 1.41, 2039, 312, 624, 64),
    "L4": (89, 58, 2.04, 300, 121, 242, 128),
    "L40S": (89, 142, 2.52, 864, 362, 733, 128),
    "H100": (90, 132, 1.83, 3350, 989, 1979, 128),
    "B200": (100, 148, 1.85, 8000, 2250, 4500, 128),
    "RTX 4090": (89, 128, 2.52, 1008, 165, 660, 128),
    "RTX 5090": (120, 170, 2.41, 1792, 209, 838, 128),
}
# mma.sync does not reach the rate of wgmma: 62.9 % of the peak on H100 (arXiv 2402.13499, section 4).
# For B200, whose own instruction is tcgen05, the same operations per clock are assumed.
MMA_OF_HOPPER = 0.629
LANES_INTEGER, LANES_SPECIAL, LANES_DP4A, SHARED_BYTES = 64, 16, 64, 128  # of a multiprocessor in a clock

MATRICES_7B = 32 * (4 * 4096 * 4096 + 3 * 4096 * 11008) + 4096 * 32000  # weights of Llama-2-7B's products
BITS = {"q4_0": 4.5, "q8_0": 8.5, "q4_k": 4.5, "q6_k": 6.5625}


class Shape:
    def __init__(self, kernel, what, operations, bytes_moved, unit, amount):
        self.kernel, self.what, self.operations, self.bytes, self.unit, self.amount = kernel, what, operations, bytes_moved, unit, amount


def shapes():
    for size, heads in ((64, 32), (128, 16)):
        tokens, keys = 16384, 4096
        operations = 4 * tokens * keys * heads * size
        yield Shape(f"attention_bf16 {size},", f"attention, 4 x 4,096 tokens, {heads} heads of {size}, no mask", operations,
                    4 * tokens * heads * size * 4, "TFLOP/s", operations / 1e12)
    for name in ("q4_0", "q4_k", "q8_0"):
        weights = MATRICES_7B * BITS[name] / 8
        yield Shape(f"linear_vector {name},1", f"7B's products, {name.upper()}, 1 token", 2 * MATRICES_7B, weights, "tokens/s", 1)
    for tokens in (16, 512):
        activations = tokens * 4 * 32 * (4 * 4096 * 2 + 11008 * 3)
        yield Shape("linear_tile q4_0", f"7B's products, Q4_0, {tokens} tokens", 2 * MATRICES_7B * tokens,
                    MATRICES_7B * BITS["q4_0"] / 8 + activations, "tokens/s", tokens)
    yield Shape("rms_norm 4", "RMS norm of 16,384 rows of 4,096, f32", 0, 16384 * 4096 * 8, "GB/s", 16384 * 4096 * 8 / 1e9)


def units(shape, loop, gpu):
    """{unit: seconds}, or None where the architecture has no such kernel."""
    capability, processors, clock, bandwidth, bf16, int8, lanes = gpu
    times = {"memory": shape.bytes / (bandwidth * 1e9)}
    if shape.operations == 0:
        return times
    if not loop["operations"]:
        return None
    loops = shape.operations / loop["operations"]  # of a warp
    cycle = 1 / (processors * clock * 1e9)

    def seconds(instructions, lanes_of_unit):
        return loops * instructions * 32 / lanes_of_unit * cycle

    if loop["tensor"]:
        peak = int8 if shape.kernel.startswith("linear") else bf16
        if capability in (90, 100) and not loop["wgmma"]:
            clocks = 1.0 if capability == 90 else 989 / 2250 * 148 * 1.85 / (132 * 1.83)
            peak *= MMA_OF_HOPPER * clocks
        times["tensor"] = shape.operations / (peak * 1e12)
    times["dp4a"] = seconds(loop["dp4a"], LANES_DP4A)
    times["f32"] = seconds(loop["f32"], lanes)
    times["integer"] = seconds(loop["integer"], LANES_INTEGER)
    times["special"] = seconds(loop["special"] + loop["convert"], LANES_SPECIAL)
    times["shared"] = loops * loop["shared bytes"] / SHARED_BYTES * cycle
    times["issue"] = seconds(loop["all"], 128)
    return times


def find(rows, prefix, capability):
    return next((row for (kernel, sm), row in rows.items() if sm == str(capability) and kernel.startswith(prefix)), None)


def estimate(rows, shape, gpu):
    """(seconds, unit) or None"""
    row = find(rows, shape.kernel, gpu[0])
    times = units(shape, row["loop"], gpu) if row else None
    if not times:
        return None
    unit = max(times, key=times.get)
    return times[unit], unit


PUBLISHED = [  # what, GPU, figure, unit, source, shape to set beside it
    ("FlashAttention-2, forward", "A100", "up to 230 (73 % of the peak)", "TFLOP/s", "arXiv 2307.08691", "attention, 4 x 4,096 tokens, 16 heads of 128, no mask"),
    ("FlashAttention-2, forward", "H100", "35 % of the peak: 346", "TFLOP/s", "arXiv 2407.08608, abstract", "attention, 4 x 4,096 tokens, 16 heads of 128, no mask"),
    ("FlashAttention-3, forward, f16", "H100", "up to 740 (75 % of the peak)", "TFLOP/s", "arXiv 2407.08608, abstract", "attention, 4 x 4,096 tokens, 16 heads of 128, no mask"),
    ("llama.cpp, Llama-2-7B, Q4_0, tg128, CUDA graphs", "RTX 4090", "147", "tokens/s", "ggml-org/llama.cpp#6766", "7B's products, Q4_0, 1 token"),
    ("llama.cpp, Llama-2-7B, Q8_0, tg128", "RTX 4090", "98", "tokens/s", "ggml-org/llama.cpp#4766", "7B's products, Q8_0, 1 token"),
    ("llama.cpp, Llama-2-7B, Q4_0, pp512", "RTX 4090", "7,980", "tokens/s", "ggml-org/llama.cpp#4766", "7B's products, Q4_0, 512 tokens"),
    ("cuBLAS f16 inside llama.cpp, Llama-2-7B, pp512", "RTX 4090", "11,048", "tokens/s", "ggml-org/llama.cpp#4766", "7B's products, Q4_0, 512 tokens"),
    ("Marlin, f16 x int4, 16 to 32 tokens", "A10", "3.87 times cuBLAS f16, which is bound by memory: 714", "tokens/s of 16", "IST-DASLab/marlin, README", "7B's products, Q4_0, 16 tokens"),
]


def text_of(shape, found):
    if found is None:
        return "-"
    seconds, unit = found
    rate = shape.amount / seconds
    return f"{rate:,.0f} ({unit})"


def tables(rows):
    known = list(shapes())
    print("\n## Model, not measured\n")
    print("What each GPU could reach at most by its data sheet and the kernels' machine code, and the unit that sets the bound")
    print("(`ci/cuda_roofline.py` has the figures and assumptions): no latency, no launches, no tails, no falling clocks. A kernel")
    print("that waits for memory or for its own barriers is slower than this. `-`: no such kernel in this build.\n")
    present = {name: gpu for name, gpu in GPUS.items() if any(sm == str(gpu[0]) for _, sm in rows)}
    print("| model, not measured | | " + " | ".join(present) + " |\n|---|---|" + "---:|" * len(present))
    for shape in known:
        cells = [text_of(shape, estimate(rows, shape, gpu)) for gpu in present.values()]
        print(f"| {shape.what} | {shape.unit} | " + " | ".join(cells) + " |")
    print("\nPublished figures of others, measured by them, beside the model's bound for the kernel here:\n")
    print("| published | GPU | figure | unit | source | model here, not measured |\n|---|---|---|---|---|---:|")
    for what, name, figure, unit, source, wanted in PUBLISHED:
        shape = next(s for s in known if s.what == wanted)
        found = text_of(shape, estimate(rows, shape, GPUS[name])) if name in present else "-"
        print(f"| {what} | {name} | {figure} | {unit} | {source} | {found} |")
