package dev.canswarm.simulation.checker;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The part of the tables' content that the topics are compared with. Not thread-safe. */
final class TableContents {
  /** A stored envelope with its topic, thread and NEED. */
  record Stored(String id, String kind, String topic, String thread, String need) {}

  private final Map<String, Stored> byDigest = new HashMap<>();
  private final Map<String, String> needByNonce = new HashMap<>();
  private final Map<String, String> outcomeByNeed = new HashMap<>();
  private final Set<String> sent = new HashSet<>();
  private final Map<String, Long> outcomes = new TreeMap<>();

  void add(String need, String outcome, Map<String, Message> known) {
    outcomeByNeed.put(need, outcome);
    if (!outcome.isEmpty()) {
      outcomes.merge(outcome, 1L, Long::sum);
    }
    for (Message message : known.values()) {
      byDigest.put(
          Proofs.hex(message.bytes()),
          new Stored(message.id(), message.kind(), message.topic(), message.thread(), need));
      if (message.kind().equals("NEED")) {
        needByNonce.put(message.text("nonce"), message.id());
      }
    }
  }

  /** Returns the stored envelope with exactly these bytes, or null. */
  @Nullable Stored of(byte[] bytes) {
    return byDigest.get(Proofs.hex(bytes));
  }

  void sent(Stored stored) {
    sent.add(stored.id());
  }

  /** Returns the NEEDs whose stored FINALIZE is not on its topic. */
  Set<String> endsNotSent() {
    Set<String> needs = new HashSet<>();
    for (Stored stored : byDigest.values()) {
      if (stored.kind().equals("FINALIZE") && !sent.contains(stored.id())) {
        needs.add(stored.need());
      }
    }
    return needs;
  }

  @Nullable String needOf(String nonce) {
    return needByNonce.get(nonce);
  }

  boolean ended(String need) {
    return !outcomeByNeed.getOrDefault(need, "").isEmpty();
  }

  Map<String, Long> outcomes() {
    return outcomes;
  }

  long needs() {
    return outcomeByNeed.size();
  }

  long envelopes() {
    return byDigest.size();
  }
}
