package dev.canswarm.pipeline.sim.check;

import dev.canswarm.port.SlotRow;
import dev.canswarm.port.memory.MemoryBroker;
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

/** What the checkers know to have been stored and sent. They look things up here, no more. */
final class Ledger {
  /**
   * Bytes, compared by content. An envelope's begin with its id, so the hash of the first ones
   * tells nearly all of them apart.
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

  private final Map<Bytes, Seen> read = new HashMap<>();
  private final Map<String, Map<String, SlotRow>> slots = new HashMap<>();
  private final List<SlotRow> inOrder = new ArrayList<>();
  private final Map<String, Seen> storedById = new HashMap<>();
  private final Map<String, SlotRow> rowById = new HashMap<>();
  private final Set<String> sentIds = new HashSet<>();
  private final Set<String> onTopic = new HashSet<>();
  private final Set<String> waitingAt = new HashSet<>();
  private final Set<String> deadSlots = new HashSet<>();
  private final SortedMap<String, String> deadLetters = new TreeMap<>();
  private final SortedMap<String, SlotRow> needs = new TreeMap<>();

  /** The envelope in these bytes, or null; each is read once. */
  @Nullable Seen read(byte @Nullable [] bytes) {
    if (bytes == null) {
      return null;
    }
    Bytes key = Bytes.of(bytes);
    Seen known = read.get(key);
    if (known == null) {
      known = Seen.of(bytes);
      if (known != null) {
        read.put(key, known);
      }
    }
    return known;
  }

  /** Where a record stands, as slots and dead letters name it. */
  static String position(String topic, int partition, long offset) {
    return topic + "/" + partition + "/" + offset;
  }

  /** What a slot was first filled with; null when this row is the first. */
  @Nullable SlotRow first(SlotRow row) {
    Map<String, SlotRow> scope = slots.computeIfAbsent(row.scope(), name -> new HashMap<>());
    SlotRow before = scope.putIfAbsent(row.slot(), row);
    if (before == null) {
      inOrder.add(row);
    }
    return before;
  }

  /** What a slot holds, or null. */
  @Nullable SlotRow in(String scope, String slot) {
    Map<String, SlotRow> rows = slots.get(scope);
    return rows == null ? null : rows.get(slot);
  }

  /** What fills the slots of a scope, in no order. */
  Collection<SlotRow> scope(String scope) {
    Map<String, SlotRow> rows = slots.get(scope);
    return rows == null ? List.of() : Collections.unmodifiableCollection(rows.values());
  }

  /** The envelope in a slot, or null. */
  @Nullable Seen seenIn(String scope, String slot) {
    SlotRow row = in(scope, slot);
    return row == null ? null : storedById.get(row.id());
  }

  /** All rows, in the order of their storing. */
  List<SlotRow> rows() {
    return Collections.unmodifiableList(inOrder);
  }

  void stored(SlotRow row, Seen envelope) {
    storedById.putIfAbsent(envelope.id(), envelope);
    rowById.putIfAbsent(envelope.id(), row);
  }

  /** The counting envelope of that id, or null. */
  @Nullable Seen stored(String id) {
    return storedById.get(id);
  }

  /** Its row, or null. */
  @Nullable SlotRow rowOf(String id) {
    return rowById.get(id);
  }

  void need(SlotRow row) {
    needs.put(row.id(), row);
  }

  /** Rows of NEEDs by id. */
  SortedMap<String, SlotRow> needs() {
    return Collections.unmodifiableSortedMap(needs);
  }

  void appeared(String id) {
    onTopic.add(id);
  }

  /** Whether an envelope is on a topic, whoever sent it. */
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
    waitingAt.add(slot.substring(slot.indexOf('/') + 1));
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

  /** A dead letter is on its topic; the reason it had before, or null. */
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

  /** Position to reason. */
  SortedMap<String, String> deadLetters() {
    return Collections.unmodifiableSortedMap(deadLetters);
  }
}
