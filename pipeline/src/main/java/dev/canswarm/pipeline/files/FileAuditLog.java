package dev.canswarm.pipeline.files;

import dev.canswarm.clock.LamportClock;
import dev.canswarm.clock.TimeSource;
import dev.canswarm.crypto.SignatureEngine;
import dev.canswarm.crypto.SigningKey;
import dev.canswarm.port.AuditEvent;
import dev.canswarm.port.AuditLog;
import dev.canswarm.port.RetryableException;
import dev.canswarm.replay.audit.AuditException;
import dev.canswarm.replay.audit.AuditFormat;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/**
 * A node's audit log as a directory of segments, with group commit: calls that arrive while a batch
 * is being written form the next batch, which costs one write, one signature and one {@code fsync}.
 * A call completes when its batch is durable, which exerts backpressure; {@link
 * AuditLimits#waitingMax} bounds the events that wait.
 *
 * <p>A disk failure fails the whole batch with {@link RetryableException}, and the log contains
 * none of its records. The next call repairs the log and continues. If the files were changed by
 * somebody else meanwhile, every call fails until an operator has resolved it.
 *
 * <p>Thread-safe. Calls complete on the scheduler's thread: move long work to another one. Only one
 * instance may use a directory at a time, which the lock of the data directory ensures.
 */
public final class FileAuditLog implements AuditLog {
  /** A caller's events, which go into one batch. */
  private record Waiting(
      List<SegmentWriter.Entry> entries, long lineBytesMax, MonoSink<Void> sink) {}

  private final Path directory;
  private final SegmentWriter writer;
  private final Scheduler.Worker worker;
  private final AuditLimits limits;
  // Lock-free, since the callers are event loops that must not wait for each other.
  private final ConcurrentLinkedQueue<Waiting> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waitingCount = new AtomicInteger();
  private final AtomicInteger signals = new AtomicInteger();
  private final Sinks.Empty<Void> closed = Sinks.empty();
  private volatile boolean closing;

  /** Whether the writer is closed. Only the draining thread reads it. */
  private boolean finished;

  private FileAuditLog(
      Path directory, SegmentWriter writer, Scheduler.Worker worker, AuditLimits limits) {
    this.directory = directory;
    this.writer = writer;
    this.worker = worker;
    this.limits = limits;
  }

  /**
   * Opens a node's log. Creates the directory if necessary, continues the chain and the clock from
   * the last checkpoint, and truncates unsealed records. Blocks: call it during start-up.
   *
   * @param clock advanced past the time of the last record
   * @param fileScheduler writes on one of its threads; its queue must be bounded
   * @throws AuditException if the log is damaged or belongs to another node; it names the line
   * @throws RetryableException if the directory cannot be read or written
   */
  public static FileAuditLog open(
      Path directory,
      SigningKey nodeKey,
      SignatureEngine engine,
      LamportClock clock,
      TimeSource time,
      Scheduler fileScheduler,
      AuditLimits limits) {
    return open(
        directory, nodeKey, engine, clock, time, fileScheduler, limits, SegmentOutput::inFile);
  }

  static FileAuditLog open(
      Path directory,
      SigningKey nodeKey,
      SignatureEngine engine,
      LamportClock clock,
      TimeSource time,
      Scheduler fileScheduler,
      AuditLimits limits,
      SegmentOutput.Factory outputs) {
    try {
      Directories.createDurably(directory);
      var recovery = new AuditRecovery(directory, engine, nodeKey.publicKey());
      AuditRecovery.Found found = recovery.recover();
      if (found.position().lamport() > clock.current()) {
        clock.observe(found.position().lamport());
      }
      var writer =
          new SegmentWriter(
              directory, recovery, found, nodeKey, clock, time, outputs, limits.segmentBytesMax());
      return new FileAuditLog(directory, writer, fileScheduler.createWorker(), limits);
    } catch (IOException e) {
      throw new RetryableException("open audit log " + directory, e);
    }
  }

  /** Returns by how many bytes the log has grown since it was opened. */
  public long bytesWritten() {
    return writer.writtenBytes();
  }

  /**
   * Appends, in one batch: one write, one checkpoint, one {@code fsync}. A list past {@link
   * AuditFormat#BATCH_RECORDS_MAX} or {@link AuditFormat#BATCH_BYTES_MAX} is written in several,
   * one after the other; when a later one fails, those before it are in the log.
   *
   * <p>An error {@link IllegalArgumentException} for content past {@link
   * AuditFormat#CONTENT_BYTES_MAX}: larger than any record that the bus lets in; nothing of the
   * list is written then. A subscriber that cancels may still be written.
   */
  @Override
  public Mono<Void> append(List<AuditEvent> events) {
    return Mono.defer(
        () -> {
          events.forEach(AuditFormat::checkSize);
          List<List<AuditEvent>> batches = batches(events);
          return batches.size() == 1
              ? appendBatch(batches.get(0))
              : Flux.fromIterable(batches).concatMap(this::appendBatch).then();
        });
  }

  private static List<List<AuditEvent>> batches(List<AuditEvent> events) {
    List<List<AuditEvent>> batches = new ArrayList<>(1);
    int start = 0;
    long bytes = 0;
    for (int i = 0; i < events.size(); i++) {
      long line = AuditFormat.lineBytesMax(events.get(i));
      if (i > start
          && (i - start == AuditFormat.BATCH_RECORDS_MAX
              || bytes + line > AuditFormat.BATCH_BYTES_MAX)) {
        batches.add(events.subList(start, i));
        start = i;
        bytes = 0;
      }
      bytes += line;
    }
    if (start < events.size()) {
      batches.add(events.subList(start, events.size()));
    }
    return batches;
  }

  private Mono<Void> appendBatch(List<AuditEvent> events) {
    return Mono.create(
        sink -> {
          List<SegmentWriter.Entry> entries = new ArrayList<>(events.size());
          long bytes = 0;
          for (AuditEvent event : events) {
            entries.add(new SegmentWriter.Entry(event, event.parsed()));
            bytes += AuditFormat.lineBytesMax(event);
          }
          if (closing) {
            sink.error(unavailable("closed"));
          } else if (letIn(new Waiting(entries, bytes, sink))) {
            signal();
          } else {
            sink.error(unavailable(limits.waitingMax() + " events wait already"));
          }
        });
  }

  /**
   * Writes the waiting events and closes the newest segment after a checkpoint. Later calls fail as
   * retryable. Idempotent.
   */
  public Mono<Void> close() {
    return Mono.defer(
        () -> {
          closing = true;
          signal();
          return closed.asMono();
        });
  }

  private boolean letIn(Waiting caller) {
    int size = caller.entries().size();
    int sum = waitingCount.addAndGet(size);
    if (sum > limits.waitingMax() && sum > size) {
      waitingCount.addAndGet(-size);
      return false;
    }
    return waiting.add(caller);
  }

  private @Nullable Waiting take() {
    Waiting caller = waiting.poll();
    if (caller != null) {
      waitingCount.addAndGet(-caller.entries().size());
    }
    return caller;
  }

  private void signal() {
    if (signals.getAndIncrement() == 0) {
      try {
        worker.schedule(this::drain);
      } catch (RejectedExecutionException e) {
        refuseAll(e);
      }
    }
  }

  private void drain() {
    int seen = signals.get();
    while (seen != 0) {
      for (List<Waiting> batch = next(); !batch.isEmpty(); batch = next()) {
        write(batch);
      }
      if (closing && !finished) {
        finished = true;
        writer.close();
        closed.tryEmitEmpty();
        worker.dispose();
      }
      seen = signals.addAndGet(-seen);
    }
  }

  private List<Waiting> next() {
    var batch = new ArrayList<Waiting>();
    int records = 0;
    long bytes = 0;
    for (Waiting first = waiting.peek(); first != null; first = waiting.peek()) {
      records += first.entries().size();
      bytes += first.lineBytesMax();
      boolean full = records > limits.batchRecordsMax() || bytes > AuditFormat.BATCH_BYTES_MAX;
      if (full && !batch.isEmpty()) {
        break;
      }
      batch.add(first);
      take();
    }
    return batch;
  }

  private void write(List<Waiting> batch) {
    @Nullable Exception failure = null;
    try {
      if (finished) {
        throw new IOException("closed");
      }
      List<SegmentWriter.Entry> entries = new ArrayList<>();
      batch.forEach(caller -> entries.addAll(caller.entries()));
      writer.write(entries);
    } catch (IOException | RuntimeException e) {
      failure = e;
    }
    for (Waiting caller : batch) {
      if (failure == null) {
        caller.sink().success();
      } else {
        caller.sink().error(new RetryableException("append to audit log " + directory, failure));
      }
    }
  }

  /** Fails all waiting and later calls, since the scheduler has been shut down. */
  private void refuseAll(RejectedExecutionException cause) {
    signals.set(0);
    for (Waiting caller = take(); caller != null; caller = take()) {
      caller.sink().error(new RetryableException("append to audit log " + directory, cause));
    }
    if (closing) {
      writer.close();
      closed.tryEmitEmpty();
    }
  }

  private RetryableException unavailable(String why) {
    return new RetryableException(
        "append to audit log " + directory, new IllegalStateException(why));
  }
}
