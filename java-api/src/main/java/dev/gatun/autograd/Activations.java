// SPDX-License-Identifier: Apache-2.0
package dev.gatun.autograd;

import dev.gatun.autograd.GradientPool.Buffer;
import dev.gatun.ops.Elementwise;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.Recorder.Contribution;
import dev.gatun.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The activations of a recording and their gradients, found by address: every view of an allocation
 * shares the gradient memory that mirrors the allocation.
 */
final class Activations {
  /** An allocation and, once something contributed, its gradient. */
  private static final class Entry {
    private final Tensor output;
    private final long address;
    private final long bytes;
    private final int index;
    private Buffer gradient;

    Entry(Tensor output, int index) {
      this.index = index;
      this.output = output;
      this.address = output.address();
      this.bytes = output.byteSize();
    }

    boolean isWhole(Tensor view) {
      return view.address() == address && view.byteSize() == bytes && view.isContiguous();
    }

    /** The gradient as the view sees it. */
    Tensor mirror(Tensor view) {
      return view.over(gradient.memory(), view.address() - address);
    }
  }

  private final Context context;
  private final GradientPool pool;
  private final TreeMap<Long, Entry> entries = new TreeMap<>();
  private final List<Entry> order = new ArrayList<>();

  /** How many belong to the forward pass itself, rather than to a layer that runs again. */
  private int lasting = Integer.MAX_VALUE;

  Activations(Context context, GradientPool pool) {
    this.context = context;
    this.pool = pool;
  }

  /** Adds an operation's output. */
  void add(Tensor output) {
    if (output.elementCount() == 0) {
      return;
    }
    Entry entry = new Entry(output, order.size());
    entries.put(entry.address, entry);
    order.add(entry);
  }

  /** How many were added. */
  int count() {
    return order.size();
  }

  /** Begins a layer that runs again: the memory of what is added from now on is soon used anew. */
  void enter() {
    lasting = order.size();
  }

  /** Ends it. */
  void leave() {
    forget(lasting);
    lasting = Integer.MAX_VALUE;
  }

  /** Forgets those added last, down to {@code count}: their memory is about to be used anew. */
  void forget(int count) {
    while (order.size() > count) {
      Entry entry = order.removeLast();
      entries.remove(entry.address, entry);
      release(entry);
    }
  }

  private Entry find(Tensor view) {
    long address = view.address();
    Map.Entry<Long, Entry> below = entries.floorEntry(address);
    Entry entry = below == null ? null : below.getValue();
    return entry != null && address < entry.address + entry.bytes ? entry : null;
  }

  boolean has(Tensor view) {
    return view.elementCount() != 0 && find(view) != null;
  }

  Tensor gradient(Tensor output) {
    Entry entry = find(output);
    return entry == null || entry.gradient == null ? null : entry.mirror(output);
  }

  Tensor exclusive(Tensor output) {
    Entry entry = find(output);
    if (entry == null || entry.gradient == null) {
      return null;
    }
    unshare(entry);
    return entry.mirror(output);
  }

  private void unshare(Entry entry) {
    if (entry.gradient.isShared()) {
      Buffer own = pool.take(entry.gradient.memory().elementCount());
      Elementwise.axpby(context, 1, entry.gradient.memory(), 0, own.memory());
      pool.release(entry.gradient);
      entry.gradient = own;
    }
  }

  Contribution contribute(Tensor view, boolean some) {
    Entry entry = find(view);
    if (entry == null) {
      return null;
    }
    boolean first = entry.gradient == null;
    if (first) {
      entry.gradient = pool.take(entry.bytes / Float.BYTES);
    } else {
      unshare(entry);
    }
    boolean partly = some || !entry.isWhole(view);
    if (first && partly) {
      context.zero(entry.gradient.memory());
    }
    return new Contribution(entry.mirror(view), !first || partly);
  }

  Contribution contributeInPlace(Tensor view) {
    Entry entry = find(view);
    if (entry == null || entry.gradient != null || !entry.isWhole(view)) {
      return contribute(view, false);
    }
    entry.gradient = pool.foreign(entry.output.reshape(entry.output.elementCount()));
    return new Contribution(entry.mirror(view), false);
  }

  void pass(Tensor output, Tensor input) {
    Entry from = find(output);
    Entry to = find(input);
    if (to == null || from == null || from.gradient == null) {
      return;
    }
    if (to.gradient == null
        && from.isWhole(output)
        && to.isWhole(input)
        && from.bytes == to.bytes
        && !(from.gradient.isForeign() && to.index < lasting && from.index >= lasting)) {
      to.gradient = from.gradient.share();
      return;
    }
    Tensor gradient = from.mirror(output);
    Contribution into = contribute(input, false);
    Elementwise.axpby(
        context,
        1,
        gradient.reshape(gradient.elementCount()),
        into.flag(),
        into.tensor().reshape(gradient.elementCount()));
  }

  /** Ends the use of an output's gradient: the operation that made it has run its backward. */
  void release(Tensor output) {
    Entry entry = output.elementCount() == 0 ? null : find(output);
    if (entry != null) {
      release(entry);
    }
  }

  private void release(Entry entry) {
    if (entry.gradient != null) {
      pool.release(entry.gradient);
      entry.gradient = null;
    }
  }
}
