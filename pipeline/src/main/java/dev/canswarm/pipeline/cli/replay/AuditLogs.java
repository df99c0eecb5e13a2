package dev.canswarm.pipeline.cli.replay;

import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.SignatureEngine;
import dev.canswarm.pipeline.files.AuditSegments;
import dev.canswarm.replay.audit.AuditException;
import dev.canswarm.replay.audit.AuditItem;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;

/** The audit logs of some nodes, read from the first line to the last as often as asked. */
final class AuditLogs {
  private final List<AuditSource> sources;
  private final SignatureEngine engine;
  private final Collection<PublicKey> nodes;

  AuditLogs(List<AuditSource> sources, SignatureEngine engine, Collection<PublicKey> nodes) {
    this.sources = List.copyOf(sources);
    this.engine = engine;
    this.nodes = List.copyOf(nodes);
  }

  int size() {
    return sources.size();
  }

  /**
   * Reads and verifies all. Blocks; memory is bounded by what lies between two checkpoints.
   *
   * @param records takes every record, whatever it holds, once its checkpoint is checked
   * @throws BrokenLogException at the first line that is not what its node wrote
   * @throws dev.canswarm.port.RetryableException where a file cannot be read
   */
  void read(RecordSink records) {
    for (AuditSource source : sources) {
      Consumer<AuditItem> sink =
          item -> {
            if (item instanceof AuditItem.Entry entry) {
              records.accept(source.label(), entry);
            }
          };
      try {
        AuditSegments.read(source.directory(), engine, nodes).doOnNext(sink).then().block();
      } catch (AuditException e) {
        throw new BrokenLogException(source.label(), e);
      }
    }
  }

  /** Takes records. */
  @FunctionalInterface
  interface RecordSink {
    /** Takes one, from the log of that label. */
    void accept(String label, AuditItem.Entry entry);
  }
}
