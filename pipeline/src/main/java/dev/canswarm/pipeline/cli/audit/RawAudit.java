package dev.canswarm.pipeline.cli.audit;

import dev.canswarm.clock.LamportClock;
import dev.canswarm.crypto.SignatureEngine;
import dev.canswarm.pipeline.cli.command.CommandContext;
import dev.canswarm.pipeline.cli.command.ConfiguredEngine;
import dev.canswarm.pipeline.cli.command.ConfiguredKeys;
import dev.canswarm.pipeline.cli.command.DataAccess;
import dev.canswarm.pipeline.cli.data.AgentKeys;
import dev.canswarm.pipeline.cli.data.KeyAccess;
import dev.canswarm.pipeline.cli.data.NodeIdentity;
import dev.canswarm.pipeline.cli.data.SeedSource;
import dev.canswarm.pipeline.cli.stack.Closing;
import dev.canswarm.pipeline.embedded.DataDirectory;
import dev.canswarm.pipeline.files.AuditLimits;
import dev.canswarm.pipeline.files.FileAuditLog;
import dev.canswarm.port.AuditEvent;
import java.nio.file.Path;
import java.time.Duration;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * The audit log of a command that sends or receives beside the pipeline: signed by its own node
 * key, in its own directory within the stack's. If no stack runs, the command locks the data
 * directory as its owner.
 */
public final class RawAudit implements AutoCloseable {
  private static final Duration WRITE_MAX = Duration.ofSeconds(10);
  private static final int THREADS = 1;
  private static final int QUEUED_MAX = 64;

  private final Closing closing;
  private final FileAuditLog log;

  private RawAudit(Closing closing, FileAuditLog log) {
    this.closing = closing;
    this.log = log;
  }

  /** Opens the log of a process of its own; close it. */
  public static RawAudit open(DataAccess access, CommandContext context) throws Exception {
    Closing closing = new Closing();
    boolean opened = false;
    try {
      Path data = access.dataDir();
      boolean runs = access.located().stack().isPresent();
      if (!runs) {
        closing.add("the data directory", DataDirectory.open(data));
      }
      SignatureEngine engine = ConfiguredEngine.forFew(access.settings());
      KeyAccess kept =
          closing.add("the signers", ConfiguredKeys.of(access.settings(), engine, context));
      AgentKeys keys =
          runs
              ? AgentKeys.read(data, access.trustFile(), kept)
              : AgentKeys.ensure(
                  data,
                  access.trustFile(),
                  access.settings().agents(),
                  SeedSource.random(context.random()),
                  kept);
      NodeIdentity identity =
          closing.add("the node's key", runs ? NodeIdentity.guest(data) : NodeIdentity.owner(data));
      Scheduler files =
          Schedulers.newBoundedElastic(THREADS, QUEUED_MAX, "swarm-raw-audit", 60, true);
      closing.add("the audit's thread", files::dispose);
      FileAuditLog log =
          FileAuditLog.open(
              identity.auditDirectory(),
              keys.key(identity.name()),
              engine,
              new LamportClock(0),
              context.time(),
              files,
              AuditLimits.DEFAULT);
      closing.add("the audit log", () -> log.close().block(WRITE_MAX));
      opened = true;
      return new RawAudit(closing, log);
    } finally {
      if (!opened) {
        closing.close();
      }
    }
  }

  /** Writes a record; it is on disk when this returns. */
  public void write(
      AuditEvent.Direction direction, String topic, int partition, long offset, byte[] content) {
    write(direction, topic, partition, offset, content, "");
  }

  /**
   * Writes a record; it is on disk when this returns.
   *
   * @param note the reason for sending; may be empty
   */
  public void write(
      AuditEvent.Direction direction,
      String topic,
      int partition,
      long offset,
      byte[] content,
      String note) {
    log.append(new AuditEvent(direction, topic, partition, offset, content, note)).block(WRITE_MAX);
  }

  @Override
  public void close() {
    closing.close();
  }
}
