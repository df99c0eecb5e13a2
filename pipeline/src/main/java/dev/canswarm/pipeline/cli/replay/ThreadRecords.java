package dev.canswarm.pipeline.cli.replay;

import dev.canswarm.crypto.Sha256;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.replay.ReplayRecord;
import java.util.Collection;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** The records of one thread; equal bytes with the same gas are kept once. Not thread-safe. */
final class ThreadRecords {
  private final TreeMap<String, ReplayRecord> byHash = new TreeMap<>();
  private final SortedSet<NeedId> needIds = new TreeSet<>();

  /** Reads the threads of a batch, by name. */
  static SortedMap<ThreadId, ThreadRecords> of(
      RecordSource source, LogIndex.Batch batch, Optional<ThreadId> thread) {
    TreeMap<ThreadId, ThreadRecords> threads = new TreeMap<>();
    source.read(
        entry -> {
          boolean asked = thread.isEmpty() || thread.get().equals(entry.threadId());
          if (asked && !entry.isControl() && batch.has(entry.threadId())) {
            threads.computeIfAbsent(entry.threadId(), name -> new ThreadRecords()).add(entry);
          }
        });
    return threads;
  }

  private void add(LogEntry entry) {
    ReplayRecord record = entry.record();
    byHash.merge(Sha256.hex(record.bytes()) + " " + record.gas(), record, ThreadRecords::join);
    NeedId needId = entry.needId();
    if (needId != null) {
      needIds.add(needId);
    }
  }

  /** One record for two with the same bytes. */
  static ReplayRecord join(ReplayRecord one, ReplayRecord other) {
    return new ReplayRecord(one.where(), one.bytes(), one.isTaken() || other.isTaken(), one.gas());
  }

  Collection<ReplayRecord> records() {
    return byHash.values();
  }

  SortedSet<NeedId> needIds() {
    return needIds;
  }
}
