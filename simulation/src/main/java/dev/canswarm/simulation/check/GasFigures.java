package dev.canswarm.simulation.check;

import dev.canswarm.port.AuditEvent;
import dev.canswarm.port.AuditEvent.Direction;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Checks that every process recorded the same gas for an envelope in its audit log. Refused
 * envelopes are left out: processes that know different heads of the control chain may refuse at
 * different checks, for different gas. Not thread-safe.
 */
final class GasFigures {
  /** An envelope may be signed again at another time, with more or fewer digits to pay for. */
  private record Evaluated(String id, int bytes) {}

  private record Figure(int node, long gas) {}

  private final Map<Evaluated, Figure> figures = new HashMap<>();

  /** Returns what is wrong with a figure, or null. */
  @Nullable String differs(int node, AuditEvent event, @Nullable ObservedEnvelope envelope) {
    if (envelope == null || event.gas() == 0 || event.direction() == Direction.DEAD_LETTERED) {
      return null;
    }
    Evaluated key = new Evaluated(envelope.id(), event.content().length);
    Figure first = figures.putIfAbsent(key, new Figure(node, event.gas()));
    return first == null || first.gas() == event.gas()
        ? null
        : "%s cost node %d %d gas, and node %d %d"
            .formatted(Votes.brief(envelope), first.node(), first.gas(), node, event.gas());
  }

  /** Returns what a stored envelope cost, or 0 where no process has evaluated it. */
  long of(ObservedEnvelope envelope, byte[] stored) {
    Figure figure = figures.get(new Evaluated(envelope.id(), stored.length));
    return figure == null ? 0 : figure.gas();
  }
}
