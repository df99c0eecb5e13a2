package dev.canswarm.simulation.check;

import dev.canswarm.crypto.Sha256;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.ObjectReader;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * Checks what stored entries of the control chain mean for what is stored after them. Not
 * thread-safe.
 */
final class ChangeOvers {
  /** Under which policy a NEED was accepted, once there is a second one. */
  enum PolicyUse {
    /** The first one, which is in force beside the second. */
    OLDER,
    /** The second one. */
    NEWEST,
    /** The first one, which was retired after the NEED was stored. */
    RETIRED
  }

  private final ObservedState observed;
  private final Coverage coverage;
  private final BiConsumer<Invariant, String> broken;
  private final Map<String, Long> heads = new HashMap<>();
  private final Set<String> activated = new HashSet<>();
  private final Set<String> retired = new HashSet<>();
  private long entries;

  ChangeOvers(ObservedState observed, Coverage coverage, BiConsumer<Invariant, String> broken) {
    this.observed = observed;
    this.coverage = coverage;
    this.broken = broken;
  }

  /** A DECIDE that pins this trust document pins the head of the control chain with a number. */
  void pins(String trust, long number) {
    heads.put(trust, number);
  }

  /** Returns how many entries are stored. */
  long entries() {
    return entries;
  }

  /** An entry was stored. */
  void entered(ObservedEnvelope entry) {
    entries++;
    ObjectReader change = entry.read().requiredReader("change");
    String type = change.requiredString("type");
    coverage.took("entry", type);
    if (type.equals("ACTIVATE")) {
      activated.add(Sha256.hex(CanonicalJson.write(change.requiredObject("policy"))));
    } else if (type.equals("RETIRE_POLICY")) {
      retired.add(change.requiredString("policy"));
    }
  }

  /** P1: no DECIDE is stored that pins an older head of the control chain than the stored one. */
  void decided(ObservedEnvelope decide) {
    Long pinned = heads.get(decide.text("trust"));
    if (pinned != null && pinned < entries) {
      broken.accept(
          Invariant.P1,
          Votes.brief(decide) + " pins head " + pinned + ", and entry " + entries + " is stored");
    }
    ObservedEnvelope need = observed.stored(decide.needId());
    if (need != null && !decide.text("policy").equals(need.policy())) {
      broken.accept(Invariant.P6, Votes.brief(decide) + " pins another policy than its NEED names");
    }
  }

  /** P6: what is said for a NEED is said under the policy that the NEED names. */
  void named(ObservedEnvelope envelope) {
    if (envelope.verb() == Verb.NEED || envelope.verb() == Verb.CONTROL) {
      return;
    }
    ObservedEnvelope need = observed.stored(envelope.needId());
    if (need != null && !need.policy().equals(envelope.policy())) {
      broken.accept(
          Invariant.P6, Votes.brief(envelope) + " names another policy than its NEED does");
    }
  }

  /** A NEED ended. */
  void finalized(ObservedEnvelope end) {
    if (!activated.isEmpty() && end.text("outcome").equals("ACCEPTED")) {
      String policy = end.policy();
      PolicyUse use =
          activated.contains(policy)
              ? PolicyUse.NEWEST
              : retired.contains(policy) ? PolicyUse.RETIRED : PolicyUse.OLDER;
      coverage.took("policy", use);
    }
  }
}
