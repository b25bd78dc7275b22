// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Memory of activations: a bump allocator with scopes. Closing a scope takes back everything that
 * was allocated since it was opened; tensors of a closed scope throw when used. Memory grows in
 * blocks and is kept for the next step. Contents of fresh tensors are undefined.
 *
 * <p>Not thread-safe: a workspace belongs to one {@link Context}.
 */
public final class Workspace implements AutoCloseable {
  private static final long ALIGNMENT = 64;
  private static final long SMALLEST_BLOCK = 1L << 20;

  /** A new block is at least one part in so many of all before it. */
  private static final long GROWTH = 4;

  private final Device device;
  private final Transfers transfers; // null on a CPU
  private final boolean visible; // whether the host reaches the memory

  /** The part of a GPU's workspace that the host reaches; null of a CPU's, and of such a part. */
  private final Workspace forHost;

  private final Arena arena = Arena.ofShared();
  private final List<MemorySegment> blocks = new ArrayList<>();
  private Scope current;
  private int block;
  private long offset;
  private long reserved;
  private long grown;

  /** Bytes in use, and the most that ever were, as they would lie in a single block. */
  private long used;

  private long mostUsed;
  private boolean planning;
  private boolean closed;

  /**
   * An empty workspace.
   *
   * @param transfers how the host reaches the memory; null on a CPU
   */
  Workspace(Device device, Transfers transfers) {
    this(device, transfers, transfers == null);
  }

  private Workspace(Device device, Transfers transfers, boolean visible) {
    this.device = device;
    this.transfers = transfers;
    this.visible = visible;
    this.forHost = visible ? null : new Workspace(device, transfers, true);
    this.current = new Scope(null, 0, 0, 0, forHost == null ? null : forHost.current);
  }

  /**
   * A tensor of the innermost open scope. On a GPU integers and doubles are in memory that the host
   * reaches, other numbers in the device's own.
   */
  public Tensor allocate(DType dtype, long... shape) {
    boolean ofDevice = dtype == DType.F32 || dtype == DType.BF16 || dtype == DType.F16;
    return ofDevice ? allocateHere(dtype, shape) : allocateForHost(dtype, shape);
  }

  /** The same in memory that the host reaches, for results that it is to read. */
  public Tensor allocateForHost(DType dtype, long... shape) {
    return forHost == null ? allocateHere(dtype, shape) : forHost.allocateHere(dtype, shape);
  }

  private Tensor allocateHere(DType dtype, long... shape) {
    long elements = 1;
    for (long dimension : shape) {
      elements = Math.multiplyExact(elements, dimension);
    }
    return Tensor.of(reserve(dtype.byteSize(elements)), dtype, current, transfers, visible, shape);
  }

  private MemorySegment reserve(long bytes) {
    if (closed) {
      throw new IllegalStateException("workspace is closed");
    }
    long padded = (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    while (block < blocks.size()) {
      MemorySegment memory = blocks.get(block);
      if (offset + bytes <= memory.byteSize()) {
        MemorySegment part = memory.asSlice(offset, bytes);
        offset += padded;
        used += padded;
        mostUsed = Math.max(mostUsed, used);
        return part;
      }
      block++;
      offset = 0;
    }
    // Blocks of single tensors would be of no use to a step whose tensors are a little larger.
    long share = reserved / GROWTH / ALIGNMENT * ALIGNMENT;
    long size = Math.max(bytes, Math.max(SMALLEST_BLOCK, Math.max(grown, share)));
    addBlock(size);
    grown = size;
    return reserve(bytes);
  }

  private void addBlock(long size) {
    blocks.add(planning ? device.addresses(size, arena) : device.allocate(size, visible, arena));
    reserved += size;
  }

  /**
   * Takes memory for a step that is known to use up to {@code bytes}, in one block; later steps
   * that use more take more.
   *
   * @throws IllegalStateException if the workspace has memory already
   */
  void prepare(long bytes) {
    requireEmpty("prepare");
    if (bytes > 0) {
      addBlock(bytes);
    }
  }

  /** From now on tensors are addresses without memory. */
  void beginPlanning() {
    requireEmpty("beginPlanning");
    planning = true;
  }

  /** The most bytes that were in use at once. */
  long mostUsed() {
    return mostUsed;
  }

  private void requireEmpty(String what) {
    if (!blocks.isEmpty()) {
      throw new IllegalStateException("workspace: " + what + ": it has memory already");
    }
  }

  /** Opens a scope; close it in reverse order of opening. */
  public Scope scope() {
    Scope hostScope = forHost == null ? null : forHost.scope();
    current = new Scope(current, block, offset, used, hostScope);
    return current;
  }

  /**
   * Keeps the innermost scope from being closed: a recorder refers to its tensors.
   *
   * @return the scope, to be unpinned
   */
  public Scope pin() {
    current.pinned = true;
    return current;
  }

  /** Frees all memory; every tensor of the workspace becomes unusable. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      if (forHost != null) {
        forHost.close();
      }
      arena.close();
    }
  }

  /** The life of the tensors that were allocated since it was opened. */
  public final class Scope implements AutoCloseable {
    private final Scope parent;
    private final int firstBlock;
    private final long firstOffset;
    private final long firstUsed;
    private final Scope hostScope;
    private boolean ended;
    private boolean pinned;

    private Scope(Scope parent, int firstBlock, long firstOffset, long firstUsed, Scope hostScope) {
      this.parent = parent;
      this.firstBlock = firstBlock;
      this.firstOffset = firstOffset;
      this.firstUsed = firstUsed;
      this.hostScope = hostScope;
    }

    boolean isClosed() {
      return ended || closed;
    }

    /** Ends the scope and those inside it that are still open, pinned or not. */
    public void closeAll() {
      while (!ended) {
        current.pinned = false;
        current.close();
      }
    }

    /** Lets the scope be closed again. */
    public void unpin() {
      pinned = false;
    }

    /** Whether the scope is the innermost one and nothing has been allocated in it. */
    public boolean isEmpty() {
      return current == this
          && block == firstBlock
          && offset == firstOffset
          && (hostScope == null || hostScope.isEmpty());
    }

    /**
     * Ends the scope; a second call is harmless.
     *
     * @throws IllegalStateException if a scope that was opened inside it is still open, or a tape
     *     refers to its tensors
     */
    @Override
    public void close() {
      if (ended) {
        return;
      }
      if (current != this) {
        throw new IllegalStateException("workspace: a scope was closed before one inside it");
      }
      if (pinned && !closed) {
        throw new IllegalStateException(
            "workspace: a scope was closed while a tape refers to its tensors; close the tape"
                + " first, and open no scope around single operations while recording");
      }
      ended = true;
      if (hostScope != null) {
        hostScope.close();
      }
      current = parent;
      block = firstBlock;
      offset = firstOffset;
      used = firstUsed;
    }
  }
}
