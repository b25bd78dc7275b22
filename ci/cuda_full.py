#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The emulated suite of the CUDA kernels in every build there is, for bench/results/cuda-emulation.md.

  cuda_full.py > REPORT      exit code 3 if a test fails in any build
"""
import collections
import concurrent.futures
import os
import pathlib
import shutil
import subprocess
import sys
import time
import xml.etree.ElementTree

import cuda_sizes

JOBS = int(os.environ.get("GATUN_JOBS") or os.cpu_count())
# What only counts for bench/results/cuda-static.md, in the build that counts.
FILTER = "-CudaEvidence*"
# A block that is given up at a finding never unwinds its threads' stacks: what they held is not a leak of the program's.
ENVIRONMENT = {**os.environ, "ASAN_OPTIONS": "detect_leaks=0"}

Build = collections.namedtuple("Build", "name watches compiler folder configure")
Result = collections.namedtuple("Result", "test state seconds message")


def builds():
    hooks = "each access, out of bounds, races, unwritten bytes, waits, fences, barriers, masks; array bounds, shifts, divisions"
    yield Build("hooks", hooks, "c++", "build/native", ["--preset", "release"])
    yield Build("address", "AddressSanitizer and UndefinedBehaviorSanitizer of the compiler, in place of the hooks", "c++",
                "build/native-asan", ["--preset", "asan"])
    clang = next((c for c in ("clang++-19", "clang++") if shutil.which(c)), None)
    yield Build("clang", hooks, clang, "build/native-clang",
                ["-S", ".", "-B", "build/native-clang", "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release", f"-DCMAKE_CXX_COMPILER={clang}"])


def version(compiler):
    return subprocess.run([compiler, "--version"], capture_output=True, text=True, check=True).stdout.splitlines()[0]


def compile_tests(build):
    """(the program, seconds)"""
    began = time.time()
    for command in (["cmake", *build.configure],
                    ["cmake", "--build", build.folder, "--target", "gatun_cuda_tests", "-j", str(JOBS)]):
        run = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if run.returncode:
            sys.exit(f"{build.name}: {' '.join(command)} failed:\n{run.stdout[-4000:]}")
    return pathlib.Path(build.folder) / "native" / "gatun_cuda_tests", time.time() - began


def run_tests(build, program):
    """Every test's result; one that ends its process counts as failed, with what it said last."""
    listed, suite = [], ""
    names = subprocess.run([program, "--gtest_list_tests", f"--gtest_filter={FILTER}"], capture_output=True, text=True, check=True)
    for line in names.stdout.splitlines():
        if line.startswith("  "):
            listed.append(suite + line.split("#")[0].strip())
        else:
            suite = line.split("#")[0].strip()

    def shard(number):
        report, left, results = pathlib.Path(build.folder) / f"tests-{number}.xml", listed[number::JOBS], []
        while left:
            report.unlink(missing_ok=True)
            run = subprocess.run([program, f"--gtest_filter={':'.join(left)}", f"--gtest_output=xml:{report}"],
                                 stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", env=ENVIRONMENT)
            if report.exists():
                results += [result_of(case) for case in xml.etree.ElementTree.parse(report).iter("testcase")]
                if run.returncode and not any(result.state == "failed" for result in results):
                    results.append(Result(f"shard {number}", "failed", 0, f"ended with {run.returncode}: {run.stdout[-3000:]}"))
                return results
            begun = [line.split("] ")[1].strip() for line in run.stdout.splitlines() if line.startswith("[ RUN ")]
            done = [line.split("] ")[1].split(" (")[0] for line in run.stdout.splitlines() if line.startswith("[       OK ]")]
            results += [Result(test, "passed", 0, "") for test in done]
            if not begun or begun[-1] in done:
                return results + [Result(test, "failed", 0, f"the program ended with {run.returncode}") for test in left if test not in done]
            results.append(Result(begun[-1], "failed", 0, run.stdout[-3000:]))
            left = left[left.index(begun[-1]) + 1:]
        return results

    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        return sorted(sum(pool.map(shard, range(JOBS)), []))


def result_of(case):
    test, seconds = f"{case.get('classname')}.{case.get('name')}", float(case.get("time", 0))
    failures, skipped = case.findall("failure"), case.find("skipped")
    if failures:
        return Result(test, "failed", seconds, failures[0].get("message", ""))
    if skipped is not None or case.get("result") == "skipped":
        message = (skipped.get("message") or skipped.text or "") if skipped is not None else ""
        return Result(test, "skipped", seconds, message.strip().splitlines()[-1] if message.strip() else "")
    return Result(test, "passed", seconds, "")


def main():
    print("# The CUDA kernels on the emulated device, in every build\n")
    print(f"Written by `ci/cuda.sh emulate --full` on {JOBS} cores of {cuda_sizes.processor()}. `bench/results/cuda-mutants.md` says what the "
          "tests notice.\n")
    print("| build | compiler | watches | tests | passed | skipped | failed | sum of s |")
    print("|---|---|---|---:|---:|---:|---:|---:|")
    failed, notes = False, []
    for build in builds():
        if build.compiler is None:
            print(f"| {build.name} | no clang++ on this machine | | | | | | |")
            continue
        program, seconds = compile_tests(build)
        print(f"{build.name}: built in {seconds:.0f} s", file=sys.stderr, flush=True)
        results = run_tests(build, program)
        states = collections.Counter(r.state for r in results)
        print(f"| {build.name} | {version(build.compiler)} | {build.watches} | {len(results)} | {states['passed']} | "
              f"{states['skipped']} | {states['failed']} | {sum(r.seconds for r in results):.0f} |", flush=True)
        print(f"{build.name}: {dict(states)}", file=sys.stderr, flush=True)
        failed |= states["failed"] > 0
        notes += [f"- {build.name}, {r.test}: {r.state}: {' '.join(r.message.split())[:600]}" for r in results if r.state != "passed"]
    if notes:
        print("\nNot passed:\n")
        print("\n".join(notes))
    return 3 if failed else 0


if __name__ == "__main__":
    os.chdir(pathlib.Path(__file__).resolve().parent.parent)
    if len(sys.argv) != 1:
        sys.exit(__doc__)
    sys.exit(main())
