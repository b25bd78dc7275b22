#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Tests the scripts of this folder, which otherwise run only where there is a GPU."""
import contextlib
import io
import json
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))
import cuda_evidence
import cuda_operators
import cuda_roofline
import cuda_sass
import golden
import matrix
import record
import report


def figures(card, kernel, microseconds):
    return json.dumps({"card": card, "capability": 80, "emulated": False, "time": "measured", "kernel": kernel, "shape": "4 rows",
                       "microseconds": microseconds, "gigabytes_per_second": 900.0, "teraoperations_per_second": 0.0})


class Evidence(unittest.TestCase):
    ROW = "| attention_bf16 64,0 | 80 | 200 | 0 | 36864 | 128 | 2 | 1.00 | 1.00 | 2.5 | 0.8 | 64 tensor of 500 |"

    def compared(self, row, version="13.2.86", more=()):
        with tempfile.TemporaryDirectory() as folder:
            old, new = pathlib.Path(folder) / "old", pathlib.Path(folder) / "new"
            old.write_text(f"by `x` with nvcc 13.2.86; not measured\n{self.ROW}\n")
            new.write_text("\n".join([f"by `x` with nvcc {version}; not measured", row, *more]) + "\n")
            with contextlib.redirect_stdout(io.StringIO()):
                return cuda_evidence.compare(old, new)

    def test_fails_for_each_cell_that_got_worse(self):
        self.assertEqual(self.compared(self.ROW), 0)
        for column, value in ((2, "212"), (3, "8"), (6, "1"), (7, "1.04"), (7, "?"), (8, "1.10"), (9, "2.1"), (10, "0.9")):
            cells = [c.strip() for c in self.ROW.strip("|").split("|")]
            cells[column] = value
            self.assertEqual(self.compared("| " + " | ".join(cells) + " |"), 1, f"column {column} with {value}")

    def test_compares_what_the_compiler_decides_only_with_its_own_version(self):
        self.assertEqual(self.compared(self.ROW.replace("| 200 |", "| 255 |"), "13.5.37"), 0)
        self.assertEqual(self.compared(self.ROW.replace("| 1.00 | 1.00 |", "| 1.30 | 1.00 |"), "13.5.37"), 1)

    def test_wants_the_same_kernels(self):
        self.assertEqual(self.compared(self.ROW.replace("64,0", "64,1")), 1)
        self.assertEqual(self.compared(self.ROW, more=[self.ROW.replace("64,0", "64,1")]), 1)

    def test_names_kernels_of_both_compilers_alike(self):
        names = cuda_evidence.kernel_names(["_ZN5gatun4cuda12_GLOBAL__N_119dense_vector_kernelILi0ELi4EEEvNS0_15DenseLinearArgsENS1_6AccessE",
                                            "_ZN5gatun4cuda48_GLOBAL__N__33445172_15_dense_vector_cu_8860182319dense_vector_kernelILi30ELi4EEEvNS0_15DenseLinearArgsENS1_6AccessE"])
        self.assertEqual(sorted(names.values()), ["dense_vector 0,4", "dense_vector 30,4"])

    def test_peaks_are_multiprocessors_times_clock_times_operations(self):
        for name, (_, processors, clock, _, bf16, int8, _, _) in cuda_roofline.GPUS.items():
            self.assertAlmostEqual(bf16, processors * clock * cuda_roofline.TENSOR_OPERATIONS[name] / 1e3, delta=0.02 * bf16, msg=name)
            self.assertIn(round(int8 / bf16), (2, 4), name)


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
            self.assertEqual(golden.main([str(path), str(path) + ".missing"]), 1)


class MachineCode(unittest.TestCase):
    # A loop of products with a rare case and a loop of copies in it, then a longer one of activations; the rare case of
    # the second lies behind the kernel's end.
    TEXT = """.text.kernel:
        /*0000*/                   S2R R0, SR_TID.X ;
        /*0010*/                   HFMA2.MMA R10, -RZ, RZ, 0, 0 ;
.L_x_0:
        /*0020*/                   HMMA.16816.F32.BF16 R4, R8, R12, R4 ;
        /*0030*/               @P0 BRA `(.L_x_1) ;
        /*0040*/                   MUFU.TANH R1, R2 ;
.L_x_1:
        /*0050*/                   LDGSTS.E.128 [R1], [R2.64] ;
        /*0060*/               @P2 BRA `(.L_x_1) ;
        /*0070*/                   FADD R1, R1, R2 ;
        /*0080*/               @P1 BRA `(.L_x_0) ;
.L_x_2:
        /*0090*/                   FFMA R1, R1, R2, R3 ;
        /*00a0*/                   FFMA R1, R1, R2, R3 ;
        /*00b0*/                   BRA.U UP0, `(.L_x_4) ;
.L_x_3:
        /*00c0*/               @P3 BRA `(.L_x_2) ;
        /*00d0*/                   EXIT ;
.L_x_4:
        /*00e0*/                   FFMA R1, R1, R2, R3 ;
        /*00f0*/                   BRA `(.L_x_3) ;
"""

    def test_counts_a_turn_without_its_rare_cases(self):
        counts = cuda_sass.loop_of(cuda_sass.functions(self.TEXT)["kernel"])
        self.assertEqual((counts["all"], counts["tensor"], counts["special"], counts["operations"]), (6, 1, 0, 4096))
        self.assertEqual((counts["cp.async"], counts["f32"]), (1, 1))

    def test_follows_ways_that_leave_a_loop_and_return(self):
        counts = cuda_sass.loop_of(cuda_sass.functions(self.TEXT.replace("HMMA.16816.F32.BF16", "MOV"))["kernel"])
        self.assertEqual((counts["all"], counts["f32"]), (6, 3))

    def test_knows_the_operations_of_tensor_instructions(self):
        for opcode, operations in (("HMMA.1688.F32", 2048), ("IMMA.16832.S8.S8", 8192), ("IMMA.8816.S8.S8", 2048),
                                   ("HGMMA.64x128x16.F32.BF16", 2 * 64 * 128 * 16 // 4)):
            self.assertEqual(cuda_sass.tensor_operations(opcode), operations)


class Operators(unittest.TestCase):
    def test_finds_places_outside_comments_constants_and_what_is_nvccs(self):
        text = ("constexpr int kA = lane % 4;\n// __syncthreads();\n  __syncthreads();\n  if (row < rows) x = fmaf(a, g(b, c), d);\n"
                "#if defined(__CUDACC__)\n  __syncthreads();\n#else\n#endif\n")
        found = {(operator, line): replacement for operator, line, _, _, replacement, _ in cuda_operators.sites(text)}
        self.assertEqual(found["dropped block barrier", 3], "{ if (!{m}) __syncthreads(); }")
        self.assertEqual(found["lost product", 4], "({m} ? d : fmaf(a, g(b, c), d))")
        self.assertEqual(set(found), {("dropped block barrier", 3), ("lost product", 4), ("tail guard one too far", 4)})


if __name__ == "__main__":
    unittest.main()
