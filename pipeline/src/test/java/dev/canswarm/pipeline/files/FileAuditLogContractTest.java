package dev.canswarm.pipeline.files;

import dev.canswarm.clock.LamportClock;
import dev.canswarm.clock.TimeSource;
import dev.canswarm.port.AuditLog;
import dev.canswarm.port.AuditLogContract;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

class FileAuditLogContractTest extends AuditLogContract {
  private final AuditFixture fixture;

  FileAuditLogContractTest(@TempDir Path directory) {
    fixture = new AuditFixture(directory.resolve("audit"));
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  @Override
  protected AuditLog log(LamportClock clock, TimeSource time) {
    return fixture.open(AuditFixture.KEY, clock, time, AuditLimits.DEFAULT);
  }

  @Override
  protected List<Seen> seen() {
    return fixture.records().stream()
        .map(each -> new Seen(each.event(), each.lamport(), each.timestampNs()))
        .toList();
  }
}
