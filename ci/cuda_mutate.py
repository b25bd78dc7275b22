#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Tests the tests of the CUDA kernels: one fault at a time is put into a kernel, and the emulated suite
must notice.

  cuda_mutate.py BUILD_DIRECTORY COUNT [SEED] > REPORT     BUILD_DIRECTORY holds a built gatun_cuda_tests; 3: too few caught
  cuda_mutate.py --list                                    how many faults each operator finds a place for

Every operator of cuda_operators.py is applied at every place of every .cu file, and of the headers with
device code, where it fits; COUNT of these mutants are drawn, from each file and operator in turn. All of
them are compiled at once, each behind a switch (cuda_mutation.cpp): a first run with all of them off must
pass and says which tests come by which fault; then each is switched on for those tests, quickest first.
It is caught if a test fails, crashes or does not end. Those of ci/cuda_equivalent.txt change nothing that
a caller or a GPU could see, for the reason given there, and are not counted.
"""
import collections
import concurrent.futures
import itertools
import json
import os
import pathlib
import random
import re
import resource
import signal
import subprocess
import sys
import tempfile
import time

import cuda_operators

KERNELS = pathlib.Path("native/src/kernels/cuda")
# Not kernels: the instructions' own emulation, what a launch or the real device needs.
LEFT_OUT = re.compile(r"^(instructions.*|device|launch|fault|backend)\.")
FINDING = re.compile(
    r"^(?:.*: )?(race|uninitialised read|out of bounds|misaligned access|divergent barrier|illegal mask|missing wait|missing fence|"
    r"illegal argument|undefined operation|no such instruction)\b.*?:", re.MULTILINE)
DECLARATION = 'extern "C" bool gatun_mutant(int) __attribute__((const));\n'


def sources():
    for path in sorted(KERNELS.rglob("*")):
        if path.suffix in (".cu", ".h", ".cuh") and not LEFT_OUT.match(path.name):
            text = path.read_text()
            if path.suffix == ".cu" or "__device__" in text:
                yield path, text


def all_mutants():
    return [(path, *site) for path, text in sources() for site in cuda_operators.sites(text)]


def equivalents():
    """{(file, operator, line of code): reason}"""
    known = {}
    for line in pathlib.Path("ci/cuda_equivalent.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            name, operator, code, reason = (part.strip() for part in line.split(" | "))
            known[name, operator, code] = reason
    return known


def draw(mutants, count, seed):
    by_kind = collections.defaultdict(list)
    for mutant in mutants:
        by_kind[mutant[0], mutant[1]].append(mutant)
    chooser = random.Random(seed)
    kinds, chosen = sorted(by_kind), []
    for kind in kinds:
        chooser.shuffle(by_kind[kind])
    chooser.shuffle(kinds)
    taken = collections.defaultdict(list)
    while len(chosen) < count and any(by_kind.values()):
        for kind in kinds:
            if not by_kind[kind] or len(chosen) == count:
                continue
            mutant = by_kind[kind].pop()
            _, _, _, start, end, _, _ = mutant
            if all(end <= s or e <= start for s, e in taken[mutant[0]]):  # one change to a place
                taken[mutant[0]].append((start, end))
                chosen.append(mutant)
    return sorted(chosen)


def write_tree(folder, numbered):
    """The kernels with those mutants behind their switches."""
    target = folder / "src" / "kernels" / "cuda"
    for path in KERNELS.rglob("*"):
        if path.is_dir():
            continue
        text = path.read_text()
        for number, (_, _, _, start, end, replacement, _) in sorted(
                ((n, m) for n, m in numbered.items() if m[0] == path), key=lambda item: -item[1][3]):
            text = text[:start] + replacement.replace("{m}", f"gatun_mutant({number})") + text[end:]
        copy = target / path.relative_to(KERNELS)
        copy.parent.mkdir(parents=True, exist_ok=True)
        if not copy.exists() or copy.read_text() != text:
            copy.write_text(text)
    if not (folder / "mutant.h").exists():
        (folder / "mutant.h").write_text(DECLARATION)


def compile_kernel(folder, build, path, entry):
    """"" or what the compiler said."""
    source, target = folder / "src" / "kernels" / "cuda" / path, folder / (str(path).replace("/", "-") + ".o")
    read = [source, build / "compile_commands.json", *folder.rglob("*.h"), *pathlib.Path("native").glob("s*/**/*.h")]
    if target.exists() and target.stat().st_mtime > max(file.stat().st_mtime for file in read):
        return ""
    command = re.sub(r" -MD -MT \S+ -MF \S+", "", entry["command"]).replace(" -Werror", " -w", 1)
    command = command.replace(" -I", f" -I{folder}/src -I", 1).replace(" -o ", f" -include {folder}/mutant.h -o ", 1)
    command = command.replace(f"-c {entry['file']}", f"-c {source}").replace(f"-o {entry['object']}", f"-o {target}")
    run = subprocess.run(command, shell=True, cwd=build, capture_output=True, text=True)
    return "" if run.returncode == 0 else run.stderr


def compile_all(folder, build, commands, numbered, jobs):
    """Compiles; leaves out of `numbered` those that do not compile, and returns them."""
    refused, waiting = {}, dict(commands)
    while waiting:
        write_tree(folder, numbered)
        with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
            said = dict(zip(waiting, pool.map(lambda p: compile_kernel(folder, build, p, waiting[p]), waiting)))
        guilty = set()
        for message in filter(None, said.values()):
            found = set()
            for name, line in re.findall(rf"^{re.escape(str(folder))}/src/kernels/cuda/(\S+?):(\d+):\d+: error", message, re.MULTILINE):
                text = (folder / "src" / "kernels" / "cuda" / name).read_text().splitlines()[int(line) - 1]
                found |= {int(n) for n in re.findall(r"gatun_mutant\((\d+)\)", text)}
            if not found:
                sys.exit(f"the mutated kernels do not compile:\n{message}")
            guilty |= found
        for number in guilty:
            refused[number] = numbered.pop(number)
        touched = {m[0].relative_to(KERNELS) for n, m in refused.items() if n in guilty}
        # A header that changed is compiled again with everything that may include it.
        waiting = {p: e for p, e in commands.items()
                   if said.get(p) or p in touched or any(t.suffix != ".cu" for t in touched)}
    return refused


def run_tests(program, tests, environment, limit):
    """(what failed first: "" if nothing did, the test that it failed in)"""
    command = [program, f"--gtest_filter={':'.join(tests)}", "--gtest_break_on_failure"]
    with tempfile.TemporaryFile("w+", errors="replace") as output:  # a faulty kernel may say a lot
        code = subprocess.run(command, stdout=output, stderr=subprocess.STDOUT, preexec_fn=lambda: limited(limit),
                              env={**os.environ, **environment}).returncode
        output.seek(0)
        said = output.read(1 << 20)
    if code == 0:
        return "", ""
    test = (re.findall(r"^\[ RUN      \] (\S+)", said, re.MULTILINE) or [""])[-1]
    if code == -signal.SIGXCPU:
        return f"does not end in {limit} s", test
    if code < 0 and code != -signal.SIGTRAP:  # the trap is the first failure's
        return f"crash ({signal.Signals(-code).name})", test
    reason = FINDING.search(said)
    return reason.group(1) if reason else "wrong values", test


def limited(seconds):
    """Of this process: no core file, and so much of a processor's time, however busy the machine is."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))


def baseline(program, folder, count, jobs):
    """{mutant: [(milliseconds, test)]} of a run without faults."""
    def shard(number):
        hits, log = folder / f"hits-{number}", folder / f"baseline-{number}.log"
        with log.open("w") as output:
            code = subprocess.run([program, "--gtest_filter=-CudaEvidence*"], stdout=output, stderr=subprocess.STDOUT,
                                  env={**os.environ, "GATUN_MUTANT_HITS": str(hits), "GTEST_TOTAL_SHARDS": str(jobs),
                                       "GTEST_SHARD_INDEX": str(number)}).returncode
        if code:
            sys.exit("the tests fail without a fault:\n" + log.read_text(errors="replace")[-2000:])
        return hits.read_text().splitlines()

    tests = {number: [] for number in range(count)}
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        for line in itertools.chain.from_iterable(pool.map(shard, range(jobs))):
            name, milliseconds, *numbers = line.split()
            for number in map(int, numbers):
                tests[number].append((int(milliseconds), name))
    return tests


def judge(program, number, tests):
    """What noticed the mutant and in which test, "" if nothing did."""
    tests = sorted(tests)
    for part in (tests[:3], tests[3:]):
        if part:
            outcome = run_tests(program, [t for _, t in part], {"GATUN_MUTANT": str(number)},
                                30 + sum(ms for ms, _ in part) // 100)
            if outcome[0]:
                return outcome
    return "", ""


def report(count, seed, possible, mutants, outcomes, tests, refused, known, seconds):
    def reason_of(mutant):
        return known.get((mutant[0].name, mutant[1], mutant[6]))

    counted = {n: m for n, m in mutants.items() if outcomes[n][0] or not reason_of(m)}
    caught = sum(bool(outcomes[n][0]) for n in counted)
    print("# Faults put into the CUDA kernels, and what noticed them\n")
    print(f"Written by `ci/cuda.sh emulate --mutants {count}` (seed {seed}): {len(counted)} mutants of {possible} possible ones, "
          f"{caught} caught ({100 * caught / max(len(counted), 1):.1f} %), {len(mutants) - len(counted)} equivalent ones left out, "
          f"{len(refused)} that do not compile; {seconds:.0f} s.\n")
    by_operator = collections.defaultdict(lambda: [0, 0])
    for number, mutant in counted.items():
        by_operator[mutant[1]][0] += 1
        by_operator[mutant[1]][1] += bool(outcomes[number][0])
    print("| fault | mutants | caught |\n|---|---:|---:|")
    for operator, (drawn, noticed) in sorted(by_operator.items()):
        print(f"| {operator} | {drawn} | {noticed} |")
    print("\n| file | line | fault | code | tests that come by | noticed as | in |\n|---|---:|---|---|---:|---|---|")
    for number, (path, operator, line, _, _, _, code) in sorted(counted.items(), key=lambda i: (i[1][0], i[1][2], i[1][1])):
        code, (what, test) = code.replace("|", "\\|"), outcomes[number]
        print(f"| {path.name} | {line} | {operator} | `{code}` | {len(tests[number])} | {what or '**not caught**'} | {test} |")
    left_out = [(m, reason_of(m)) for n, m in mutants.items() if n not in counted]
    if left_out:
        print("\nEquivalent, by argument:\n")
        for (path, operator, line, _, _, _, code), reason in left_out:
            print(f"- {path.name}:{line}, {operator}, `{code}`: {reason}")
    return 0 if caught >= 0.95 * len(counted) else 3


def main():
    build, count = pathlib.Path(sys.argv[1]).resolve(), int(sys.argv[2])
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    jobs = int(os.environ.get("GATUN_JOBS") or os.cpu_count())
    commands, objects = {}, []
    for entry in json.loads((build / "compile_commands.json").read_text()):
        entry["object"] = re.search(r" -o (\S+)", entry["command"]).group(1)
        if not re.search(r"/gatun_cuda_(tests|oracles)\.dir/", entry["object"]):
            continue
        file = pathlib.Path(entry["file"])
        if file.suffix == ".cu" and KERNELS.resolve() in file.parents:
            commands[file.relative_to(KERNELS.resolve())] = entry
        else:
            objects.append(str(build / entry["object"]))
    folder, began = build / "mutants", time.time()
    folder.mkdir(exist_ok=True)
    possible = [m for m in all_mutants() if m[0].suffix != ".cu" or m[0].relative_to(KERNELS) in commands]
    mutants = dict(enumerate(draw(possible, count, seed)))
    refused = compile_all(folder, build, commands, mutants, jobs)
    for number, mutant in refused.items():
        print(f"{mutant[0].name}:{mutant[2]} {mutant[1]}: does not compile", file=sys.stderr)
    program = folder / "gatun_cuda_tests"
    kernels = [str(folder / (str(p).replace("/", "-") + ".o")) for p in commands]
    subprocess.run(["c++", "-std=c++20", "-O1", "ci/cuda_mutation.cpp", "-c", "-o", folder / "mutation.o"], check=True)
    # The kernels first: their versions of what headers define are the ones to run.
    subprocess.run(["c++", *kernels, folder / "mutation.o", *objects, "-lgtest", "-lgtest_main", "-lpthread", "-o", program], check=True)
    print(f"{len(mutants)} mutants compiled after {time.time() - began:.0f} s", file=sys.stderr, flush=True)
    tests = baseline(program, folder, count, jobs)
    print(f"tests pass without a fault after {time.time() - began:.0f} s", file=sys.stderr, flush=True)
    outcomes = {}

    def one(number):
        outcomes[number] = judge(program, number, tests[number])
        path, operator, line, *_ = mutants[number]
        what, test = outcomes[number]
        print(f"{number}: {path.name}:{line} {operator}: {what or 'NOT CAUGHT'} {test} ({len(tests[number])} tests come by)",
              file=sys.stderr, flush=True)

    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        list(pool.map(one, mutants))
    return report(count, seed, len(possible), mutants, outcomes, tests, refused, equivalents(), time.time() - began)


if __name__ == "__main__":
    os.chdir(pathlib.Path(__file__).resolve().parent.parent)
    if sys.argv[1:] == ["--list"]:
        counts = collections.Counter(m[1] for m in all_mutants())
        for operator, number in sorted(counts.items()):
            print(f"{number:5d} {operator}")
        sys.exit(0)
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    sys.exit(main())
