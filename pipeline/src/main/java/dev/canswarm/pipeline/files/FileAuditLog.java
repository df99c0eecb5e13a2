package dev.canswarm.pipeline.files;

import dev.canswarm.clock.LamportClock;
import dev.canswarm.clock.TimeSource;
import dev.canswarm.crypto.SignatureEngine;
import dev.canswarm.crypto.SigningKey;
import dev.canswarm.port.AuditContent;
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
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/**
 * A node's audit log in a directory of segments. Callers that come while a batch is written make up
 * the next one: one write, one signature, one {@code fsync}, however many they are. A caller waits
 * until its batch is on disk, and that is the backpressure; more than {@link
 * AuditLimits#waitingMax} are not let in.
 *
 * <p>Any failure of the disk is a {@link RetryableException} for the whole batch, and none of it is
 * in the log; the next call repairs and goes on. Also when what is on disk was changed meanwhile:
 * then every call fails until somebody has looked at it.
 *
 * <p>Thread-safe. Completes on the scheduler's thread: what follows and takes long moves elsewhere.
 * One log per directory at a time; the lock of the data directory sees to it.
 */
public final class FileAuditLog implements AuditLog {
  private record Waiting(SegmentWriter.Entry entry, MonoSink<Void> sink) {}

  private final Path directory;
  private final SegmentWriter writer;
  private final Scheduler.Worker worker;
  private final AuditLimits limits;
  // Without a lock: callers are on threads that must not wait for each other.
  private final ConcurrentLinkedQueue<Waiting> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waitingCount = new AtomicInteger();
  private final AtomicInteger signals = new AtomicInteger();
  private final Sinks.Empty<Void> closed = Sinks.empty();
  private volatile boolean closing;

  /** Whether the writer is closed; only the draining thread asks. */
  private boolean finished;

  private FileAuditLog(
      Path directory, SegmentWriter writer, Scheduler.Worker worker, AuditLimits limits) {
    this.directory = directory;
    this.writer = writer;
    this.worker = worker;
    this.limits = limits;
  }

  /**
   * Opens a node's log, creates the directory where it is missing, and takes the chain and the
   * clock up where the last checkpoint left them. What a crash left behind it is cut off. Blocks:
   * call it while starting.
   *
   * @param clock is set past the last record's time
   * @param fileScheduler one of its threads writes; its queue is bounded
   * @throws AuditException for a log that is damaged, or another node's; it names the line
   * @throws RetryableException where the directory cannot be read or written
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

  /**
   * Appends.
   *
   * <p>An error {@link IllegalArgumentException} for content past {@link
   * AuditFormat#CONTENT_BYTES_MAX}: larger than any record that the bus lets in. A subscriber that
   * cancels may still be written.
   */
  @Override
  public Mono<Void> append(AuditEvent event) {
    return Mono.create(
        sink -> {
          AuditFormat.checkSize(event);
          var entry = new SegmentWriter.Entry(event, AuditContent.of(event.content()));
          if (closing) {
            sink.error(unavailable("closed"));
          } else if (letIn(new Waiting(entry, sink))) {
            signal();
          } else {
            sink.error(unavailable(limits.waitingMax() + " callers wait already"));
          }
        });
  }

  /**
   * Writes what waits, then closes the newest segment; it ends with a checkpoint. Calls that come
   * later fail as retryable. May be called more than once.
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
    if (waitingCount.incrementAndGet() > limits.waitingMax()) {
      waitingCount.decrementAndGet();
      return false;
    }
    return waiting.add(caller);
  }

  private @Nullable Waiting take() {
    Waiting caller = waiting.poll();
    if (caller != null) {
      waitingCount.decrementAndGet();
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
    long bytes = 0;
    while (batch.size() < limits.batchRecordsMax()) {
      Waiting first = waiting.peek();
      if (first == null) {
        break;
      }
      bytes += AuditFormat.lineBytesMax(first.entry().event());
      if (bytes > AuditFormat.BATCH_BYTES_MAX && !batch.isEmpty()) {
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
      writer.write(batch.stream().map(Waiting::entry).toList());
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

  /** The scheduler is gone: whoever waits, or comes later, is told so. */
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
