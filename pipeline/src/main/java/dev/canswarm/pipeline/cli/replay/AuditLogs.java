package dev.canswarm.pipeline.cli.replay;

import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.SignatureEngine;
import dev.canswarm.pipeline.files.AuditSegments;
import dev.canswarm.replay.audit.AuditException;
import dev.canswarm.replay.audit.AuditItem;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;

/** The audit logs of some nodes; every reading verifies each log completely. Not thread-safe. */
final class AuditLogs implements RecordSource {
  private final List<AuditSource> sources;
  private final SignatureEngine engine;
  private final Collection<PublicKey> nodes;
  private final List<String> torn = new ArrayList<>();
  private long records;
  private long unsealed;

  AuditLogs(List<AuditSource> sources, SignatureEngine engine, Collection<PublicKey> nodes) {
    this.sources = List.copyOf(sources);
    this.engine = engine;
    this.nodes = List.copyOf(nodes);
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
        AuditSegments.read(source.directory(), engine, nodes)
            .doOnNext(item -> take(source.label(), item, entries))
            .then()
            .block();
      } catch (AuditException e) {
        throw new BrokenLogException(source.label(), e);
      }
    }
    return records;
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
