#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Tests the scripts of this folder, which otherwise run only where there is a GPU."""
import json
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))
import cuda_operators
import cuda_sass
import golden
import matrix
import record
import report


def figures(card, kernel, microseconds):
    return json.dumps({"card": card, "capability": 80, "emulated": False, "time": "measured", "kernel": kernel, "shape": "4 rows",
                       "microseconds": microseconds, "gigabytes_per_second": 900.0, "teraoperations_per_second": 0.0})


class Matrix(unittest.TestCase):
    def test_names_the_card_and_its_architecture(self):
        self.assertEqual(matrix.describe("NVIDIA A100-SXM4-80GB, 8.0, 580.65.06"), ("a100-sxm4-80gb", "80", "580.65.06"))
        self.assertEqual(matrix.describe("NVIDIA GeForce RTX 5090, 12.0, 590.10", "rtx5090")[:2], ("rtx-5090", "120f"))

    def test_refuses_another_card_an_old_driver_an_old_gpu(self):
        for found, wanted, message in (("NVIDIA L40S, 8.9, 580.1", "l4", "expected a L4"), ("Tesla T4, 7.5, 535.2", "t4", "needed is 580"),
                                       ("Tesla V100, 7.0, 580.1", "", "compute capability 7.0"), ("Tesla T4, 7.5, 580.1", "t5", "not in matrix.json")):
            with self.assertRaisesRegex(ValueError, message):
                matrix.describe(found, wanted)

    def test_covers_every_architecture_that_is_built(self):
        script = (pathlib.Path(__file__).parent.parent / "cuda.sh").read_text()
        built = script.split('all_architectures="')[1].split('"')[0].split(";")
        self.assertEqual({line["architecture"] for line in matrix.lines()}, set(built))


class Results(unittest.TestCase):
    def test_records_compares_and_finds_what_got_slower(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "gpu" / "a.jsonl"
            self.assertEqual(record.record([figures("a", "k", 10.0), figures("a", "l", 5.0)], path, "c1", "2026-01-01", "580"), 2)
            record.record([figures("a", "k", 12.0)], path, "c2", "2026-01-02", "580")
            record.record([figures("a", "k", 11.0)], path, "c2", "2026-01-02", "580")  # again: replaces
            other = pathlib.Path(folder) / "gpu" / "b.jsonl"
            record.record([figures("b", "k", 2.0)], other, "c2", "2026-01-02", "580")
            cards = report.read([path, other])
            self.assertEqual(len(path.read_text().splitlines()), 3)
            self.assertEqual(report.slower(cards, 5), ["a: k, 4 rows: 11.0 us, 10.0 before"])
            self.assertEqual(report.slower(cards, 20), [])
            text = report.report(cards)
            self.assertIn("| k | 4 rows | 11.0 (900 GB/s) | 2.0 (900 GB/s) |", text)
            self.assertIn("## a: c1 to c2", text)


class GoldenModels(unittest.TestCase):
    REPORT = ('<testsuite><testcase name="bert"/><testcase name="t5"><failure message="m"/></testcase>'
              '<testcase name="mamba"><skipped message="org.x.TestAbortedException: Assumption failed: model_type mamba"/></testcase></testsuite>')

    def test_names_what_was_skipped(self):
        self.assertEqual(golden.outcome(self.REPORT), (["bert"], ["t5"], [("mamba", "model_type mamba")]))

    def test_takes_skips_only_where_they_are_allowed_and_no_report_for_no_answer(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "report.xml"
            self.assertEqual(golden.main([str(path)]), 1)
            path.write_text(self.REPORT)
            self.assertEqual(golden.main([str(path)]), 1)
            path.write_text(self.REPORT.replace('<failure message="m"/>', ""))
            self.assertEqual(golden.main([str(path)]), 0)
            self.assertEqual(golden.main([str(path), "--strict"]), 1)


class MachineCode(unittest.TestCase):
    LOOP = [(0, "HMMA.16816.F32.BF16 R4, R8, R12, R4"), (16, "@P0 BRA 0x30"), (32, "MUFU.TANH R1, R2"), (48, "FADD R1, R1, R2"),
            (64, "@P1 BRA 0x0")]

    def test_counts_a_turn_without_its_rare_cases(self):
        code = [(-16, "S2R R0, SR_TID.X"), *self.LOOP, (80, "EXIT")]
        counts = cuda_sass.count(cuda_sass.main_path(cuda_sass.main_loop(code)))
        self.assertEqual((counts["all"], counts["tensor"], counts["special"], counts["operations"]), (4, 1, 0, 4096))

    def test_knows_the_operations_of_tensor_instructions(self):
        for opcode, operations in (("HMMA.1688.F32", 2048), ("IMMA.16832.S8.S8", 8192), ("IMMA.8816.S8.S8", 2048),
                                   ("HGMMA.64x128x16.F32.BF16", 2 * 64 * 128 * 16 // 4)):
            self.assertEqual(cuda_sass.tensor_operations(opcode), operations)


class Operators(unittest.TestCase):
    def test_finds_places_outside_comments_and_constants(self):
        text = "constexpr int kA = lane % 4;\n// __syncthreads();\n  __syncthreads();\n  if (row < rows) x = fmaf(a, g(b, c), d);\n"
        found = {(operator, line): replacement for operator, line, _, _, replacement, _ in cuda_operators.sites(text)}
        self.assertEqual(found["dropped block barrier", 3], "{ if (!{m}) __syncthreads(); }")
        self.assertEqual(found["lost product", 4], "({m} ? d : fmaf(a, g(b, c), d))")
        self.assertEqual(set(found), {("dropped block barrier", 3), ("lost product", 4), ("tail guard one too far", 4)})


if __name__ == "__main__":
    unittest.main()
