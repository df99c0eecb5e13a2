package dev.canswarm.pipeline.cli.replay;

import dev.canswarm.clock.LamportClock;
import dev.canswarm.config.TrustFile;
import dev.canswarm.crypto.Engines;
import dev.canswarm.crypto.SigningKey;
import dev.canswarm.json.JsonArray;
import dev.canswarm.json.JsonString;
import dev.canswarm.pipeline.files.AuditLimits;
import dev.canswarm.pipeline.files.FileAuditLog;
import dev.canswarm.policy.TrustRegistry;
import dev.canswarm.port.AuditEvent;
import dev.canswarm.port.AuditEvent.Direction;
import dev.canswarm.replay.ReplayFixture;
import dev.canswarm.replay.ReplayRecord;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** A data directory as a node leaves it: trust file, policy, and the audit log of some NEEDs. */
final class RecordedSwarm {
  private static final Duration PATIENCE = Duration.ofSeconds(120);

  final Path data;

  RecordedSwarm(Path data) {
    this.data = data;
  }

  /** Writes all; every envelope is recorded as sent and as delivered. */
  RecordedSwarm write(List<ReplayFixture> needs) throws Exception {
    writeRules(needs.get(0));
    List<AuditEvent> events = new ArrayList<>();
    for (ReplayFixture need : needs) {
      for (ReplayRecord record : need.records()) {
        Direction direction = events.size() % 2 == 0 ? Direction.PUBLISHED : Direction.DELIVERED;
        events.add(new AuditEvent(direction, "swarm.test", 0, events.size(), record.bytes(), ""));
      }
      byte[] refused = "no envelope at all".getBytes(StandardCharsets.UTF_8);
      events.add(new AuditEvent(Direction.DEAD_LETTERED, "swarm.need", 0, 1, refused, "x"));
      events.add(new AuditEvent(Direction.RAW_DELIVERED, "swarm.intake", 0, 1, refused, ""));
    }
    append(data.resolve("audit"), needs.get(0).key("node"), events);
    return this;
  }

  void writeRules(ReplayFixture need) throws Exception {
    trustFile(need.rules().trust()).write(data.resolve(TrustFile.NAME));
    Files.write(data.resolve("policy.json"), ReplayFixture.policyJson(0));
  }

  /** The trust file that gives every key its roles at all times. */
  static TrustFile trustFile(TrustRegistry trust) {
    List<TrustFile.Entry> entries = new ArrayList<>();
    trust
        .json()
        .members()
        .forEach(
            (key, labels) ->
                entries.add(
                    TrustFile.Entry.always(
                        "agent-" + entries.size(),
                        key,
                        ((JsonArray) labels)
                            .elements().stream()
                                .map(label -> ((JsonString) label).value())
                                .toList())));
    return new TrustFile(entries);
  }

  /** Writes a node's log. */
  static void append(Path directory, SigningKey node, List<AuditEvent> events) {
    Scheduler files = Schedulers.newBoundedElastic(1, 10_000, "test-audit");
    try {
      FileAuditLog log =
          FileAuditLog.open(
              directory,
              node,
              Engines.fastest().engine(),
              new LamportClock(0),
              () -> 1_700_000_000_000_000_000L,
              files,
              AuditLimits.DEFAULT);
      Flux.fromIterable(events).flatMapSequential(log::append, 64).blockLast(PATIENCE);
      log.close().block(PATIENCE);
    } finally {
      files.dispose();
    }
  }

  /** The only segment. */
  Path segment() throws Exception {
    try (Stream<Path> list = Files.list(data.resolve("audit"))) {
      return list.findFirst().orElseThrow();
    }
  }
}
