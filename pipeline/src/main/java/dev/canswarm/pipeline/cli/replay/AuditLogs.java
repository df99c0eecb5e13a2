package dev.canswarm.pipeline.cli.replay;

import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.SignatureEngine;
import dev.canswarm.pipeline.files.AuditSegments;
import dev.canswarm.replay.ReplayRecord;
import dev.canswarm.replay.audit.AuditException;
import dev.canswarm.replay.audit.AuditException.Problem;
import dev.canswarm.replay.audit.AuditItem;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The audit logs of some nodes; every reading verifies each log completely. A node is one that the
 * trust file lists, or one whose log holds the entries of the control chain that made it a node.
 * Not thread-safe.
 */
final class AuditLogs implements RecordSource {
  private final List<AuditSource> sources;
  private final SignatureEngine engine;
  private final Set<PublicKey> nodes;
  private final Function<List<ReplayRecord>, Collection<PublicKey>> nodesOfChain;
  private final List<String> torn = new ArrayList<>();
  private long records;
  private long unsealed;

  /**
   * @param nodes that the trust file lists
   * @param nodesOfChain returns the nodes at any head, from records of the control chain's entries
   */
  AuditLogs(
      List<AuditSource> sources,
      SignatureEngine engine,
      Collection<PublicKey> nodes,
      Function<List<ReplayRecord>, Collection<PublicKey>> nodesOfChain) {
    this.sources = List.copyOf(sources);
    this.engine = engine;
    this.nodes = new TreeSet<>(nodes);
    this.nodesOfChain = nodesOfChain;
  }

  @Override
  public String name() {
    return "audit";
  }

  @Override
  public String described(long read) {
    StringBuilder text =
        new StringBuilder(
            "%s in %s, chains and checkpoints whole"
                .formatted(
                    CountText.counted(read, "record"), CountText.counted(sources.size(), "log")));
    if (unsealed > 0) {
      text.append("; behind the last checkpoint, so not signed: ")
          .append(CountText.counted(unsealed, "record"));
    }
    torn.forEach(where -> text.append("; cut off by a crash: ").append(where));
    return text.toString();
  }

  /**
   * {@inheritDoc}
   *
   * <p>Holds the records between two checkpoints in memory: an envelope is passed on once the next
   * checkpoint is verified.
   */
  @Override
  public long read(Consumer<LogEntry> entries) {
    records = 0;
    unsealed = 0;
    torn.clear();
    for (AuditSource source : sources) {
      try {
        read(source, entries);
      } catch (AuditException e) {
        throw new BrokenLogException(source.label(), e);
      }
    }
    return records;
  }

  private void read(AuditSource source, Consumer<LogEntry> entries) {
    long before = records;
    try {
      read(source, nodes, item -> take(source.label(), item, entries));
    } catch (AuditException e) {
      if (e.problem() != Problem.UNTRUSTED_NODE || records > before || !learnNode(source)) {
        throw e;
      }
      read(source, nodes, item -> take(source.label(), item, entries));
    }
  }

  private void read(AuditSource source, Set<PublicKey> trusted, Consumer<AuditItem> items) {
    AuditSegments.read(source.directory(), engine, trusted).doOnNext(items).then().block();
  }

  /** Returns whether a log is of a node that no trust file lists, and that its entries name. */
  private boolean learnNode(AuditSource source) {
    Optional<PublicKey> claimed = ClaimedNode.of(source.directory());
    if (claimed.isEmpty() || nodes.contains(claimed.get())) {
      return false;
    }
    List<ReplayRecord> control = new ArrayList<>();
    read(
        source,
        Set.of(claimed.get()),
        item -> {
          if (item instanceof AuditItem.Entry entry) {
            LogEntry.of(source.label(), entry)
                .filter(LogEntry::isControl)
                .map(LogEntry::record)
                .ifPresent(control::add);
          }
        });
    return nodesOfChain.apply(control).contains(claimed.get()) && nodes.add(claimed.get());
  }

  private void take(String label, AuditItem item, Consumer<LogEntry> entries) {
    if (item instanceof AuditItem.Entry entry) {
      records++;
      unsealed += entry.isSealed() ? 0 : 1;
      LogEntry.of(label, entry).ifPresent(entries);
    } else if (item instanceof AuditItem.Torn cut) {
      torn.add(label + cut.location());
    }
  }
}
