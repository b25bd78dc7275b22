#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What the golden models gave: ci/gpu/golden.py REPORT... [--strict], with reports of Maven's.

Names what was skipped. Exit code 1 if a report is missing, if nothing passed, if something failed, or, with --strict, if
something was skipped.
"""
import sys
import xml.etree.ElementTree


def outcome(report):
    """Names of the models that passed and that failed, and (name, reason) of those that were skipped."""
    passed, failed, skipped = [], [], []
    for case in xml.etree.ElementTree.fromstring(report).iter("testcase"):
        name = case.get("name")
        skip = case.find("skipped")
        if skip is not None:
            skipped.append((name, (skip.get("message") or "no reason").split("Assumption failed: ")[-1]))
        elif case.find("failure") is not None or case.find("error") is not None:
            failed.append(name)
        else:
            passed.append(name)
    return passed, failed, skipped


def main(arguments):
    strict = "--strict" in arguments
    passed, failed, skipped = [], [], []
    for path in (argument for argument in arguments if argument != "--strict"):
        try:
            with open(path, encoding="utf-8") as file:
                for total, found in zip((passed, failed, skipped), outcome(file.read())):
                    total += found
        except OSError as error:
            print(f"golden models: no report: {error}")
            return 1
    for name, reason in skipped:
        print(f"golden models: skipped {name}: {reason}")
    print(f"golden models: {len(passed)} passed, {len(failed)} failed, {len(skipped)} skipped")
    return 1 if failed or not passed or (strict and skipped) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
