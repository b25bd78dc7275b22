#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Adds figures of cuda_bench, from standard input, to a card's file, with the commit they are of.

  cuda_bench ... | record.py FILE DRIVER
"""
import json
import pathlib
import subprocess
import sys


def record(lines, path, commit, date, driver):
    """Appends; figures that the file has of the same commit are replaced. The number of lines added."""
    path = pathlib.Path(path)
    added = [{"commit": commit, "date": date, "driver": driver, **json.loads(line)} for line in lines if line.strip()]
    key = lambda r: (r["commit"], r["card"], r["kernel"], r["shape"])
    new = {key(r) for r in added}
    kept = []
    if path.exists():
        kept = [line for line in path.read_text().splitlines() if key(json.loads(line)) not in new]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(line + "\n" for line in (*kept, *map(json.dumps, added))))
    return len(added)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    commit, date = subprocess.run(["git", "log", "-1", "--format=%h %cs"], check=True, capture_output=True, text=True).stdout.split()
    number = record(sys.stdin, sys.argv[1], commit, date, sys.argv[2])
    if number == 0:
        sys.exit("record.py: no figures")
    print(f"{number} lines for {commit} in {sys.argv[1]}")
