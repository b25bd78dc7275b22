#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What the library costs: times and sizes by architecture and the slowest sources, as bench/results/cuda-build.md.

  cuda_sizes.py LIBRARY TOOLKIT_BIN TIMES WALL_SECONDS JOBS LOAD

TIMES is what nvcc --time wrote; code is what cuobjdump takes out of the library, uncompressed. LOAD: the machine's load
average before the build, which is other programs'.
"""
import collections
import os
import pathlib
import re
import subprocess
import sys
import tempfile


def processor():
    return re.search(r"model name\s*: (.*)", open("/proc/cpuinfo").read()).group(1)


def main(library, tools, times, wall, jobs, load):
    library = pathlib.Path(library).resolve()
    seconds, sources, shared = collections.Counter(), collections.Counter(), 0.0
    for line in open(times):
        cells = [c.strip() for c in line.split(" , ")]
        if len(cells) < 8 or cells[0] in ("", "source file name"):
            continue
        sources[pathlib.Path(cells[0]).name] += float(cells[-2]) / 1000
        # cudafe++ and the host's compiler run once for all architectures; cicc and ptxas for each.
        number = re.match(r"(?:compute|sm)_(\w+)$", cells[4])
        if number and cells[1].startswith(("cicc", "ptxas", "gcc (preprocessing 1)")):
            seconds[number.group(1)] += float(cells[-2]) / 1000
        else:
            shared += float(cells[-2]) / 1000
    sizes = collections.Counter()
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([f"{tools}/cuobjdump", "-xelf", "all", library], cwd=folder, check=True, capture_output=True,
                       env={**os.environ, "PATH": f"{tools}:{os.environ['PATH']}"})
        for cubin in pathlib.Path(folder).glob("*.cubin"):
            sizes[re.search(r"sm_(\d+)", cubin.name).group(1)] += cubin.stat().st_size
    version = re.search(r"V(\d[0-9.]*)", subprocess.run([f"{tools}/nvcc", "--version"], check=True, capture_output=True, text=True).stdout)
    print("# libgatun_cuda.so: what it costs to build\n")
    print(f"Written by `ci/cuda.sh build all`: everything from nothing with {jobs} jobs on {os.cpu_count()} cores of {processor()},")
    print(f"nvcc {version.group(1)}; other programs kept {load} processes running when it began. Seconds of")
    print("compiling are those that nvcc counts itself, waiting for a core included.\n")
    print(f"**{int(wall) // 60} min {int(wall) % 60} s, {library.stat().st_size / 1000:,.0f} kB with the code compressed.**\n")
    print("| architecture | compiling, s | code, not compressed, kB |\n|---|---:|---:|")
    for name in seconds:
        print(f"| sm_{name} | {seconds[name]:.0f} | {sizes[name.rstrip('af')] / 1000:,.0f} |")
    print(f"| the host's part | {shared:.0f} | |")
    print("\n| slowest sources, all architectures | compiling, s |\n|---|---:|")
    for name, spent in sources.most_common(8):
        print(f"| `{name}` | {spent:.0f} |")


if __name__ == "__main__":
    if len(sys.argv) != 7:
        sys.exit(__doc__)
    main(*sys.argv[1:])
