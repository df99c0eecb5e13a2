package dev.canswarm.benchmarks.load.collect;

import dev.canswarm.benchmarks.load.feed.PhaseRecords;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeCodec;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonString;
import dev.canswarm.json.JsonValue;
import dev.canswarm.json.StrictJson;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Checks NEEDs and FINALIZEs after the clock has stopped: signature, sender's role, thread, NEED,
 * outcome, and that no NEED has two ends. For one thread.
 */
public final class EndCheck {
  private static final int FAULTS_SHOWN_MAX = 10;
  private static final String COORDINATOR = "coordinator";
  private static final String GATEWAY = "gateway";
  private static final Set<String> OUTCOMES = Set.of("ACCEPTED", "REJECTED", "EXPIRED");

  private final PhaseRecords records;
  private final EnvelopeCodec codec;
  private final Map<String, Set<String>> rolesByKey;
  private final Map<Integer, String> needIds = new HashMap<>();
  private final Map<String, Integer> numbers = new HashMap<>();
  private final Map<String, String> ends = new HashMap<>();
  private final Map<String, Integer> outcomes = new TreeMap<>();
  private final Map<String, Integer> reasons = new TreeMap<>();
  private final List<String> faults = new ArrayList<>();
  private int faultCount;

  /**
   * @param codec of the swarm; it must verify everything that it is given
   * @param rolesByKey names of each public key's roles, by the key in Base64
   */
  public EndCheck(PhaseRecords records, EnvelopeCodec codec, Map<String, Set<String>> rolesByKey) {
    this.records = records;
    this.codec = codec;
    this.rolesByKey = Map.copyOf(rolesByKey);
  }

  /** A record of the NEED topic; all of them come before the first FINALIZE. */
  public void need(byte[] value) {
    Optional<Envelope> read = verified(value, "NEED", GATEWAY);
    if (read.isEmpty()) {
      return;
    }
    JsonObject members = StrictJson.parseObject(read.get().bytes());
    OptionalInt number = records.number(text(members, "nonce"));
    if (number.isEmpty()) {
      return; // of another phase
    }
    if (!text(members, "thread_id").equals(records.thread(number.getAsInt()).text())) {
      fault("the NEED of record %d is in another thread".formatted(number.getAsInt()));
      return;
    }
    String id = text(members, "id");
    String other = needIds.put(number.getAsInt(), id);
    if (other != null && !other.equals(id)) {
      fault("record %d has two NEEDs, %s and %s".formatted(number.getAsInt(), other, id));
    }
    numbers.put(id, number.getAsInt());
  }

  /** A record of the FINALIZE topic. */
  public void end(byte[] value) {
    Optional<Envelope> read = verified(value, "FINALIZE", COORDINATOR);
    if (read.isEmpty()) {
      return;
    }
    JsonObject members = StrictJson.parseObject(read.get().bytes());
    String needId = text(members, "need_id");
    Integer number = numbers.get(needId);
    if (number == null) {
      if (records.isOfThread(text(members, "thread_id"))) {
        fault("a FINALIZE is for the NEED " + needId + ", which no record of ours became");
      }
      return;
    }
    if (!text(members, "thread_id").equals(records.thread(number).text())) {
      fault("the FINALIZE of NEED " + needId + " is in another thread");
      return;
    }
    String id = text(members, "id");
    String known = ends.putIfAbsent(needId, id);
    if (known == null) {
      count(needId, members);
    } else if (!known.equals(id)) {
      fault("NEED " + needId + " has two FINALIZEs, " + known + " and " + id);
    } // else it is the same said again
  }

  private void count(String needId, JsonObject members) {
    if (!(members.get("payload") instanceof JsonObject payload)) {
      fault("the FINALIZE of NEED " + needId + " has no payload");
      return;
    }
    String outcome = text(payload, "outcome");
    if (!OUTCOMES.contains(outcome)) {
      fault("the FINALIZE of NEED " + needId + " has the outcome " + outcome);
      return;
    }
    if (outcome.equals("ACCEPTED") == text(payload, "result_hash").isEmpty()) {
      fault("the FINALIZE of NEED %s is %s and its result does not fit".formatted(needId, outcome));
      return;
    }
    outcomes.merge(outcome, 1, Integer::sum);
    String reason = text(payload, "reason");
    if (!reason.isEmpty()) {
      reasons.merge(reason, 1, Integer::sum);
    }
  }

  /**
   * The result, once all records have been handed in.
   *
   * @param counted ids of the NEEDs that were counted while the clock ran
   */
  public Ends result(Set<String> counted) {
    Set<String> missing = new HashSet<>(counted);
    missing.removeAll(ends.keySet());
    if (!missing.isEmpty()) {
      fault("%d FINALIZEs were counted and did not pass".formatted(missing.size()));
    }
    return new Ends(needIds, outcomes, reasons, faults, faultCount);
  }

  private Optional<Envelope> verified(byte[] value, String kind, String role) {
    try {
      Envelope envelope = codec.decodeAndVerify(value);
      JsonObject members = StrictJson.parseObject(envelope.bytes());
      if (!text(members, "kind").equals(kind)) {
        fault("expected a %s, got a %s".formatted(kind, text(members, "kind")));
      } else if (!rolesByKey.getOrDefault(envelope.sender().base64(), Set.of()).contains(role)) {
        fault(
            "%s: sender %s does not have the role %s"
                .formatted(kind, envelope.sender().base64(), role));
      } else {
        return Optional.of(envelope);
      }
    } catch (RefusedException e) {
      fault("%s failed its check: %s".formatted(kind, e.getMessage()));
    }
    return Optional.empty();
  }

  private static String text(JsonObject members, String name) {
    @Nullable JsonValue value = members.get(name);
    return value instanceof JsonString string ? string.value() : "";
  }

  private void fault(String what) {
    faultCount++;
    if (faults.size() < FAULTS_SHOWN_MAX) {
      faults.add(what);
    }
  }
}
