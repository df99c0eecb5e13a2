package dev.canswarm.pipeline.cli.verify;

import dev.canswarm.crypto.PublicKey;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.JsonString;
import dev.canswarm.replay.ReplayRecord;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Collects what says which keys were in force: the entries of the control chain, and the heads that
 * DECIDEs pin. Holds each entry once, and three short values for each DECIDE. Not thread-safe.
 */
final class ChainScan {
  /** The verbs whose messages say which keys were in force. */
  static final Set<Verb> VERBS = Set.of(Verb.CONTROL, Verb.DECIDE);

  /** Sorts as the numbers do. */
  private static final String PLACE = "entry %010d";

  private static final String SWARM_WITHOUT_ENTRIES = "can-swarm";

  /**
   * The head that a DECIDE pins.
   *
   * @param trust hash of the trust document
   */
  record Pin(NeedId need, PublicKey sender, String trust) {}

  private final Map<EnvelopeId, ReplayRecord> entries = new LinkedHashMap<>();
  private final Map<String, String> trusts = new LinkedHashMap<>();
  private final Set<Pin> pins = new LinkedHashSet<>();
  private String swarmId = SWARM_WITHOUT_ENTRIES;

  /**
   * Adds a message of {@link #VERBS} that its sender signed; adding it again changes nothing.
   *
   * @param isTaken whether it may count: its source does not say that another one filled its slot
   */
  void add(Envelope envelope, boolean isTaken) {
    if (envelope.verb() == Verb.CONTROL) {
      if (entries.isEmpty()) {
        swarmId = envelope.swarmId();
      }
      // Of two entries of one number the first counts: records are taken in the order of their
      // places.
      ReplayRecord known = entries.get(envelope.id());
      String place = known == null ? PLACE.formatted(entries.size()) : known.where();
      if (known == null || isTaken) {
        entries.put(envelope.id(), new ReplayRecord(place, envelope.bytes(), isTaken));
      }
    } else if (isTaken && envelope.payload().get("trust") instanceof JsonString trust) {
      String hash = trusts.computeIfAbsent(trust.value(), same -> same);
      pins.add(new Pin(envelope.need(), envelope.sender(), hash));
    }
  }

  /** The swarm of the entries. */
  String swarmId() {
    return swarmId;
  }

  Collection<ReplayRecord> entries() {
    return Collections.unmodifiableCollection(entries.values());
  }

  Set<Pin> pins() {
    return Collections.unmodifiableSet(pins);
  }
}
