// SPDX-License-Identifier: Apache-2.0
package dev.gatun.generate;

import dev.gatun.lora.LoraAdapter;
import dev.gatun.lora.LoraSet;
import dev.gatun.nn.Model;
import dev.gatun.nn.ModelMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The adapters of a generator by name. Adapters are added, never removed: a slot keeps its meaning
 * for the requests that are under way. Thread-safe.
 */
final class AdapterTable {
  /** The slot of requests without an adapter. */
  static final int NONE = -1;

  private record State(List<String> names, LoraSet set) {}

  private final Model model;
  private volatile State state = new State(List.of(), LoraSet.empty());

  AdapterTable(Model model) {
    this.model = model;
  }

  /**
   * Adds an adapter.
   *
   * @param user is closed before the adapter is
   */
  synchronized void add(String name, LoraAdapter adapter, ModelMemory.Dependent user) {
    if (state.names().contains(name)) {
      throw new IllegalArgumentException(
          "generation: there is an adapter \"" + name + "\" already; choose another name");
    }
    LoraSet set = state.set().with(model, adapter);
    adapter.register(user);
    List<String> names = new ArrayList<>(state.names());
    names.add(name);
    state = new State(List.copyOf(names), set);
  }

  /** Ends the use of all adapters. */
  void release(ModelMemory.Dependent user) {
    state.set().adapters().forEach(adapter -> adapter.unregister(user));
  }

  /** What is there now; another object after an addition. */
  LoraSet set() {
    return state.set();
  }

  /** The slot of a configuration's adapter. */
  int slot(GenerationConfig config) {
    Optional<String> name = config.adapter();
    if (name.isEmpty()) {
      return NONE;
    }
    List<String> names = state.names();
    int slot = names.indexOf(name.get());
    if (slot < 0) {
      throw new IllegalArgumentException(
          "generation: there is no adapter \"" + name.get() + "\"; there are " + names);
    }
    return slot;
  }
}
