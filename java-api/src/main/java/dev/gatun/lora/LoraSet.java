// SPDX-License-Identifier: Apache-2.0
package dev.gatun.lora;

import dev.gatun.nn.Model;
import dev.gatun.tensor.Adapters;
import dev.gatun.tensor.LowRank;
import dev.gatun.tensor.Tensor;
import dev.gatun.tensor.Weight;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;

/**
 * Several adapters of one model, of which each token of a batch uses one or none: adapter i has
 * slot i. Immutable and thread-safe; the adapters stay their owners'.
 */
public final class LoraSet {
  private final List<LoraAdapter> adapters;
  private final IdentityHashMap<Weight, LowRank[]> terms = new IdentityHashMap<>();

  private LoraSet(List<LoraAdapter> adapters) {
    this.adapters = adapters;
    for (int slot = 0; slot < adapters.size(); slot++) {
      int at = slot;
      adapters
          .get(slot)
          .terms()
          .forEach((weight, term) ->
              terms.computeIfAbsent(weight, ignored -> new LowRank[adapters.size()])[at] = term[0]);
    }
  }

  /** No adapters. */
  public static LoraSet empty() {
    return new LoraSet(List.of());
  }

  /**
   * The same with one more, in the next slot.
   *
   * @param model that it has to belong to
   * @throws IllegalArgumentException if it belongs to another model
   */
  public LoraSet with(Model model, LoraAdapter adapter) {
    if (adapter.model() != model) {
      throw new IllegalArgumentException(
          "adapter: it was loaded for another "
              + adapter.model().architecture()
              + " model than the one that is to use it");
    }
    List<LoraAdapter> more = new ArrayList<>(adapters);
    more.add(adapter);
    return new LoraSet(List.copyOf(more));
  }

  /** How many there are. */
  public int size() {
    return adapters.size();
  }

  /** The adapters, by slot. */
  public List<LoraAdapter> adapters() {
    return adapters;
  }

  /**
   * What a context is to apply.
   *
   * @param slots [N] the slot of each token, -1 for none; may be rewritten between replays
   */
  public Adapters chosenBy(Tensor slots) {
    return new Chosen(terms, slots);
  }

  private record Chosen(IdentityHashMap<Weight, LowRank[]> terms, Tensor slots)
      implements Adapters {
    @Override
    public LowRank[] of(Weight weight) {
      return terms.get(weight);
    }
  }
}
