package dev.canswarm.pipeline.reader;

import dev.canswarm.crypto.PublicKey;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.port.SlotKey;
import dev.canswarm.port.SlotRow;
import dev.canswarm.protocol.NeedView;
import java.util.List;
import java.util.Map;

/**
 * The stored messages of a NEED after {@link StoredCheck} has checked each of them. Immutable.
 *
 * @param view the messages that are verified, and nothing else
 * @param problems why the others are not, by slot; each begins with a reason code
 * @param verifiers that its DECIDE pins; those in force before it is decided
 */
public record CheckedNeed(NeedView view, Map<SlotKey, String> problems, List<PublicKey> verifiers) {
  public CheckedNeed {
    verifiers = List.copyOf(verifiers);
    problems = Map.copyOf(problems);
  }

  /** Why a row of the NEED is not verified; empty if it is, or if it is no message that counts. */
  public String problem(SlotRow row) {
    return problems.getOrDefault(SlotKey.of(row), "");
  }

  /** Whether a message is stored and verified. */
  public boolean holds(EnvelopeId id) {
    return view.byId(id) != null;
  }
}
