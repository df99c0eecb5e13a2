package dev.canswarm.port;

import dev.canswarm.clock.LamportClock;
import dev.canswarm.clock.TimeSource;
import dev.canswarm.port.memory.MemoryAuditLog;
import java.util.List;
import org.jspecify.annotations.Nullable;

class AuditLogMemoryTest extends AuditLogContract {
  private @Nullable MemoryAuditLog log;

  @Override
  protected AuditLog log(LamportClock clock, TimeSource time) {
    log = new MemoryAuditLog(clock, time);
    return log;
  }

  @Override
  protected List<Seen> seen() {
    return log == null
        ? List.of()
        : log.entries().stream()
            .map(entry -> new Seen(entry.event(), entry.lamport(), entry.timestampNs()))
            .toList();
  }
}
