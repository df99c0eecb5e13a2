package dev.canswarm.pipeline.cli.replay;

import dev.canswarm.config.ConfigurationException;
import dev.canswarm.control.ControlHistory;
import dev.canswarm.crypto.PublicKey;
import dev.canswarm.envelope.EnvelopeCodec;
import dev.canswarm.envelope.EnvelopeLimits;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.policy.RoleName;
import dev.canswarm.port.SlotRow;
import dev.canswarm.port.SlotStore;
import dev.canswarm.replay.ControlReplay;
import dev.canswarm.replay.ReplayReport;
import dev.canswarm.replay.Replayer;
import dev.canswarm.replay.RulesBook;
import dev.canswarm.replay.Status;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Consumer;
import reactor.core.publisher.Flux;

/**
 * Replays a source, such as audit logs: verifies every chain first, then every NEED. Blocks on
 * files, brokers and the store; never call it on an event loop.
 *
 * <p>The source is read once to be verified and to see how much there is, then once for every batch
 * of threads. In memory are the distinct envelopes of one batch, at most {@code batchBytesMax}
 * bytes of records or one 4096th part of all threads, and what is made of one thread. Each thread
 * must fit.
 */
public final class ReplayService {
  /** Most bytes of one batch's records, unless the heap is small. */
  public static final long BATCH_BYTES_MAX = 256L << 20;

  private static final int HEAP_SHARE = 8;
  private static final int LOADS_AT_ONCE_MAX = 16;
  private static final Duration STORE_TIMEOUT = Duration.ofSeconds(60);

  private final ReplayInput input;
  private final RecordSource source;
  private final Optional<SlotStore> opLog;
  private final long batchBytesMax;

  /**
   * @param source of this swarm's records
   * @param opLog the swarm's store, to compare with; empty to leave it out
   * @param batchBytesMax at least 1
   */
  ReplayService(
      ReplayInput input, RecordSource source, Optional<SlotStore> opLog, long batchBytesMax) {
    this.input = input;
    this.source = source;
    this.opLog = opLog;
    this.batchBytesMax = batchBytesMax;
  }

  /** Uses a batch size that fits this JVM's heap. */
  ReplayService(ReplayInput input, RecordSource source, Optional<SlotStore> opLog) {
    this(
        input,
        source,
        opLog,
        Math.min(BATCH_BYTES_MAX, Runtime.getRuntime().maxMemory() / HEAP_SHARE));
  }

  /** Replays the audit logs that the input names. */
  public ReplayService(ReplayInput input, Optional<SlotStore> opLog) {
    this(input, logs(input), opLog);
  }

  /** Returns the audit logs of the input. */
  static RecordSource logs(ReplayInput input) {
    EnvelopeCodec codec =
        new EnvelopeCodec(input.swarmId(), input.engine(), EnvelopeLimits.DEFAULT);
    return new AuditLogs(
        input.logs(),
        input.engine(),
        TrustTimeline.nodes(input.trust()),
        entries -> nodes(ControlReplay.of(input.genesis(), entries, codec).history()));
  }

  /** Returns the nodes at any head of a control chain. */
  static List<PublicKey> nodes(ControlHistory chain) {
    return chain.everListed().withRole(RoleName.NODE);
  }

  /**
   * Replays all that a data directory recorded; for logs that fit into memory.
   *
   * @throws BrokenLogException if a log is not what its node wrote
   * @throws ConfigurationException if the trust file or the policy cannot be used
   */
  public static List<ReplayReport> replayAll(
      Path dataDir, String swarmId, Instant now, Optional<SlotStore> opLog)
      throws ConfigurationException, IOException {
    List<ReplayReport> reports = new ArrayList<>();
    ReplayInput input = ReplayInput.of(dataDir, swarmId, now);
    ReplayTotals totals = new ReplayService(input, opLog).replay(Optional.empty(), reports::add);
    if (totals.needs() != reports.size()) {
      throw new IllegalStateException("expected a report for each of " + totals + ", got others");
    }
    return reports;
  }

  /**
   * Replays every NEED of one thread or of all, and returns how many passed.
   *
   * @param thread the one, or empty for all
   * @param each takes every NEED's report, thread by thread; records that belong to no thread that
   *     can be read come under the empty one
   * @return the totals; without threads where the one that is asked for was not recorded
   * @throws BrokenLogException if a log is not what its node wrote, before anything is reported
   * @throws dev.canswarm.port.RetryableException if a file or the store cannot be read
   */
  public ReplayTotals replay(Optional<ThreadId> thread, Consumer<ReplayReport> each) {
    LogIndex index = LogIndex.of(source, thread);
    EnvelopeCodec codec =
        new EnvelopeCodec(input.swarmId(), input.engine(), EnvelopeLimits.DEFAULT);
    ControlReplay control = ControlReplay.of(input.genesis(), index.control(), codec);
    RulesBook book =
        RulesArchive.book(input, control.history(), index.rules(), opLog, STORE_TIMEOUT);
    Replayer replayer = new Replayer(codec, book);
    ReplayTotals totals =
        new ReplayTotals(source.described(index.records()), index.records(), 0, 0, 0, 0, 0);
    if (control.check().status() != Status.PASS) {
      ReplayReport report = control.report();
      each.accept(report);
      totals = totals.with(report.status());
    }
    for (LogIndex.Batch batch : index.batches(batchBytesMax)) {
      SortedMap<ThreadId, ThreadRecords> threads = ThreadRecords.of(source, batch, thread);
      for (Map.Entry<ThreadId, ThreadRecords> entry : threads.entrySet()) {
        totals = totals.withThread();
        ThreadRecords found = entry.getValue();
        Optional<List<SlotRow>> rows = opLog.map(store -> rows(store, entry.getKey(), found));
        for (ReplayReport report : replayer.replay(found.records(), rows)) {
          each.accept(report);
          totals = totals.with(report.status());
        }
      }
    }
    return totals;
  }

  /** A NEED's own row is in its thread's scope, all others are in the NEED's. */
  private static List<SlotRow> rows(SlotStore store, ThreadId threadId, ThreadRecords thread) {
    List<String> scopes = new ArrayList<>();
    thread.needIds().forEach(id -> scopes.add(id.text()));
    scopes.add(threadId.text());
    return Flux.fromIterable(scopes)
        .flatMapSequential(store::load, LOADS_AT_ONCE_MAX)
        .flatMapIterable(rows -> rows)
        .filter(row -> row.needId() != null && thread.needIds().contains(row.needId()))
        .collectList()
        .blockOptional(STORE_TIMEOUT)
        .orElseGet(List::of);
  }
}
