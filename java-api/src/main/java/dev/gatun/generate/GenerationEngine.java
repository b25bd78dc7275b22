// SPDX-License-Identifier: Apache-2.0
package dev.gatun.generate;

import dev.gatun.nn.DecoderModel;
import dev.gatun.nn.KvCache;
import dev.gatun.nn.Seq2SeqModel;
import dev.gatun.tensor.OutOfDeviceMemoryException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Runs many requests over one cache on one platform thread. Requests join and leave between steps.
 * A step is one pass over the weights: while prompts are being read it takes a chunk of them
 * together with one token of every running answer; otherwise one token of every answer and of every
 * beam, by replay. Sources of an encoder-decoder are encoded together when their requests join. A
 * request whose reader is behind is paused; if pages are short its pages are taken and its tokens
 * run again when it is read.
 */
final class GenerationEngine {
  /** Tokens of a page, at most; what a page of copying on write is counted as. */
  private static final int SPARE = 64;

  private final DecoderModel model;
  private final GeneratorOptions options;
  private final AdapterTable adapters;
  private final KvCache cache;
  private final KvCache sources;
  private final StepRunner runner;
  private final DeviceSampler deviceSampler; // null on a CPU, where scores cost no copy
  private final PrefixCache prefixes = new PrefixCache();
  private final ReentrantLock lock = new ReentrantLock();
  private final Deque<Request> incoming = new ArrayDeque<>();
  private final Deque<Request> waiting = new ArrayDeque<>();
  private final List<Request.Streaming> running = new ArrayList<>();
  private final List<Request.Beams> searching = new ArrayList<>();
  // Lists of one step, kept so that a token allocates nothing.
  private final List<Request.Streaming> ready = new ArrayList<>();
  private final List<Request.Streaming> uncached = new ArrayList<>();
  private final List<Request.Streaming> cached = new ArrayList<>();
  private final List<Request.Beams> decoding = new ArrayList<>();
  private final List<Sequence> unencoded = new ArrayList<>();
  private final List<Sequence> batch = new ArrayList<>();
  private final float[] scores;
  private final Thread thread;
  // Without the lock: readers set it between tokens, and waiting for a lock allocates.
  private volatile boolean awake;
  private boolean closing;

  /**
   * An engine that is to be started.
   *
   * @param sourceTokens tokens of all sources; used for encoder-decoders only
   */
  GenerationEngine(
      DecoderModel model, GeneratorOptions options, long cacheTokens, long sourceTokens) {
    this.model = model;
    this.adapters = new AdapterTable(model);
    this.options = options;
    // Each sequence may hold one page more than its tokens fill: a shared one that it must copy.
    this.cache =
        new KvCache(
            model.device(), model.cacheShape(), cacheTokens + (long) options.maxBatch() * SPARE);
    this.sources = sources(model, options, sourceTokens);
    this.runner = new StepRunner(model, cache, sources, adapters);
    this.deviceSampler = model.device().isGpu() ? new DeviceSampler() : null;
    this.scores = new float[model.vocabularySize()];
    this.thread = Thread.ofPlatform().daemon().name("gatun-engine").unstarted(this::run);
  }

  private KvCache sources(DecoderModel decoder, GeneratorOptions limits, long sourceTokens) {
    if (!(decoder instanceof Seq2SeqModel seq2seq)) {
      return null;
    }
    try {
      // The last page of each source may be part empty.
      long tokens = sourceTokens + (long) limits.maxBatch() * SPARE;
      return new KvCache(decoder.device(), seq2seq.sourceCacheShape(), tokens);
    } catch (RuntimeException e) {
      cache.close();
      throw e;
    }
  }

  void start() {
    thread.start();
  }

  /** The adapters that requests may use. */
  AdapterTable adapters() {
    return adapters;
  }

  /** Queues a request. */
  void submit(Request request) {
    lock.lock();
    try {
      if (closing) {
        throw new IllegalStateException("generator is closed");
      }
      incoming.add(request);
    } finally {
      lock.unlock();
    }
    wake();
  }

  /** Has the engine look again: a reader has caught up or has cancelled. */
  void wake() {
    awake = true;
    LockSupport.unpark(thread);
  }

  /** Ends all requests and waits for the thread, unless it is the caller. */
  void close() {
    lock.lock();
    try {
      closing = true;
    } finally {
      lock.unlock();
    }
    wake();
    if (Thread.currentThread() != thread) {
      boolean interrupted = false;
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void run() {
    RuntimeException end = new IllegalStateException("generator is closed");
    try {
      while (take()) {
        try {
          round();
        } catch (OutOfDeviceMemoryException e) {
          failActive(e);
        }
      }
    } catch (RuntimeException e) {
      end = e;
    } finally {
      finishAll(end);
      runner.close();
      if (deviceSampler != null) {
        deviceSampler.close();
      }
      cache.close();
      if (sources != null) {
        sources.close();
      }
    }
  }

  /** Moves new requests to the queue; waits while there is nothing to do; false at the end. */
  private boolean take() {
    while (receive()) {
      if (awake || hasWork()) {
        awake = false; // before the round looks: what a reader does later wakes again
        return true;
      }
      if (!Thread.interrupted()) { // with the flag set, parking would not wait
        LockSupport.park(this);
      }
    }
    return false;
  }

  private boolean receive() {
    lock.lock();
    try {
      while (!incoming.isEmpty()) {
        waiting.add(incoming.remove());
      }
      return !closing;
    } finally {
      lock.unlock();
    }
  }

  private boolean hasWork() {
    for (int i = 0; i < running.size(); i++) {
      if (!running.get(i).stream.isFull()) {
        return true;
      }
    }
    return !searching.isEmpty();
  }

  private void round() {
    dropCancelled();
    admit();
    encode();
    ready.clear();
    for (int i = 0; i < running.size(); i++) {
      if (!running.get(i).stream.isFull()) {
        ready.add(running.get(i));
      }
    }
    decoding.clear();
    for (int i = searching.size() - 1; i >= 0; i--) {
      Request.Beams beams = searching.get(i);
      if (!finished(beams) && !ranAlone(beams)) {
        decoding.add(beams);
      }
    }
    if (!ready.isEmpty() || !decoding.isEmpty()) {
      step();
    }
  }

  private void dropCancelled() {
    waiting.removeIf(Request::isCancelled);
    for (int i = running.size() - 1; i >= 0; i--) {
      if (running.get(i).isCancelled()) {
        leave(running.get(i));
      }
    }
    for (int i = searching.size() - 1; i >= 0; i--) {
      if (searching.get(i).isCancelled()) {
        searching.remove(i).search.release();
      }
    }
  }

  // ---- admission ----

  private void admit() {
    if (waiting.isEmpty()) {
      return;
    }
    for (Request request : List.copyOf(waiting)) {
      if (running.size() + searching.size() >= options.maxBatch()) {
        return;
      }
      // One that was preempted because nobody reads it lets the others pass.
      if (request instanceof Request.Streaming streaming && streaming.stream.isFull()) {
        continue;
      }
      int needed = pagesNeeded(request);
      int sourcePages = sourcePages(request);
      if (sourcePages > 0 && sourcePages > sources.pageCount()) {
        waiting.remove(request);
        request.fail(
            new OutOfDeviceMemoryException(
                "generation: a source of "
                    + request.source().length
                    + " tokens needs "
                    + sourcePages
                    + " pages of "
                    + sources.pageTokens()
                    + " tokens, the cache of sources has "
                    + sources.pageCount()
                    + "; raise sourceTokens or shorten the source"));
        continue;
      }
      if (needed > cache.pageCount()) {
        waiting.remove(request);
        request.fail(
            new OutOfDeviceMemoryException(
                "generation: a prompt of "
                    + request.prompt().length
                    + " tokens and its answer need "
                    + needed
                    + " pages of "
                    + cache.pageTokens()
                    + " tokens, the cache has "
                    + cache.pageCount()
                    + "; raise cacheTokens or lower maxNewTokens"));
        continue;
      }
      if (!makeRoom(needed, sourcePages)) {
        return;
      }
      waiting.remove(request);
      guarded(request, () -> start(request));
    }
  }

  private int pagesNeeded(Request request) {
    return switch (request) {
      case Request.Streaming streaming -> pages(streaming.maxLength) + 1;
      case Request.Beams beams ->
          BeamSearch.pagesNeeded(
              beams.prompt().length,
              beams.maxLength,
              beams.config().numBeams(),
              cache.pageTokens());
    };
  }

  private int sourcePages(Request request) {
    return sources == null
        ? 0
        : (request.source().length + sources.pageTokens() - 1) / sources.pageTokens();
  }

  private int pages(int tokens) {
    return (tokens + cache.pageTokens() - 1) / cache.pageTokens();
  }

  /** Whether {@code needed} pages are there beyond what running requests may still take. */
  private boolean makeRoom(int needed, int sourcePages) {
    while (cache.freePages() - outstanding() < needed
        || (sources != null && sources.freePages() < sourcePages)) {
      if (!prefixes.evict() && !preempt()) {
        return false;
      }
    }
    return true;
  }

  private int outstanding() {
    int pages = 0;
    for (Request.Streaming request : running) {
      pages += pagesNeeded(request) - request.sequence.pageCount();
    }
    for (Request.Beams request : searching) {
      pages += pagesNeeded(request);
    }
    return pages;
  }

  /** Takes the pages of a request that nobody reads; it runs again when it is read. */
  private boolean preempt() {
    for (Request.Streaming request : running) {
      if (request.stream.isFull()) {
        running.remove(request);
        request.sequence.release();
        waiting.addLast(request);
        return true;
      }
    }
    return false;
  }

  private void start(Request request) {
    switch (request) {
      case Request.Streaming streaming -> {
        if (streaming.sequence == null) {
          int most = streaming.maxLength;
          TokenHistory history = new TokenHistory(streaming.prompt(), streaming.source(), most);
          streaming.sequence = new Sequence(cache, history, most);
          streaming.sequence.use(adapters.slot(streaming.config()));
        }
        place(streaming.sequence);
        running.add(streaming);
      }
      case Request.Beams beams -> {
        Sequence prompt = new Sequence(cache, new TokenHistory(beams.prompt(), beams.source()));
        prompt.use(adapters.slot(beams.config()));
        beams.search =
            new BeamSearch(prompt, beams.config(), beams.maxLength, model.vocabularySize());
        place(prompt);
        searching.add(beams);
      }
    }
  }

  /** Finds what is known of a sequence already: a prefix; or takes the pages of its source. */
  private void place(Sequence sequence) {
    if (sources == null) {
      prefixes.reuse(sequence);
    } else {
      sequence.read(new Source(sources, sequence.history().sourceLength()));
    }
  }

  // ---- steps ----

  /** Encodes the sources of those that have joined, a chunk's worth at a time. */
  private void encode() {
    if (sources == null) {
      return;
    }
    int tokens = 0;
    unencoded.clear();
    for (int i = 0; i < running.size(); i++) {
      tokens = gather(running.get(i).sequence, tokens);
    }
    for (int i = 0; i < searching.size(); i++) {
      tokens = gather(searching.get(i).search.sequences().getFirst(), tokens);
    }
    if (!unencoded.isEmpty()) {
      runner.encode(unencoded);
    }
  }

  private int gather(Sequence sequence, int tokens) {
    if (sequence.source().isEncoded()) {
      return tokens;
    }
    int length = sequence.source().length();
    if (tokens > 0 && tokens + length > options.prefillChunk()) {
      runner.encode(unencoded);
      unencoded.clear();
      tokens = 0;
    }
    unencoded.add(sequence);
    return tokens + length;
  }

  private void step() {
    uncached.clear();
    cached.clear();
    boolean prefilling = false;
    for (int i = 0; i < ready.size(); i++) {
      Request.Streaming request = ready.get(i);
      if (request.sequence.history().length() > model.cacheValidLength()) {
        uncached.add(request);
      } else {
        cached.add(request);
        prefilling |= request.remaining() > 1;
      }
    }
    if (!uncached.isEmpty()) {
      StepResult result = runner.uncached(sequences(uncached), 1);
      emitAll(uncached, result);
    }
    if (prefilling) {
      prefill(cached);
      cached.clear();
    }
    if (!cached.isEmpty() || !decoding.isEmpty()) {
      decode();
    }
  }

  /** One token of every answer and beam. */
  private void decode() {
    int width = 1;
    sequences(cached);
    for (int i = 0; i < decoding.size(); i++) {
      batch.addAll(decoding.get(i).search.sequences());
      width = Math.max(width, decoding.get(i).search.width());
    }
    StepResult result = runner.decode(batch, width);
    emitAll(cached, result);
    int row = cached.size();
    for (int i = 0; i < decoding.size(); i++) {
      Request.Beams beams = decoding.get(i);
      int first = row;
      row += beams.search.sequences().size();
      guarded(beams, () -> beams.search.accept(result, first));
      finished(beams);
    }
  }

  private List<Sequence> sequences(List<Request.Streaming> requests) {
    batch.clear();
    for (int i = 0; i < requests.size(); i++) {
      batch.add(requests.get(i).sequence);
    }
    return batch;
  }

  private void prefill(List<Request.Streaming> requests) {
    int budget = options.prefillChunk();
    List<StepRunner.Chunk> chunks = new ArrayList<>();
    List<Request.Streaming> owners = new ArrayList<>();
    for (Request.Streaming request : requests) {
      // Running answers ride along; prompts share what the chunk has room for.
      int length = request.remaining() == 1 ? 1 : Math.min(request.remaining(), budget);
      if (length > 0) {
        if (request.remaining() > 1) {
          budget -= length;
        }
        chunks.add(new StepRunner.Chunk(request.sequence, request.sequence.cached() + length));
        owners.add(request);
      }
    }
    StepResult result = runner.prefill(chunks);
    chooseOnDevice(owners, result);
    for (int row = 0; row < owners.size(); row++) {
      owners.get(row).stream.promptRead(owners.get(row).sequence.cached());
      if (owners.get(row).remaining() == 0) {
        emit(owners.get(row), result, row);
      }
    }
  }

  private void chooseOnDevice(List<Request.Streaming> requests, StepResult result) {
    if (deviceSampler != null) {
      deviceSampler.choose(requests, result);
    }
  }

  private void emitAll(List<Request.Streaming> requests, StepResult result) {
    chooseOnDevice(requests, result);
    for (int row = 0; row < requests.size(); row++) {
      emit(requests.get(row), result, row);
    }
  }

  private void emit(Request.Streaming request, StepResult result, int row) {
    try {
      TokenHistory history = request.sequence.history();
      Sampler sampler = request.sampler;
      int token;
      if (sampler.needsScores()) {
        if (deviceSampler != null && DeviceSampler.takes(request)) {
          token = sampler.requireToken(history, result.chosenToken(row));
        } else {
          result.scores(row, scores);
          token = sampler.next(history, scores);
        }
        request.stream.put(token, sampler.logProb(), sampler.topTokens(), sampler.topLogProbs());
      } else {
        token = result.bestToken(row);
        request.stream.put(token, result.bestLogProb(row), null, null);
      }
      history.add(token);
      if (request.endsWith(token)) {
        request.stream.finish(FinishReason.STOP);
        leave(request);
      } else if (history.length() >= request.maxLength) {
        request.stream.finish(FinishReason.LENGTH);
        leave(request);
      }
    } catch (IllegalArgumentException e) {
      refuse(request, e);
    }
  }

  private void leave(Request.Streaming request) {
    if (running.remove(request)) {
      awake = true; // one that waits may fit now
      if (sources == null) {
        prefixes.add(request.sequence);
      } else {
        request.sequence.release();
      }
    }
  }

  /** Ends a search that is done. */
  private boolean finished(Request.Beams beams) {
    if (!beams.search.isDone() || !searching.remove(beams)) {
      return beams.search.isDone();
    }
    beams.result.complete(beams.search.results());
    beams.search.release();
    awake = true; // one that waits may fit now
    return true;
  }

  /** Runs a search whose step is not one token of each beam over the cache. */
  private boolean ranAlone(Request.Beams beams) {
    BeamSearch search = beams.search;
    if (search.sequences().getFirst().history().length() > model.cacheValidLength()) {
      StepResult result = runner.uncached(search.sequences(), search.width());
      guarded(beams, () -> search.accept(result, 0));
      return true;
    }
    Sequence prompt = search.unreadPrompt();
    if (prompt == null) {
      return false;
    }
    int length = prompt.history().length();
    int end = Math.min(length, prompt.cached() + options.prefillChunk());
    StepResult result = runner.prefill(List.of(new StepRunner.Chunk(prompt, end)), search.width());
    if (end == length) {
      guarded(beams, () -> search.accept(result, 0));
    }
    return true;
  }

  /** A failure that concerns one request ends that request only. */
  private void guarded(Request request, Runnable action) {
    try {
      action.run();
    } catch (IllegalArgumentException e) {
      refuse(request, e);
    }
  }

  private void refuse(Request request, RuntimeException why) {
    request.fail(why);
    awake = true; // one that waits may fit now
    if (request instanceof Request.Streaming streaming && running.remove(streaming)) {
      streaming.sequence.release();
    } else if (request instanceof Request.Beams beams && searching.remove(beams)) {
      beams.search.release();
    }
  }

  /** A step that has no memory fails what took part in it; the engine goes on. */
  private void failActive(RuntimeException why) {
    for (Request.Streaming request : running) {
      request.fail(why);
      request.sequence.release();
    }
    running.clear();
    for (Request.Beams request : searching) {
      request.fail(why);
      request.search.release();
    }
    searching.clear();
  }

  private void finishAll(RuntimeException why) {
    lock.lock();
    try {
      closing = true;
      waiting.addAll(incoming);
      incoming.clear();
    } finally {
      lock.unlock();
    }
    waiting.forEach(request -> request.fail(why));
    running.forEach(request -> request.fail(why));
    searching.forEach(request -> request.fail(why));
  }
}
