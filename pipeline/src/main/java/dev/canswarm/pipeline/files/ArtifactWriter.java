package dev.canswarm.pipeline.files;

import dev.canswarm.crypto.Sha256;
import dev.canswarm.port.RetryableException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Scheduler;

/**
 * Puts small artifacts in groups: their files are written without waiting for the disk, so that
 * everybody sees them; then one {@code fsync} of the {@link ArtifactJournal} makes all of them
 * durable, and their callers are answered. Puts that come meanwhile make up the next group. When a
 * journal is long enough the next one begins, and the old one is deleted once the files it stands
 * for are on disk themselves.
 *
 * <p>Thread-safe. Works on one worker of the scheduler; journals are settled on others.
 */
final class ArtifactWriter {
  private static final Logger LOG = LoggerFactory.getLogger(ArtifactWriter.class);

  /** A group's bytes, unless one content alone has more: bounds what one write holds in memory. */
  static final long GROUP_BYTES_MAX = 4L << 20;

  /** Puts of one group: bounds how long the first waits for the last one's file. */
  static final int GROUP_PUTS_MAX = 512;

  /** Bytes that wait for their group; more are refused as retryable. */
  static final long WAITING_BYTES_MAX = 64L << 20;

  /** Where the next journal begins: bounds what an opening store replays, to about a second. */
  static final long JOURNAL_BYTES_MAX = 8L << 20;

  private static final long CLOSE_SECONDS_MAX = 20;

  private record Put(byte[] content, MonoSink<String> sink) {}

  private record Written(Put put, String address, byte[] hash) {}

  /** Writes the file of an address, unless it holds the content. */
  @FunctionalInterface
  interface FileWriter {
    void write(String address, byte[] content) throws IOException;
  }

  private final Path root;
  private final Path journals;
  private final FileWriter files;
  private final FileWriter durableFiles;
  private final Scheduler scheduler;
  private final Scheduler.Worker worker;
  private final ConcurrentLinkedQueue<Put> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicLong waitingBytes = new AtomicLong();
  private final AtomicInteger signals = new AtomicInteger();
  private final Set<ArtifactJournal> retired = ConcurrentHashMap.newKeySet();

  /** Used on the worker alone. */
  private @Nullable ArtifactJournal journal;

  /**
   * @param files writes a file without forcing it
   * @param durableFiles writes and forces one, where a whole file system cannot be
   */
  ArtifactWriter(
      Path root, Path journals, FileWriter files, FileWriter durableFiles, Scheduler scheduler) {
    this.durableFiles = durableFiles;
    this.root = root;
    this.journals = journals;
    this.files = files;
    this.scheduler = scheduler;
    this.worker = scheduler.createWorker();
  }

  /** The address, once durable. */
  Mono<String> put(byte[] content) {
    return Mono.create(
        sink -> {
          long sum = waitingBytes.addAndGet(content.length);
          if (sum > WAITING_BYTES_MAX && sum > content.length) {
            waitingBytes.addAndGet(-content.length);
            sink.error(refused(new RejectedExecutionException(sum + " bytes wait already")));
            return;
          }
          waiting.add(new Put(content, sink));
          signal();
        });
  }

  private RetryableException refused(Exception cause) {
    return new RetryableException("put artifact in " + root, cause);
  }

  private void signal() {
    if (signals.getAndIncrement() == 0) {
      try {
        worker.schedule(this::drain);
      } catch (RejectedExecutionException e) {
        signals.set(0);
        for (Put put = take(); put != null; put = take()) {
          put.sink().error(refused(e));
        }
      }
    }
  }

  private @Nullable Put take() {
    Put put = waiting.poll();
    if (put != null) {
      waitingBytes.addAndGet(-put.content().length);
    }
    return put;
  }

  private void drain() {
    int seen = signals.get();
    while (seen != 0) {
      for (List<Put> group = next(); !group.isEmpty(); group = next()) {
        write(group);
      }
      seen = signals.addAndGet(-seen);
    }
  }

  private List<Put> next() {
    List<Put> group = new ArrayList<>();
    long bytes = 0;
    for (Put first = waiting.peek(); first != null; first = waiting.peek()) {
      bytes += first.content().length;
      boolean full = group.size() == GROUP_PUTS_MAX || bytes > GROUP_BYTES_MAX;
      if (full && !group.isEmpty()) {
        break;
      }
      group.add(first);
      take();
    }
    return group;
  }

  private void write(List<Put> group) {
    List<Written> written = new ArrayList<>(group.size());
    for (Put put : group) {
      try {
        byte[] hash = Sha256.hash(put.content());
        String address = HexFormat.of().formatHex(hash);
        files.write(address, put.content());
        written.add(new Written(put, address, hash));
      } catch (IOException | RuntimeException e) {
        put.sink().error(refused(e));
      }
    }
    if (written.isEmpty()) {
      return;
    }
    try {
      append(written);
    } catch (IOException | RuntimeException e) {
      written.forEach(one -> one.put().sink().error(refused(e)));
      return;
    }
    written.forEach(one -> one.put().sink().success(one.address()));
  }

  private void append(List<Written> written) throws IOException {
    ArtifactJournal open = journal;
    if (open == null) {
      open = ArtifactJournal.begin(journals);
      journal = open;
    }
    try {
      open.append(
          written.stream().map(one -> one.put().content()).toList(),
          written.stream().map(Written::hash).toList());
    } catch (IOException | RuntimeException e) {
      retire(open);
      throw e;
    }
    if (open.bytes() >= JOURNAL_BYTES_MAX) {
      retire(open);
    }
  }

  private void retire(ArtifactJournal full) {
    journal = null;
    retired.add(full);
    try {
      var unused = scheduler.schedule(this::settle);
    } catch (RejectedExecutionException e) {
      // The next one to retire settles this one too, or the next opening replays it.
      LOG.debug("the journal of {} is settled later", root, e);
    }
  }

  /** Deletes retired journals once all files are on disk. Blocks for as long as that takes. */
  private void settle() {
    List<ArtifactJournal> settled = List.copyOf(retired);
    if (settled.isEmpty()) {
      return;
    }
    try {
      makeDurable(settled);
      for (ArtifactJournal one : settled) {
        if (retired.remove(one)) {
          one.delete();
        }
      }
    } catch (IOException e) {
      LOG.warn("the journals of {} are kept: their files may not be on disk", root, e);
    }
  }

  private void makeDurable(List<ArtifactJournal> settled) throws IOException {
    try {
      Directories.syncFileSystem(root);
    } catch (IOException e) {
      LOG.debug("the files of {} are forced one by one", root, e);
      for (ArtifactJournal one : settled) {
        one.forEach(content -> durableFiles.write(Sha256.hex(content), content));
      }
    }
  }

  /**
   * Settles the journals, so that the next opening has nothing to replay. Puts that come later are
   * refused. Blocks.
   */
  void close() {
    CountDownLatch closed = new CountDownLatch(1);
    try {
      worker.schedule(
          () -> {
            ArtifactJournal open = journal;
            journal = null;
            if (open != null) {
              retired.add(open);
            }
            settle();
            closed.countDown();
          });
      if (!closed.await(CLOSE_SECONDS_MAX, TimeUnit.SECONDS)) {
        LOG.warn("the journals of {} are left to the next opening", root);
      }
    } catch (RejectedExecutionException e) {
      LOG.debug("the journals of {} are left to the next opening", root, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    worker.dispose();
  }

  /**
   * Puts what crashes left into its files. One process at a time: another one that opens the store
   * waits until no file is half of what its address says.
   */
  void recover() throws IOException {
    synchronized (ArtifactWriter.class) {
      try (FileChannel channel =
          FileChannel.open(
              journals.resolve("recovery.lock"),
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE)) {
        var lock = channel.lock();
        for (Path leftover : ArtifactJournal.leftovers(journals)) {
          replay(leftover);
        }
        lock.release();
      }
    }
  }

  private void replay(Path leftover) throws IOException {
    try {
      ArtifactJournal.replay(
          leftover,
          content -> files.write(Sha256.hex(content), content),
          () -> Directories.syncFileSystem(root));
    } catch (IOException e) {
      LOG.debug("the files of {} are forced one by one", leftover, e);
      ArtifactJournal.replay(
          leftover, content -> durableFiles.write(Sha256.hex(content), content), () -> {});
    }
  }
}
