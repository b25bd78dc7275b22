#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The table of docs/cuda.md: what the library costs for each architecture.

  cuda_sizes.py LIBRARY TOOLKIT_BIN TIMES WALL_SECONDS JOBS

TIMES is what nvcc --time wrote; code is what cuobjdump takes out of the library, uncompressed.
"""
import collections
import os
import pathlib
import re
import subprocess
import sys
import tempfile


def main(library, tools, times, wall, jobs):
    library = pathlib.Path(library).resolve()
    seconds, shared = collections.Counter(), 0.0
    for line in open(times):
        cells = [c.strip() for c in line.split(" , ")]
        if len(cells) < 8 or cells[0] in ("", "source file name"):
            continue
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
    print("| architecture | compiling, s | code, kB |\n|---|---:|---:|")
    for name in seconds:
        print(f"| sm_{name} | {seconds[name]:.0f} | {sizes[re.sub(r'[af]$', '', name)] / 1000:.0f} |")
    print(f"| host's part | {shared:.0f} | |")
    print(f"| library, compressed | {wall} of {jobs} jobs | {library.stat().st_size / 1000:.0f} |")


if __name__ == "__main__":
    if len(sys.argv) != 6:
        sys.exit(__doc__)
    main(*sys.argv[1:])
