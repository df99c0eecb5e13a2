package dev.canswarm.pipeline.cli.replay;

import dev.canswarm.crypto.Sha256;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.replay.ReplayRecord;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The result of the first reading of a source: intact chains, the bytes of each share of the
 * threads, and the named rules. Of bounded size. Not thread-safe.
 */
final class LogIndex {
  /** Number of shares into which threads are divided by hash. */
  static final int SHARES = 4096;

  /** Most policies and trust files; a source with more is not from one swarm. */
  static final int RULES_MAX = 1024;

  private final long[] bytesByShare = new long[SHARES];

  /** Most records of control entries; a source with more is not from one swarm. */
  static final int CONTROL_MAX = 65_536;

  private final SortedSet<String> rules = new TreeSet<>();

  /** Records of control entries by hash, for every thread. */
  private final SortedMap<String, ReplayRecord> control = new TreeMap<>();

  private long records;

  /** A range of shares, {@code to} exclusive. */
  record Batch(int from, int to) {
    boolean has(ThreadId threadId) {
      int share = shareOf(threadId);
      return from <= share && share < to;
    }
  }

  /**
   * Reads all records of the source, and returns where those of each NEED are.
   *
   * @param thread the requested thread, or empty for all
   */
  static LogIndex of(RecordSource source, Optional<ThreadId> thread) {
    LogIndex index = new LogIndex();
    index.records =
        source.read(
            entry -> {
              if (entry.isControl()) {
                index.addControl(entry.record());
              } else if (thread.isEmpty() || thread.get().equals(entry.threadId())) {
                index.add(entry);
              }
            });
    return index;
  }

  private void add(LogEntry entry) {
    bytesByShare[shareOf(entry.threadId())] += entry.record().bytes().length;
    if (rules.size() < RULES_MAX) {
      rules.addAll(entry.rules());
    }
  }

  private void addControl(ReplayRecord record) {
    if (control.size() < CONTROL_MAX) {
      control.merge(Sha256.hex(record.bytes()), record, ThreadRecords::join);
    }
  }

  /** Returns the records of entries of the control chain. */
  Collection<ReplayRecord> control() {
    return control.values();
  }

  private static int shareOf(ThreadId threadId) {
    return Math.floorMod(threadId.hashCode(), SHARES);
  }

  /** Returns the number of records of every kind. */
  long records() {
    return records;
  }

  /** Returns the hashes of all policies and trust files that records name. */
  SortedSet<String> rules() {
    return rules;
  }

  /**
   * Returns all shares with records, in batches.
   *
   * @param bytesMax envelopes of one batch, in bytes as recorded; a single share may be more
   */
  List<Batch> batches(long bytesMax) {
    List<Batch> batches = new ArrayList<>();
    int from = 0;
    long bytes = 0;
    for (int share = 0; share < SHARES; share++) {
      if (bytes > 0 && bytes + bytesByShare[share] > bytesMax) {
        batches.add(new Batch(from, share));
        from = share;
        bytes = 0;
      }
      bytes += bytesByShare[share];
    }
    if (bytes > 0) {
      batches.add(new Batch(from, SHARES));
    }
    return batches;
  }
}
