package dev.canswarm.port;

import java.util.List;
import reactor.core.publisher.Mono;

/**
 * Resolves most races for a DECIDE before they reach the slot. It never authorises sending: only
 * the DECIDE slot does, and its content overrules the gate. The gate may lose its data or become
 * unreachable at any time.
 *
 * <p>Non-blocking, safe to call from any thread. An outage is a {@link RetryableException}.
 */
public interface DecisionGate {
  /**
   * Asks to decide, for any number of NEEDs in one pass.
   *
   * @return an answer for each candidate, in their order: {@link GateAnswer.Admitted} with the
   *     stored record, which is the caller's own, or an earlier one of the same proposal; {@link
   *     GateAnswer.Refused} with the stored record of another proposal; {@link GateAnswer.Fenced}
   *     for an epoch below the NEED's fence
   */
  Mono<List<GateAnswer>> propose(List<DecisionRecord> candidates);

  /** Asks to decide one NEED, as {@link #propose(List)} does. */
  default Mono<GateAnswer> propose(DecisionRecord candidate) {
    return propose(List.of(candidate)).map(answers -> answers.get(0));
  }

  /** Sets the gate to what the DECIDE slots of these NEEDs hold, over anything else. */
  Mono<Void> settle(List<DecisionRecord> fromSlots);

  /** Settles one NEED, as {@link #settle(List)} does. */
  default Mono<Void> settle(DecisionRecord fromSlot) {
    return settle(List.of(fromSlot));
  }
}
