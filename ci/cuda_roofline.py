# SPDX-License-Identifier: Apache-2.0
"""A model of the kernels' time on GPUs that nobody here has: for ci/cuda_evidence.py.

Of a launch it knows the bytes that must cross the memory bus, the operations of the tensor cores (or
dp4a), and, from the machine code, how many instructions of each kind go with them. The time is the
longest of the times that each unit would need alone at the clock and bandwidth of the data sheet: a
bound from below, without latency, launches, tails, or clocks that fall under load.
"""
import re

# Capability, multiprocessors, boost clock in GHz, GB/s, dense tera-operations of the tensor cores in bf16 (T4: f16) with
# sums in f32 and in int8, lanes for f32 of a multiprocessor; and where the figures are from. Of H100 and B200
# the clock is that of the peak: what it is divided by multiprocessors and operations in a clock.
GPUS = {
    "T4": (75, 40, 1.59, 320, 65, 130, 64, "data sheet; product brief PB-09256"),
    "A10": (86, 72, 1.695, 600, 125, 250, 128, "data sheet; product brief PB-10415"),
    "A100": (80, 108, 1.41, 2039, 312, 624, 64, "A100 80GB SXM data sheet; GA100 white paper"),
    "L4": (89, 58, 2.04, 300, 121, 242, 128, "data sheet, half of the sparse figures"),
    "L40S": (89, 142, 2.52, 864, 362, 733, 128, "data sheet"),
    "H100": (90, 132, 1.83, 3350, 989, 1979, 128, "H100 SXM data sheet, half of the sparse figures; GH100 white paper"),
    "B200": (100, 148, 1.86, 8000, 2250, 4500, 128, "HGX B200 data sheet, an eighth of half of the sparse figures"),
    "RTX 4090": (89, 128, 2.52, 1008, 165.2, 660.6, 128, "Ada white paper, appendix A"),
    "RTX 5090": (120, 170, 2.407, 1792, 209.5, 838, 128, "RTX Blackwell white paper, appendix A"),
}
# Operations of bf16 in a clock of a multiprocessor: what the peaks above come from.
TENSOR_OPERATIONS = {"T4": 1024, "A10": 1024, "A100": 2048, "L4": 1024, "L40S": 1024, "H100": 4096, "B200": 8192, "RTX 4090": 512, "RTX 5090": 512}
# mma.sync does not reach the rate of wgmma: 62.9 % of the peak on H100 (arXiv 2402.13499, section 4).
# For B200, whose own instruction is tcgen05, the same operations per clock are assumed.
MMA_OF_HOPPER = 0.629
LANES_INTEGER, LANES_SPECIAL, LANES_DP4A, SHARED_BYTES = 64, 16, 64, 128  # of a multiprocessor in a clock

F16_TIMES = "times f16 weights at the speed of memory"
MATRICES_7B = 32 * (4 * 4096 * 4096 + 3 * 4096 * 11008) + 4096 * 32000  # weights of Llama-2-7B's products
BITS = {"q4_0": 4.5, "q8_0": 8.5, "q4_k": 4.5, "q6_k": 6.5625}


class Shape:
    """kernel: a pattern for the names of the table, or {capability: pattern}, 0 for those that are not named."""
    def __init__(self, kernel, what, operations, bytes_moved, unit, amount, int8=False):
        self.kernels = kernel if isinstance(kernel, dict) else {0: kernel}
        self.what, self.operations, self.bytes, self.unit, self.amount, self.int8 = what, operations, bytes_moved, unit, amount, int8

    def kernel(self, capability):
        return self.kernels.get(capability, self.kernels[0])


def shapes():
    for size, heads in ((64, 32), (128, 16)):
        tokens, keys = 16384, 4096
        operations = 4 * tokens * keys * heads * size
        # sm_75 has no bf16: rows as f16.
        yield Shape({0: rf"attention_bf16 {size},0", 75: rf"attention_bf16 {size},2", 90: rf"attention_bf16_sm90 {size},.*"},
                    f"attention, 4 x 4,096 tokens, {heads} heads of {size}, no mask", operations,
                    4 * tokens * heads * size * 4, "TFLOP/s", operations / 1e12)
    size = 8192
    yield Shape({0: r"dense_half 0,.*4, 4.*", 75: r"dense_half 1,.*4, 4.*", 90: "dense_half_sm90 (0|false)"}, "bf16 product, 8,192 x 8,192 x 8,192",
                2 * size ** 3, size * size * (2 + 2 + 4), "TFLOP/s", 2 * size ** 3 / 1e12)
    for name in ("q4_0", "q4_k", "q8_0"):
        weights = MATRICES_7B * BITS[name] / 8
        yield Shape(f"linear_vector {name},1", f"7B's products, {name.upper()}, 1 token", 2 * MATRICES_7B, weights, "tokens/s", 1, int8=True)
    for tokens in (16, 512):
        activations = tokens * 4 * 32 * (4 * 4096 * 2 + 11008 * 3)
        kernels = {0: "linear_tile q4_0", 90: "linear_tile_sm90 q4_0"} if tokens > 64 else "linear_tile q4_0"
        yield Shape(kernels, f"7B's products, Q4_0, {tokens} tokens", 2 * MATRICES_7B * tokens,
                    MATRICES_7B * BITS["q4_0"] / 8 + activations, "tokens/s", tokens, int8=True)
    yield Shape("rms_norm 4", "RMS norm of 16,384 rows of 4,096, f32", 0, 16384 * 4096 * 8, "GB/s", 16384 * 4096 * 8 / 1e9)


def units(shape, loop, gpu):
    """{unit: seconds}, or None where the architecture has no such kernel."""
    capability, processors, clock, bandwidth, bf16, int8, lanes, _ = gpu
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
        peak = int8 if shape.int8 else bf16
        if capability in (90, 100) and not loop["wgmma"]:
            clocks = 1.0 if capability == 90 else 989 / 2250 * 148 * 1.86 / (132 * 1.83)
            peak *= MMA_OF_HOPPER * clocks
        times["tensor"] = shape.operations / (peak * 1e12)
    times["dp4a"] = seconds(loop["dp4a"], LANES_DP4A)
    times["f32"] = seconds(loop["f32"], lanes)
    times["integer"] = seconds(loop["integer"], LANES_INTEGER)
    times["special"] = seconds(loop["special"] + loop["slow conversions"], LANES_SPECIAL)
    times["shared"] = loops * loop["shared bytes"] / SHARED_BYTES * cycle
    times["issue"] = seconds(loop["all"], 128)
    return times


def find(rows, pattern, capability):
    return next((row for (kernel, sm), row in rows.items() if sm == str(capability) and re.fullmatch(pattern, kernel)), None)


def estimate(rows, shape, gpu):
    """(seconds, unit) or None"""
    row = find(rows, shape.kernel(gpu[0]), gpu[0])
    times = units(shape, row["loop"], gpu) if row else None
    if not times:
        return None
    unit = max(times, key=times.get)
    return times[unit], unit


ATTENTION = "attention, 4 x 4,096 tokens, 16 heads of 128, no mask"
PUBLISHED = [  # what, GPU, figure, unit, source, shape to set beside it
    ("FlashAttention-2, forward, several shapes", "A100", "50 to 73 % of the peak of 312", "TFLOP/s", "arXiv 2307.08691, abstract", ATTENTION),
    ("FlashAttention-2, forward", "H100", "35 % of the peak of 989", "TFLOP/s", "arXiv 2407.08608, abstract", ATTENTION),
    ("FlashAttention-3, forward, f16, best shape", "H100", "740", "TFLOP/s", "arXiv 2407.08608, abstract", ATTENTION),
    ("FlashAttention-3, forward, this shape", "H100", "590", "TFLOP/s", "pytorch/benchmark#2391", ATTENTION),
    ("FlashAttention-2 in Triton, forward, this shape", "H100", "458", "TFLOP/s", "pytorch/benchmark#2391", ATTENTION),
    ("cuBLAS, bf16", "H100", "798", "TFLOP/s", "pranjalssh/fast.cu, README at a1bb7b2", "bf16 product, 8,192 x 8,192 x 8,192"),
    ("llama.cpp, Llama-2-7B, Q4_0, tg, CUDA graphs", "RTX 4090", "147", "tokens/s", "ggml-org/llama.cpp#6766", "7B's products, Q4_0, 1 token"),
    ("llama.cpp, 7B, Q8_0, tg128", "RTX 4090", "98", "tokens/s", "ggml-org/llama.cpp#4766, 2024-01-10", "7B's products, Q8_0, 1 token"),
    ("llama.cpp, 7B, Q4_0, pp512", "RTX 4090", "7,980", "tokens/s", "ggml-org/llama.cpp#4766, 2024-01-10", "7B's products, Q4_0, 512 tokens"),
    ("llama.cpp, 7B, f16 by cuBLAS, pp512", "RTX 4090", "11,048", "tokens/s", "ggml-org/llama.cpp#4766, 2024-01-10", "7B's products, Q4_0, 512 tokens"),
    ("Marlin, f16 x int4, 16 tokens", "A10", "3.87", F16_TIMES, "IST-DASLab/marlin, README at 2f6d7c1", "7B's products, Q4_0, 16 tokens"),
]


def text_of(shape, found, gpu=None, unit=None):
    if found is None:
        return "-"
    seconds, bound = found
    if unit == F16_TIMES:
        return f"{2 * MATRICES_7B / (gpu[3] * 1e9) / seconds:.2f} ({bound})"
    return f"{shape.amount / seconds:,.0f} ({bound})"


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
    print("\n| GPU | multiprocessors | GHz | GB/s | bf16 with sums in f32, TFLOP/s | int8, TOP/s | from |\n|---|---:|---:|---:|---:|---:|---|")
    for name, (_, processors, clock, bandwidth, bf16, int8, _, source) in present.items():
        print(f"| {name} | {processors} | {clock} | {bandwidth:,} | {bf16} | {int8} | NVIDIA {source} |")
    print("\nPublished figures of others, measured by them, beside the model's bound for the kernel here:\n")
    print("| published | GPU | figure | unit | source | model here, not measured |\n|---|---|---|---|---|---:|")
    for what, name, figure, unit, source, wanted in PUBLISHED:
        shape = next(s for s in known if s.what == wanted)
        found = text_of(shape, estimate(rows, shape, GPUS[name]), GPUS[name], unit) if name in present else "-"
        print(f"| {what} | {name} | {figure} | {unit} | {source} | {found} |")
