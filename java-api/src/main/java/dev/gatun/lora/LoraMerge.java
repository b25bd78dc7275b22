// SPDX-License-Identifier: Apache-2.0
package dev.gatun.lora;

import dev.gatun.nn.Model;
import dev.gatun.nn.Parameter;
import dev.gatun.ops.Elementwise;
import dev.gatun.ops.Products;
import dev.gatun.ops.Products.Epilogue;
import dev.gatun.tensor.Arithmetic;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.DType;
import dev.gatun.tensor.Tensor;
import dev.gatun.tensor.Weight;
import dev.gatun.tensor.Workspace;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/** W += s B A for the targets of an adapter, with the values from before kept. */
final class LoraMerge implements AutoCloseable {
  /**
   * A matrix of the model with what is added to it.
   *
   * @param base W [out, in]
   * @param a [r, in]
   * @param b [out, r]
   * @param tied whether the matrix is the word table as well
   */
  record Target(Parameter base, Weight a, Weight b, float scale, boolean tied) {}

  private record Kept(Parameter base, MemorySegment values) {}

  private final Arena arena = Arena.ofShared();
  private final List<Kept> kept = new ArrayList<>();

  private LoraMerge() {}

  static LoraMerge of(Model model, List<Target> targets) {
    for (Target target : targets) {
      requireOwn(target);
      requireTrainable(target.base());
    }
    LoraMerge merge = new LoraMerge();
    return model
        .lifetime()
        .during(() -> {
          try (Context context = model.newContext()) {
            for (Target target : targets) {
              merge.add(context, target);
            }
            return merge;
          } catch (RuntimeException | Error e) {
            merge.close();
            throw e;
          }
        });
  }

  private static void requireOwn(Target target) {
    if (target.tied()) {
      throw new UnsupportedOperationException(
          "merge: the output head shares its matrix with "
              + target.base().name()
              + ", which would change too; keep the adapter attached, or leave the head out of its"
              + " targets");
    }
  }

  private static void requireTrainable(Parameter base) {
    if (base.isTrainable()) {
      return;
    }
    DType dtype = base.matrix().dtype();
    boolean plain = dtype == DType.F32 || dtype == DType.F16 || dtype == DType.BF16;
    throw new UnsupportedOperationException(
        "merge: "
            + base.name()
            + " is a "
            + (plain ? "frozen " : "quantised ")
            + base.matrix()
            + (plain
                ? "; load the model with LoadOptions.withTrainable(true)"
                : ", whose answers would change by more than the adapter; merge into the model in"
                    + " F32, F16 or BF16 that it was quantised from"));
  }

  private void add(Context context, Target target) {
    Weight base = target.base().matrix();
    MemorySegment before = arena.allocate(base.master().byteSize(), 64);
    base.master().copyTo(0, before);
    kept.add(new Kept(target.base(), before));
    // W + s B A as rows of B times the transpose of A, which is a matrix [in, r] for the product.
    try (Workspace.Scope _ = context.workspace().scope();
        Weight transposed = transposed(context, target.a())) {
      Tensor rows = context.allocate(DType.F32, base.rows(), base.columns());
      Elementwise.toRows(context, base.master(), rows);
      Tensor b = context.allocate(DType.F32, target.b().rows(), target.b().columns());
      Elementwise.toRows(context, target.b().master(), b);
      Epilogue sum = Epilogue.plus(rows).scaled(target.scale());
      Tensor changed = Products.linear(context, b, transposed, null, sum);
      Elementwise.toPanels(context, changed, base.master());
    }
    target.base().changed(context);
  }

  private static Weight transposed(Context context, Weight a) {
    int rank = Math.toIntExact(a.rows());
    int columns = Math.toIntExact(a.columns());
    float[] values = a.readRows(0, rank);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment rows = arena.allocate((long) rank * columns * Float.BYTES, 64);
      for (int r = 0; r < rank; r++) {
        for (int c = 0; c < columns; c++) {
          rows.setAtIndex(ValueLayout.JAVA_FLOAT, (long) c * rank + r, values[r * columns + c]);
        }
      }
      return Weight.create(
          context.device(),
          rows,
          DType.F32,
          columns,
          rank,
          new Weight.Packing(Arithmetic.F32, false, false, false));
    }
  }

  /** Puts the values from before back. */
  void undo(Model model) {
    model
        .lifetime()
        .during(() -> {
          try (Context context = model.newContext()) {
            for (Kept one : kept) {
              one.base().matrix().master().copyFrom(0, one.values());
              one.base().changed(context);
            }
          }
          return kept;
        });
  }

  /** Forgets the values from before. */
  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
