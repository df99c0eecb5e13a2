package dev.canswarm.simulation.check;

import dev.canswarm.envelope.RecordPosition;
import dev.canswarm.port.SlotRow;
import dev.canswarm.port.memory.MemoryBroker;
import dev.canswarm.protocol.Slot;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The rows, records and dead letters that the checkers have observed. Not thread-safe. */
final class ObservedState {
  /**
   * Bytes, compared by content. Envelopes begin with their id, so a hash of the first bytes
   * distinguishes nearly all of them.
   */
  private record Bytes(byte[] bytes, int hash) {
    private static final int HASHED_BYTES = 80;

    static Bytes of(byte[] bytes) {
      int hash = bytes.length;
      for (int i = Math.min(HASHED_BYTES, bytes.length) - 1; i >= 0; i--) {
        hash = 31 * hash + bytes[i];
      }
      return new Bytes(bytes, hash);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Bytes more && Arrays.equals(bytes, more.bytes);
    }

    @Override
    public int hashCode() {
      return hash;
    }
  }

  private final Map<Bytes, ObservedEnvelope> read = new HashMap<>();
  private final Map<String, Map<String, SlotRow>> slots = new HashMap<>();
  private final List<SlotRow> inOrder = new ArrayList<>();
  private final Map<String, ObservedEnvelope> storedById = new HashMap<>();
  private final Map<String, SlotRow> rowById = new HashMap<>();
  private final Set<String> sentIds = new HashSet<>();
  private final Set<String> onTopic = new HashSet<>();
  private final Set<String> waitingAt = new HashSet<>();
  private final Set<String> deadSlots = new HashSet<>();
  private final SortedMap<String, String> deadLetters = new TreeMap<>();
  private final SortedMap<String, SlotRow> needs = new TreeMap<>();

  /** Returns the envelope in these bytes, or null; each is parsed once. */
  @Nullable ObservedEnvelope read(byte @Nullable [] bytes) {
    if (bytes == null) {
      return null;
    }
    Bytes key = Bytes.of(bytes);
    ObservedEnvelope known = read.get(key);
    if (known == null) {
      known = ObservedEnvelope.of(bytes);
      if (known != null) {
        read.put(key, known);
      }
    }
    return known;
  }

  /** Returns the position of a record, as slots and dead letters name it. */
  static String position(String topic, int partition, long offset) {
    return new RecordPosition(RecordPosition.NO_CLUSTER, topic, partition, offset).toString();
  }

  /**
   * Stores the row if it is the first of its slot and returns null; otherwise returns the first.
   */
  @Nullable SlotRow first(SlotRow row) {
    Map<String, SlotRow> scope = slots.computeIfAbsent(row.scope(), name -> new HashMap<>());
    SlotRow before = scope.putIfAbsent(row.slot(), row);
    if (before == null) {
      inOrder.add(row);
    }
    return before;
  }

  /** Returns the row in a slot, or null. */
  @Nullable SlotRow in(String scope, String slot) {
    Map<String, SlotRow> rows = slots.get(scope);
    return rows == null ? null : rows.get(slot);
  }

  /** Returns the rows of a scope, in no order. */
  Collection<SlotRow> scope(String scope) {
    Map<String, SlotRow> rows = slots.get(scope);
    return rows == null ? List.of() : Collections.unmodifiableCollection(rows.values());
  }

  /** Returns the envelope in a slot, or null. */
  @Nullable ObservedEnvelope envelopeIn(String scope, String slot) {
    SlotRow row = in(scope, slot);
    return row == null ? null : storedById.get(row.id());
  }

  /** Returns all rows, in the order in which they were stored. */
  List<SlotRow> rows() {
    return Collections.unmodifiableList(inOrder);
  }

  void stored(SlotRow row, ObservedEnvelope envelope) {
    storedById.putIfAbsent(envelope.id(), envelope);
    rowById.putIfAbsent(envelope.id(), row);
  }

  /** Returns the stored envelope of that id, or null. */
  @Nullable ObservedEnvelope stored(String id) {
    return storedById.get(id);
  }

  /** Returns the row of the envelope of that id, or null. */
  @Nullable SlotRow rowOf(String id) {
    return rowById.get(id);
  }

  void need(SlotRow row) {
    needs.put(row.id(), row);
  }

  /** Returns the rows of the NEEDs by id. */
  SortedMap<String, SlotRow> needs() {
    return Collections.unmodifiableSortedMap(needs);
  }

  void appeared(String id) {
    onTopic.add(id);
  }

  /** Whether an envelope is on a topic, sent by a process or by a client outside. */
  boolean isOnTopic(String id) {
    return onTopic.contains(id);
  }

  void sent(String id) {
    sentIds.add(id);
  }

  boolean isSent(String id) {
    return sentIds.contains(id);
  }

  void waits(String slot) {
    if (Slot.parse(slot) instanceof Slot.Waiting waiting) {
      waitingAt.add(waiting.position().toString());
    }
  }

  boolean isWaiting(String position) {
    return waitingAt.contains(position);
  }

  void deadSlot(String position) {
    deadSlots.add(position);
  }

  boolean isDead(String position) {
    return deadSlots.contains(position);
  }

  /** Records a dead letter. Returns the reason of an earlier one of the same position, or null. */
  @Nullable String deadLetter(MemoryBroker.Stored letter) {
    return deadLetters.putIfAbsent(positionOf(letter), reasonOf(letter));
  }

  static String positionOf(MemoryBroker.Stored letter) {
    return letter.headers().get("swarm-topic")
        + "/"
        + letter.headers().get("swarm-partition")
        + "/"
        + letter.headers().get("swarm-offset");
  }

  static String reasonOf(MemoryBroker.Stored letter) {
    return String.valueOf(letter.headers().get("swarm-reason"));
  }

  /** Returns the reasons of dead letters by the position of the refused record. */
  SortedMap<String, String> deadLetters() {
    return Collections.unmodifiableSortedMap(deadLetters);
  }
}
