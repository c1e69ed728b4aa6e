package io.jgpt.scheduler;

import io.jgpt.engine.Batch;
import io.jgpt.engine.Engine;
import io.jgpt.error.DeviceException;
import io.jgpt.sampling.Candidates;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Owns an engine and the one thread that drives it. Every step takes a token of each completion
 * that decodes and, with the room left, chunks of prompts: who comes joins at the next step, who is
 * done leaves, and a long prompt does not hold the others up. Requests that there is no room for
 * wait in order. Safe for use by any number of threads.
 */
public final class Scheduler implements AutoCloseable {

  /** Of prompts, beside decoding: few enough tokens that a step stays short for who decodes. */
  private static final int PROMPT_TOKENS_BESIDE_DECODING = 64;

  private final Engine engine;
  private final String model;
  private final int vocabSize;
  private final int maxBatchTokens;
  private final TokenDraw.Kinds draws;
  private final Thread thread;

  private final Object lock = new Object();
  private final Queue<Runnable> inbox = new ArrayDeque<>(); // under lock
  private boolean closed; // under lock

  // The rest belongs to the thread.
  private final KvBudget budget;
  private final ArrayDeque<Job> waiting = new ArrayDeque<>();
  private final List<Job> active = new ArrayList<>();
  private final List<Job> stepping = new ArrayList<>();
  private final Map<Job, Throwable> failing = new LinkedHashMap<>();
  private final Batch batch = new Batch();
  private long steps;
  private Optional<RuntimeException> closeFailure = Optional.empty();

  /**
   * Takes the engine over, and closes it at the end.
   *
   * @param model its name, for the thread and for messages
   * @param maxKvTokens most tokens that all open sequences together may hold
   */
  public Scheduler(Engine engine, String model, long maxKvTokens) {
    this.engine = engine;
    this.model = model;
    vocabSize = engine.vocabSize();
    maxBatchTokens = engine.maxBatchTokens();
    draws = new TokenDraw.Kinds(engine.drawsTokens(), vocabSize, new Candidates(vocabSize));
    budget = new KvBudget(engine, maxKvTokens);
    thread = new Thread(this::run, "jgpt-" + model);
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Queues a completion in a sequence that later ones go on with. A sequence runs one job at a
   * time: cancel the one before.
   *
   * @throws IllegalStateException if the scheduler is closed
   */
  public Completion complete(
      CachedSequence sequence, Completion.Request request, CompletionListener listener) {
    return submit(new Completion(sequence, true, request, listener, draws));
  }

  /**
   * Queues a completion in a sequence of its own.
   *
   * @throws IllegalStateException if the scheduler is closed
   */
  public Completion complete(Completion.Request request, CompletionListener listener) {
    var sequence = new CachedSequence(request.prompt().length + request.maxTokens() - 1);
    return submit(new Completion(sequence, false, request, listener, draws));
  }

  /**
   * Scores {@code ids[from ..)} as {@code LanguageModel.score} does; waits for the result.
   *
   * @param ids at least two, all inside the vocabulary, at most one more than the context
   * @throws CancellationException if the scheduler is closed meanwhile
   * @throws IllegalStateException if the scheduler is closed
   */
  public double[] score(int[] ids, int from) throws InterruptedException {
    requireOtherThread();
    var result = new CompletableFuture<double[]>();
    Job job = submit(new Scoring(ids, from, vocabSize, maxBatchTokens, result));
    try {
      return result.get();
    } catch (InterruptedException e) {
      job.cancel();
      throw e;
    } catch (ExecutionException e) {
      throw unwrapped(e);
    }
  }

  private <J extends Job> J submit(J job) {
    send(() -> waiting.add(job));
    return job;
  }

  /**
   * Bytes per second that the engine reads from its memory, measured between two steps.
   *
   * @throws IllegalStateException if the scheduler is closed
   */
  public double readBandwidth() {
    return call(engine::readBandwidth);
  }

  /**
   * Ends the job that runs in the sequence and returns its memory; idempotent.
   *
   * @throws IllegalStateException if called by a listener
   * @throws RuntimeException what the engine threw when it was to take the memory back
   */
  public void close(CachedSequence sequence) {
    requireOtherThread();
    var done = new CompletableFuture<CachedSequence>();
    boolean open =
        offer(
            () ->
                answer(
                    done,
                    () -> {
                      sequence.markClosed();
                      dropCancelled();
                      budget.release(sequence);
                      return sequence;
                    }));
    if (open) {
      await(done);
    } // else the engine took all its memory along
  }

  /**
   * For what waits for the scheduler's thread.
   *
   * @throws IllegalStateException if called by that thread itself: by a listener or a constraint
   */
  public void requireOtherThread() {
    if (Thread.currentThread() == thread) {
      throw new IllegalStateException("a generation must not wait for the thread that it runs on");
    }
  }

  /** Tokens that the open sequences may hold. */
  long heldTokens() {
    return call(budget::held);
  }

  private <T> T call(Supplier<T> task) {
    requireOtherThread();
    var result = new CompletableFuture<T>();
    send(() -> answer(result, task));
    return await(result);
  }

  private static <T> void answer(CompletableFuture<T> result, Supplier<T> task) {
    try {
      result.complete(task.get());
    } catch (RuntimeException | Error e) {
      result.completeExceptionally(e);
    }
  }

  private static <T> T await(CompletableFuture<T> result) {
    try {
      return result.join();
    } catch (CompletionException e) {
      throw unwrapped(e);
    }
  }

  private static RuntimeException unwrapped(Exception e) {
    return e.getCause() instanceof RuntimeException reason
        ? reason
        : new IllegalStateException("the scheduler failed", e.getCause());
  }

  private void send(Runnable command) {
    if (!offer(command)) {
      throw new IllegalStateException("model " + model + " is closed");
    }
  }

  /** False if the scheduler is closed. */
  private boolean offer(Runnable command) {
    synchronized (lock) {
      if (closed) {
        return false;
      }
      inbox.add(command);
      lock.notifyAll();
      return true;
    }
  }

  private void run() {
    Consumer<Job> last = Job::end;
    try {
      while (receive()) {
        dropCancelled();
        admit();
        step();
      }
    } catch (RuntimeException | Error e) {
      var reason = new IllegalStateException("the thread " + thread.getName() + " failed", e);
      last = job -> job.fail(reason);
    }
    shutDown(last);
  }

  /** Runs what was sent, waiting for it where there is nothing to do; false once closed. */
  private boolean receive() {
    while (true) {
      Runnable command;
      synchronized (lock) {
        awaitWork();
        if (inbox.isEmpty()) {
          return !closed;
        }
        command = inbox.remove();
      }
      command.run();
    }
  }

  /** Called under the lock. */
  private void awaitWork() {
    while (inbox.isEmpty() && active.isEmpty() && waiting.isEmpty() && !closed) {
      try {
        lock.wait();
      } catch (InterruptedException e) {
        // Of no meaning here: a constraint has interrupted its own thread. Closing ends it.
      }
    }
  }

  private void dropCancelled() {
    for (int i = active.size() - 1; i >= 0; i--) {
      if (active.get(i).cancelled()) {
        finish(active.get(i));
      }
    }
    if (!waiting.isEmpty()) {
      List<Job> cancelled = waiting.stream().filter(Job::cancelled).toList();
      waiting.removeAll(cancelled);
      cancelled.forEach(this::finish);
    }
  }

  /** Starts the requests that there is room for, in their order. */
  private void admit() {
    while (!waiting.isEmpty() && active.size() < maxBatchTokens) {
      Job job = waiting.peek();
      try {
        if (job.sequence().busy() || !budget.open(job.sequence())) {
          return;
        }
        job.sequence().busy(true);
        active.add(job);
        job.start();
      } catch (RuntimeException | OutOfMemoryError e) {
        fail(job, e);
      }
      waiting.remove();
    }
  }

  private void step() {
    assemble();
    if (stepping.isEmpty()) {
      return;
    }
    steps++;
    try {
      engine.forward(batch);
    } catch (RuntimeException | OutOfMemoryError e) {
      stepping.forEach(job -> fail(job, e));
      return;
    }
    for (int i = 0; i < stepping.size(); i++) {
      Job job = stepping.get(i);
      job.sequence().note(job.tokens());
      try {
        if (job.advance()) {
          finish(job);
        }
      } catch (RuntimeException | OutOfMemoryError e) {
        fail(job, e);
      }
    }
  }

  /** Everyone who waits for a single token, then prompts as far as there is room. */
  private void assemble() {
    batch.clear();
    stepping.clear();
    failing.clear();
    int room = maxBatchTokens;
    for (int i = 0; i < active.size(); i++) {
      if (active.get(i).pending() == 1) {
        room -= join(active.get(i), room);
      }
    }
    if (!stepping.isEmpty()) {
      room = Math.min(room, PROMPT_TOKENS_BESIDE_DECODING);
    }
    for (int i = 0; i < active.size() && room > 0; i++) {
      if (active.get(i).pending() > 1) {
        room -= join(active.get(i), room);
      }
    }
    if (!failing.isEmpty()) {
      failing.forEach(this::fail);
    }
  }

  /** The tokens that have joined; none if the job fails, as by its constraint. */
  private int join(Job job, int room) {
    try {
      int count = job.join(batch, room);
      stepping.add(job);
      return count;
    } catch (RuntimeException | OutOfMemoryError e) {
      failing.put(job, e);
      return 0;
    }
  }

  private void finish(Job job) {
    leave(job).ifPresentOrElse(e -> tell(job, it -> it.fail(e)), () -> tell(job, Job::end));
  }

  private void fail(Job job, Throwable cause) {
    Optional<RuntimeException> alsoFailed = leave(job);
    RuntimeException reason =
        cause instanceof RuntimeException e
            ? e
            : new DeviceException(cause, "scheduler.heap", active.size() + 1);
    alsoFailed.filter(e -> !e.equals(reason)).ifPresent(reason::addSuppressed);
    tell(job, it -> it.fail(reason));
  }

  /**
   * A listener that throws now has heard all there is to hear: as with any thread, its exception
   * goes to the thread's handler.
   */
  private static void tell(Job job, Consumer<Job> ending) {
    try {
      ending.accept(job);
    } catch (RuntimeException e) {
      Thread thread = Thread.currentThread();
      thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
    }
  }

  /**
   * Memory is back before anyone hears of the end.
   *
   * @return what the engine threw when it was to take it back
   */
  private Optional<RuntimeException> leave(Job job) {
    if (active.remove(job)) {
      job.sequence().busy(false);
      job.sequence().used(steps);
    }
    try {
      if (!job.keepsSequence()) {
        budget.release(job.sequence());
      }
      return Optional.empty();
    } catch (RuntimeException e) {
      return Optional.of(e);
    }
  }

  private void shutDown(Consumer<Job> ending) {
    synchronized (lock) {
      closed = true;
    }
    inbox.add(engine::close); // the last: nothing is sent any more
    for (Runnable command : inbox) {
      try {
        command.run();
      } catch (RuntimeException e) {
        closeFailure = Optional.of(e);
      }
    }
    waiting.addAll(active);
    waiting.forEach(job -> tell(job, ending));
  }

  /**
   * Cancels all requests, closes the engine and ends the thread; idempotent. An interrupt does not
   * keep it from completing.
   *
   * @throws IllegalStateException if called by a listener
   * @throws RuntimeException what the engine threw when it was closed
   */
  @Override
  public void close() {
    requireOtherThread();
    synchronized (lock) {
      closed = true;
      lock.notifyAll();
    }
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (closeFailure.isPresent()) {
      throw closeFailure.get();
    }
  }
}
