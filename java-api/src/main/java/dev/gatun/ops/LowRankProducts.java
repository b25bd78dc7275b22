// SPDX-License-Identifier: Apache-2.0
package dev.gatun.ops;

import dev.gatun.bindings.generated.GatunLibrary;
import dev.gatun.bindings.generated.gatun_low_rank_params;
import dev.gatun.ops.Products.Epilogue;
import dev.gatun.tensor.Adapters;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.LowRank;
import dev.gatun.tensor.Tensor;
import dev.gatun.tensor.Weight;
import java.lang.foreign.MemorySegment;

/** What a context's adapters add to products. Hu et al. 2021, arXiv 2106.09685. */
final class LowRankProducts {
  private LowRankProducts() {}

  /** Whether an adapter of the context concerns one of the matrices. */
  static boolean isTargeted(Context context, Weight... weights) {
    Adapters adapters = context.adapters();
    if (adapters == null) {
      return false;
    }
    for (Weight weight : weights) {
      if (adapters.of(weight) != null) {
        return true;
      }
    }
    return false;
  }

  /**
   * y + scale * what the adapters add to the product of x [N, K] with the matrix.
   *
   * @param rows [R] of x, or null for all of them
   * @param y [R, O]
   * @return y, changed in place; a new tensor when recording
   */
  static Tensor add(Context context, Tensor x, Tensor rows, Weight weight, Tensor y, float scale) {
    return add(context, x, rows, new Weight[] {weight}, new Tensor[] {y}, scale)[0];
  }

  /** The same for products that share x. */
  static Tensor[] add(Context context, Tensor x, Weight[] weights, Tensor[] y, float scale) {
    return add(context, x, null, weights, y, scale);
  }

  private static Tensor[] add(
      Context context, Tensor x, Tensor rows, Weight[] weights, Tensor[] y, float scale) {
    LowRank[][] terms = new LowRank[weights.length][];
    for (int i = 0; i < weights.length; i++) {
      terms[i] = context.adapters().of(weights[i]);
    }
    if (context.recorder() != null) {
      Tensor picked = rows == null ? x : Rows.gather(context, x, rows);
      return recorded(context, picked, terms, y, scale);
    }
    for (int i = 0; i < terms.length; i++) {
      if (terms[i] != null) {
        run(context, x, rows, terms[i], y[i], scale);
      }
    }
    return y;
  }

  /**
   * The one adapter that concerns a matrix, or null.
   *
   * @throws UnsupportedOperationException if tokens choose among several
   */
  static LowRank single(Context context, Weight weight) {
    if (!isTargeted(context, weight)) {
      return null;
    }
    requireOne(context);
    return context.adapters().of(weight)[0];
  }

  /** x Aᵀ of one adapter, with its dropout: [N, K] to [N, r]. */
  static Tensor inner(Context context, Tensor x, LowRank term) {
    Tensor kept = Elementwise.dropout(context, x, term.dropout(), null);
    return Products.linear(context, kept, term.a(), null, Epilogue.NONE);
  }

  private static void requireOne(Context context) {
    if (context.adapters().slots() != null) {
      throw new UnsupportedOperationException(
          "low_rank: adapters that are chosen per token cannot be trained; attach one");
    }
  }

  private static Tensor[] recorded(
      Context context, Tensor x, LowRank[][] terms, Tensor[] y, float scale) {
    requireOne(context);
    Tensor[] sums = y.clone();
    Weight shared = null;
    Tensor inner = null;
    for (int i = 0; i < terms.length; i++) {
      LowRank term = terms[i] == null ? null : terms[i][0];
      if (term == null) {
        continue;
      }
      if (term.a() != shared) {
        inner = inner(context, x, term);
        shared = term.a();
      }
      Epilogue epilogue = Epilogue.plus(y[i]).scaled(scale * term.scale());
      sums[i] = Products.linear(context, inner, term.b(), null, epilogue);
    }
    return sums;
  }

  private static void run(
      Context context, Tensor x, Tensor rows, LowRank[] terms, Tensor y, float scale) {
    int most = GatunLibrary.GATUN_LOW_RANK_MOST();
    for (int first = 0; first < terms.length; first += most) {
      run(context, x, rows, terms, first, Math.min(most, terms.length - first), y, scale);
    }
  }

  private static void run(
      Context context,
      Tensor x,
      Tensor rows,
      LowRank[] terms,
      int first,
      int count,
      Tensor y,
      float scale) {
    MemorySegment p = context.params(gatun_low_rank_params.sizeof());
    gatun_low_rank_params.struct_size(p, gatun_low_rank_params.sizeof());
    x.describe(gatun_low_rank_params.x(p));
    y.describe(gatun_low_rank_params.y(p));
    Params.describe(context.adapters().slots(), gatun_low_rank_params.slots(p));
    Params.describe(rows, gatun_low_rank_params.rows(p));
    for (int i = 0; i < count; i++) {
      LowRank term = terms[first + i];
      if (term != null) {
        term.a().master().describe(gatun_low_rank_params.a(p, i));
        term.b().master().describe(gatun_low_rank_params.b(p, i));
        gatun_low_rank_params.rank(p, i, Math.toIntExact(term.rank()));
        gatun_low_rank_params.scale(p, i, scale * term.scale());
      }
    }
    gatun_low_rank_params.first_slot(p, first);
    gatun_low_rank_params.adapters(p, count);
    context.run(GatunLibrary::gatun_low_rank_forward, p);
  }
}
