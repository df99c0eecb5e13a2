package dev.canswarm.pipeline.cli.verify;

import dev.canswarm.control.ControlChain;
import dev.canswarm.control.ControlHistory;
import dev.canswarm.control.TrustState;
import dev.canswarm.crypto.SignatureEngine;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeCodec;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.EnvelopeLimits;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.JsonString;
import dev.canswarm.json.ShapeException;
import dev.canswarm.protocol.payload.Control;
import dev.canswarm.replay.ControlReplay;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Knows which key may send which verb at each head of the control chain. A message that follows
 * from a DECIDE is judged at the head that the DECIDE pins. A NEED, PROPOSE, CANCEL or vote on a
 * plan, and any message without effect, may fit any head up to that one. If no DECIDE of the NEED
 * is known, any head will do. Thread-safe.
 */
final class KeyHistory {
  /** The heads that the DECIDEs of a NEED pin: usually one. */
  private record Span(long first, long last) {
    Span and(Span other) {
      return new Span(Math.min(first, other.first), Math.max(last, other.last));
    }
  }

  private final ControlHistory chain;
  private final SignatureEngine engine;
  private final Map<NeedId, Span> pinned = new HashMap<>();
  private int unknownPins;

  /**
   * @param genesis the state before the first entry
   * @param scan of all that is known of the chain and of DECIDEs
   */
  KeyHistory(TrustState genesis, ChainScan scan, SignatureEngine engine) {
    var codec = new EnvelopeCodec(genesis.swarmId(), engine, EnvelopeLimits.DEFAULT);
    this.chain = ControlReplay.of(genesis, scan.entries(), codec).history();
    this.engine = engine;
    for (ChainScan.Pin pin : scan.pins()) {
      Optional<Long> number = chain.pinnedBy(pin.trust());
      if (number.isEmpty()) {
        unknownPins++;
      } else if (chain.at(number.get()).registry().maySend(pin.sender(), Verb.DECIDE)) {
        pinned.merge(pin.need(), new Span(number.get(), number.get()), Span::and);
      }
    }
  }

  /** Returns how many entries of the chain were followed. */
  long entries() {
    return chain.head().number();
  }

  /** Returns how many DECIDEs pin a trust document that no head of the chain has. */
  int unknownPins() {
    return unknownPins;
  }

  /**
   * Checks that the sender was in force for what it says, and that an entry is one of the chain.
   *
   * @param isTaken whether it may count, as in {@link ChainScan#add}
   * @throws RefusedException with the reason
   */
  void check(Envelope envelope, boolean isTaken) {
    if (envelope.verb() == Verb.CONTROL && isTaken) {
      checkEntry(envelope);
      return;
    }
    Span span = span(envelope, isTaken);
    boolean isAllowed = false;
    for (long number = span.first(); number <= span.last() && !isAllowed; number++) {
      isAllowed = chain.at(number).registry().maySend(envelope.sender(), envelope.verb());
    }
    if (!isAllowed) {
      throw notAuthorised(envelope, span.first() > 0 ? " at head " + span.last() : "");
    }
    if (envelope.verb() == Verb.FINALIZE
        && envelope.payload().get("control") instanceof JsonString named
        && chain
            .find(new EnvelopeId(named.value()))
            .filter(head -> head.compromised().contains(envelope.sender()))
            .isPresent()) {
      throw notAuthorised(envelope, " at the head that it names");
    }
  }

  private RefusedException notAuthorised(Envelope envelope, String where) {
    String status = chain.ofKey(envelope.sender()).map(text -> ", " + text).orElse("");
    return new RefusedException(
        Reason.SENDER_NOT_AUTHORISED,
        "sender_pk_b64: expected a key that may say %s%s, got %s%s"
            .formatted(envelope.verb(), where, envelope.sender(), status));
  }

  private Span span(Envelope envelope, boolean isTaken) {
    Span decided = isTaken && envelope.verb() == Verb.DECIDE ? own(envelope) : null;
    if (decided == null) {
      decided = pinned.get(envelope.need());
    }
    if (decided == null) {
      return new Span(0, entries());
    }
    return isTaken && !leadsToDecide(envelope) ? decided : new Span(0, decided.last());
  }

  /** Returns the head that a DECIDE itself pins. */
  private @Nullable Span own(Envelope decide) {
    return decide.payload().get("trust") instanceof JsonString trust
        ? chain.pinnedBy(trust.value()).map(number -> new Span(number, number)).orElse(null)
        : null;
  }

  private static boolean leadsToDecide(Envelope envelope) {
    return switch (envelope.verb()) {
      case NEED, PROPOSE, CANCEL -> true;
      case ATTEST -> envelope.payload().get("task_id") == null;
      case DECIDE, CLAIM, COMMIT, FINALIZE, YIELD, RELEASE, CONTROL -> false;
    };
  }

  /** Refuses what is not an entry of the chain, for the reason that the chain gives. */
  private void checkEntry(Envelope entry) {
    Control control = control(entry);
    if (!entry.swarmId().equals(chain.genesis().swarmId())) {
      throw new RefusedException(
          Reason.WRONG_SWARM,
          "swarm_id: expected that of the control chain, got " + entry.swarmId());
    }
    if (control.number() > entries() + 1) {
      throw new RefusedException(
          Reason.WRONG_HEAD,
          "number: expected entry %d of the control chain before it, in the input or in --control FILE, got %d"
              .formatted(entries() + 1, control.number()));
    }
    if (control.number() <= entries() && chain.at(control.number()).headId().equals(entry.id())) {
      return;
    }
    try {
      ControlChain.apply(chain.at(control.number() - 1), entry, control, engine);
    } catch (RefusedException e) {
      if (e.reason() != Reason.POLICY_MISMATCH) {
        throw e;
      }
      throw new RefusedException(
          e.reason(),
          e.detail()
              + "; if the swarm began with another policy, name its file: --policy-file FILE",
          e);
    }
    throw new RefusedException(
        Reason.WRONG_HEAD,
        "number: expected one entry %d of the control chain, got another"
            .formatted(control.number()));
  }

  private static Control control(Envelope entry) {
    try {
      return Control.parse(entry.payload());
    } catch (ShapeException e) {
      throw new RefusedException(Reason.BAD_SHAPE, String.valueOf(e.getMessage()), e);
    }
  }
}
