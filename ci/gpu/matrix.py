#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Which line of matrix.json a machine is: "card architecture driver" on standard output.

  matrix.py "NAME, CAPABILITY, DRIVER" [GPU]    as nvidia-smi names the card; GPU: the line that it must be
  matrix.py --github [GPU|all]                  the lines as a matrix of GitHub Actions
"""
import json
import pathlib
import re
import sys

ARCHITECTURES = {"7.5": "75", "8.0": "80", "8.6": "86", "8.7": "86", "8.9": "89", "9.0": "90a", "10.0": "100f", "10.3": "100f",
                 "12.0": "120f", "12.1": "120f"}


def lines():
    return json.loads((pathlib.Path(__file__).parent / "matrix.json").read_text())["include"]


def describe(found, wanted=""):
    """(card, architecture, driver) of a machine; ValueError says what is wrong with it."""
    name, capability, driver = (part.strip() for part in found.split(","))
    architecture = ARCHITECTURES.get(capability)
    if architecture is None:
        raise ValueError(f"{name} has compute capability {capability}, needed is one of {', '.join(ARCHITECTURES)}")
    if wanted:
        line = next((l for l in lines() if l["gpu"] == wanted), None)
        if line is None:
            raise ValueError(f"{wanted} is not in matrix.json, which has {', '.join(l['gpu'] for l in lines())}")
        if not re.search(rf"\b{re.escape(line['name'])}\b", name):
            raise ValueError(f"this machine has a {name}, expected a {line['name']}")
        if int(driver.split(".")[0]) < int(line["driver"]):
            raise ValueError(f"this machine has driver {driver}, needed is {line['driver']} or newer")
    card = re.sub(r"[^a-z0-9]+", "-", re.sub(r"nvidia|geforce|tesla", "", name.lower())).strip("-")
    return card, architecture, driver


if __name__ == "__main__":
    if sys.argv[1:2] == ["--github"] and len(sys.argv) <= 3:
        gpu = sys.argv[2] if len(sys.argv) == 3 else "all"
        chosen = [line for line in lines() if gpu in ("all", line["gpu"])]
        if not chosen:
            sys.exit(f"gatun: {gpu} is not in matrix.json")
        print(json.dumps({"include": chosen}))
    elif len(sys.argv) in (2, 3):
        try:
            print(*describe(*sys.argv[1:]))
        except ValueError as problem:
            sys.exit(f"gatun: {problem}")
    else:
        sys.exit(__doc__)
