package dev.canswarm.pipeline.files;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.canswarm.clock.LamportClock;
import dev.canswarm.clock.TimeSource;
import dev.canswarm.crypto.Engines;
import dev.canswarm.crypto.SignatureEngine;
import dev.canswarm.crypto.SigningKey;
import dev.canswarm.port.AuditEvent;
import dev.canswarm.port.AuditEvent.Direction;
import dev.canswarm.replay.audit.AuditItem;
import dev.canswarm.replay.audit.AuditRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** An audit log in a directory, with methods that read it back. */
final class AuditFixture implements AutoCloseable {
  static final SignatureEngine ENGINE = Engines.portable();
  static final SigningKey KEY = ENGINE.signingKey(new byte[SignatureEngine.SEED_BYTES]);
  static final TimeSource TIME = () -> 1_700_000_000_000_000_000L;

  final Path directory;
  final FaultyOutputs outputs = new FaultyOutputs();
  final Scheduler files = Schedulers.newBoundedElastic(1, 10_000, "test-audit");

  AuditFixture(Path directory) {
    this.directory = directory;
  }

  FileAuditLog open() {
    return open(new LamportClock(0), AuditLimits.DEFAULT);
  }

  FileAuditLog open(LamportClock clock, AuditLimits limits) {
    return open(KEY, clock, TIME, limits);
  }

  FileAuditLog open(SigningKey key, LamportClock clock, TimeSource time, AuditLimits limits) {
    return FileAuditLog.open(directory, key, ENGINE, clock, time, files, limits, outputs);
  }

  static AuditEvent event(int index) {
    byte[] content = ("{\"i\":" + index + "}").getBytes(UTF_8);
    return new AuditEvent(Direction.PUBLISHED, "swarm.need", 0, index, content, "");
  }

  /** Appends events one after another, so that each forms a batch of its own. */
  static void append(FileAuditLog log, int from, int count) {
    Flux.range(from, count).concatMap(index -> log.append(event(index))).blockLast();
  }

  List<AuditItem> read() {
    List<AuditItem> items =
        AuditSegments.read(directory, ENGINE, List.of(KEY.publicKey())).collectList().block();
    return items == null ? List.of() : items;
  }

  /** Returns all records; fails if the log contains anything else. */
  List<AuditRecord> records() {
    return read().stream().map(item -> ((AuditItem.Entry) item).record()).toList();
  }

  /** Returns the contents of all records. */
  List<String> contents() {
    return records().stream().map(each -> new String(each.event().content(), UTF_8)).toList();
  }

  static List<String> contentsOf(int from, int count) {
    var contents = new ArrayList<String>();
    for (int index = from; index < from + count; index++) {
      contents.add("{\"i\":" + index + "}");
    }
    return contents;
  }

  List<Path> segments() throws IOException {
    try (Stream<Path> list = Files.list(directory)) {
      return list.sorted().toList();
    }
  }

  long checkpoints() throws IOException {
    long count = 0;
    for (Path segment : segments()) {
      try (Stream<String> lines = Files.lines(segment)) {
        count += lines.filter(line -> line.startsWith("{\"checkpoint\"")).count();
      }
    }
    return count;
  }

  @Override
  public void close() {
    files.dispose();
  }
}
