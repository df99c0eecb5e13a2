package dev.canswarm.port;

import reactor.core.publisher.Mono;

/**
 * Settles most races for a DECIDE before they reach the slot. It never authorises sending: the
 * DECIDE slot does, and what the slot holds overrules the gate. It may forget or be away at any
 * time.
 *
 * <p>Non-blocking, safe to call from any thread. An outage is a {@link RetryableException}.
 */
public interface DecisionGate {
  /**
   * Asks to decide.
   *
   * @return {@link GateAnswer.Admitted} with the stored record, which is the caller's own, or an
   *     earlier one of the same proposal; {@link GateAnswer.Refused} with the stored record of
   *     another proposal; {@link GateAnswer.Fenced} for an epoch below the NEED's fence
   */
  Mono<GateAnswer> propose(DecisionRecord candidate);

  /** Sets the gate to what the DECIDE slot holds, over anything else. */
  Mono<Void> settle(DecisionRecord fromSlot);
}
