package dev.canswarm.simulation.check;

import dev.canswarm.crypto.Sha256;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.ObjectReader;
import dev.canswarm.json.StrictJson;
import dev.canswarm.port.SlotRow;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * Checks that what is stored after an entry of the control chain obeys it: compromised keys, pinned
 * heads and policies. Not thread-safe.
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

  /** What was begun with a key before it was declared compromised. */
  enum Compromise {
    /** A lease that it held. */
    LEASE,
    /** A vote that a verdict had counted, and a FINALIZE names. */
    COUNTED_BEFORE
  }

  private final ObservedState observed;
  private final Coverage coverage;
  private final BiConsumer<Invariant, String> broken;
  private final Map<String, Long> heads = new HashMap<>();
  private final Set<String> activated = new HashSet<>();
  private final Set<String> retired = new HashSet<>();

  /** Numbers of entries by their ids, and that of the head before the first one. */
  private final Map<String, Long> numbers = new HashMap<>(Map.of("", 0L));

  /** Compromised keys, with the numbers of the entries that say so. */
  private final Map<String, Long> compromised = new HashMap<>();

  private final List<Lease> leases = new ArrayList<>();
  private long entries;

  /** A lease whose holder's key is compromised, by an entry that was stored at a time. */
  private record Lease(String needId, String end, long sinceMillis) {}

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
  void entered(ObservedEnvelope entry, SlotRow row) {
    entries++;
    numbers.put(entry.id(), entries);
    ObjectReader change = entry.read().requiredReader("change");
    String type = change.requiredString("type");
    coverage.took("entry", type);
    if (type.equals("ACTIVATE")) {
      activated.add(Sha256.hex(CanonicalJson.write(change.requiredObject("policy"))));
    } else if (type.equals("RETIRE_POLICY")) {
      retired.add(change.requiredString("policy"));
    } else if (type.equals("COMPROMISED")) {
      String key = change.requiredString("key");
      compromised.put(key, entries);
      leases(key, row.storedMillis());
    }
  }

  /** Notes the leases that a key holds. */
  private void leases(String key, long nowMillis) {
    for (SlotRow row : observed.rows()) {
      String end = row.slot().replaceFirst("^CLAIM/", "END/");
      if (row.kind().equals(Verb.CLAIM.name())
          && row.sender().equals(key)
          && observed.in(row.scope(), end) == null
          && observed.in(row.scope(), "FINALIZE") == null) {
        coverage.took("compromised", Compromise.LEASE);
        leases.add(new Lease(row.scope(), end, nowMillis));
      }
    }
  }

  /** P6: no new message of a key is stored once the key is compromised. */
  void said(ObservedEnvelope envelope) {
    if (compromised.containsKey(envelope.sender())) {
      broken.accept(
          Invariant.P6,
          Votes.brief(envelope) + " is stored after the entry that its key is compromised");
    }
  }

  /** P3: a verdict counts votes under the last head that is stored, and names it. */
  void judged(SlotRow row) {
    ObjectReader verdict = new ObjectReader(StrictJson.parseObject(row.bytes()), "verdict");
    String control = verdict.has("control") ? verdict.requiredString("control") : "";
    Long number = numbers.get(control);
    if (number == null || number != entries) {
      broken.accept(
          Invariant.P3,
          "a verdict was counted under head %s, and entry %d is stored".formatted(number, entries));
    }
    counts(verdict.requiredStringList("counted"), entries, "a verdict");
  }

  /** Checks that no counted vote is by a key that is compromised at a head. */
  private void counts(Collection<String> counted, long head, String what) {
    for (String id : counted) {
      ObservedEnvelope vote = observed.stored(id);
      Long since = vote == null ? null : compromised.get(vote.sender());
      if (vote != null && vote.verb() == Verb.ATTEST && since != null) {
        if (since <= head) {
          broken.accept(
              Invariant.P3, what + " counts " + Votes.brief(vote) + ", whose key is compromised");
        }
        coverage.took("compromised", Compromise.COUNTED_BEFORE);
      }
    }
  }

  /**
   * P5: where nothing goes wrong, a lease of a compromised key ends as soon as the entry is known,
   * long before it would expire.
   */
  void outlived(long followedMillisMax) {
    for (Lease lease : leases) {
      SlotRow end = observed.in(lease.needId(), lease.end());
      SlotRow over = observed.in(lease.needId(), "FINALIZE");
      long endMillis =
          Math.min(
              end == null ? Long.MAX_VALUE : end.storedMillis(),
              over == null ? Long.MAX_VALUE : over.storedMillis());
      if (endMillis - lease.sinceMillis() > followedMillisMax) {
        broken.accept(
            Invariant.P5,
            "a lease of NEED %s outlives the entry that its holder's key is compromised"
                .formatted(Votes.shortened(lease.needId())));
      }
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
    String control = end.read().has("control") ? end.text("control") : "";
    Long head = numbers.get(control);
    if (head == null) {
      broken.accept(Invariant.P3, Votes.brief(end) + " names a head that is not stored");
    } else {
      counts(end.parents(), head, Votes.brief(end));
    }
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
