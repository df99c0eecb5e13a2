package dev.canswarm.stage;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.policy.RoleName;
import dev.canswarm.protocol.DecidedPlan;
import dev.canswarm.protocol.Effect;
import dev.canswarm.protocol.Emission;
import dev.canswarm.protocol.NeedView;
import dev.canswarm.protocol.Slot;
import dev.canswarm.protocol.Stored;
import dev.canswarm.protocol.Stored.Message;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

/**
 * What this process knows of one NEED: a part of what is stored, and how far it got with it. Made
 * and changed by the lane of the NEED's partition number alone, so it needs no lock.
 *
 * <p>A slot that this process filled itself is hidden from the other roles until the envelope comes
 * back from the bus: every hop goes through Kafka, for agents of this process as for all others.
 */
final class NeedState {
  /** {@link #armedMillis} while no timer is known to be set. */
  static final long NOT_ARMED = Long.MAX_VALUE;

  private static final int ITEM_BYTES = 512;

  private final String needId;
  private final String threadId;
  private final String key;
  private final Set<String> onTopic = new HashSet<>();
  private final Set<Slot> refused = new HashSet<>();
  private final Map<Emission, RefusedException> suppressed = new HashMap<>();

  /** Effects that hold back the acknowledgement of what led to them. */
  private final Set<Effect> running = new HashSet<>();

  /** Tasks: their lease holds for them, whatever becomes of the process. */
  private final Set<Effect> background = new HashSet<>();

  /** Stops an effect that runs or waits. */
  private final Map<Effect, Disposable> handles = new HashMap<>();

  private final Set<Effect> givenUp = new HashSet<>();

  /** Cached views for roles from which something is hidden. */
  private final Map<RoleName, NeedView> views = new EnumMap<>(RoleName.class);

  /** Timers that ran out, and what waited then that may answer them. */
  private final Map<GuardedDeadlines.RunOut, Backlog.Mark> ranOut = new HashMap<>();

  private final Set<Slot> hidden = new HashSet<>();
  private final Map<String, Envelope> unsent = new HashMap<>();
  private NeedView full;
  private long armedMillis = NOT_ARMED;
  private boolean closed;
  private Reading reading = Reading.NEVER_READ;
  private long assignment;

  /** How the state stands to the store. */
  enum Reading {
    /** Nothing was read yet. */
    NEVER_READ,
    /** Only a stub is left of what was read: it is read again, and nothing is missing. */
    EVICTED,
    /** Something may have happened that this process did not see, or did not send. */
    STALE,
    /** All that this process did is in it. */
    CURRENT
  }

  /** What a turn changes before its rows are stored. */
  record Snapshot(NeedView full, List<Slot> hidden, List<Envelope> unsent) {}

  NeedState(String needId, String threadId) {
    this.needId = needId;
    this.threadId = threadId;
    this.key = keyOf(needId, threadId);
    this.full = NeedView.empty(needId, threadId);
  }

  /**
   * What states go by. The thread belongs to it: an envelope of another thread that names this NEED
   * is no part of it.
   */
  static String keyOf(String needId, String threadId) {
    return threadId + '/' + needId;
  }

  String key() {
    return key;
  }

  String needId() {
    return needId;
  }

  String threadId() {
    return threadId;
  }

  Snapshot snapshot() {
    return new Snapshot(full, List.copyOf(hidden), List.copyOf(unsent.values()));
  }

  void restore(Snapshot snapshot) {
    full = snapshot.full();
    hidden.clear();
    hidden.addAll(snapshot.hidden());
    unsent.clear();
    snapshot.unsent().forEach(envelope -> unsent.put(envelope.id(), envelope));
    views.clear();
  }

  Reading reading() {
    return reading;
  }

  /** Whether the store has to be read before this is used. */
  boolean isUnread() {
    return reading != Reading.CURRENT;
  }

  void read() {
    reading = Reading.CURRENT;
  }

  /** The content of the store is to be read again, since something went wrong. */
  void stale() {
    reading = Reading.STALE;
  }

  /**
   * Keeps what the store does not say: ids on their topics, hidden slots, effects. All else is read
   * again.
   */
  void evict() {
    full = NeedView.empty(needId, threadId);
    views.clear();
    ranOut.clear();
    if (reading == Reading.CURRENT) {
      reading = Reading.EVICTED;
    }
  }

  /**
   * The assignment of the NEED's partition under which this was last used. What is hidden is hidden
   * until it comes from the bus: under another assignment, another process may have taken it, and
   * all is shown, and read from the store. Effects begun for records of the earlier assignment hold
   * none back any more, so nothing may rely on them: they are begun again. A task never held one
   * back; its lease does.
   */
  void follow(long newAssignment) {
    if (assignment != newAssignment) {
      assignment = newAssignment;
      if (reading != Reading.NEVER_READ) {
        reading = Reading.STALE;
      }
      running.clear();
      armed(NOT_ARMED);
      showAll();
    }
  }

  /** Adds what a slot holds, for the roles to see. */
  void show(Stored item) {
    if (full.slot(item.slot()) != item) {
      put(item);
    }
    if (hidden.remove(item.slot())) {
      views.clear();
    }
  }

  private void put(Stored item) {
    full = full.with(item);
    views.clear();
  }

  /** Replaces what is known of a slot, hidden or not. */
  void correct(Stored item) {
    put(item);
  }

  /** Adds what a slot holds and what this process saw come just now, unless it knew it already. */
  void observe(Stored item, long nowMillis) {
    Stored known = full.slot(item.slot());
    show(known != null ? known : seen(item, nowMillis));
  }

  /**
   * Adds what slots hold of which this knew nothing.
   *
   * @param seenMillis when this process saw it; null where that is not known
   */
  void add(List<Stored> items, @Nullable Long seenMillis) {
    if (!items.isEmpty()) {
      List<Stored> added = new ArrayList<>(items.size());
      items.forEach(item -> added.add(seenMillis == null ? item : seen(item, seenMillis)));
      full = full.withAll(added);
      views.clear();
    }
  }

  private static Stored seen(Stored item, long nowMillis) {
    return item instanceof Message message ? message.seenAt(nowMillis) : item;
  }

  /** Adds what a slot holds, to be seen by other roles once it comes from the bus. */
  void hide(Stored item, long nowMillis) {
    if (!filled(item.slot())) {
      hidden.add(item.slot());
      put(seen(item, nowMillis));
    }
  }

  void showAll() {
    hidden.clear();
    views.clear();
  }

  /** All that is known to be stored, or that this turn is about to store. */
  NeedView full() {
    return full;
  }

  /** What a role may react to: what came from the bus, and what agents of that role said here. */
  NeedView viewFor(RoleName role) {
    return hidden.isEmpty() ? full : views.computeIfAbsent(role, this::shownTo);
  }

  private NeedView shownTo(RoleName role) {
    Set<Slot> notShown = new HashSet<>();
    for (Slot slot : hidden) {
      if (!isOf(role, full.slot(slot))) {
        notShown.add(slot);
      }
    }
    return full.without(notShown);
  }

  private static boolean isOf(RoleName role, @Nullable Stored item) {
    return item instanceof Message message && role.maySend(message.envelope().verb());
  }

  /** The type of a task of the decided plan; empty for another one. */
  String taskType(Slot.OfGrant slot) {
    DecidedPlan plan = full.plan();
    return plan == null
        ? ""
        : plan.task(slot.taskId()).map(task -> task.spec().taskType()).orElse("");
  }

  Map<GuardedDeadlines.RunOut, Backlog.Mark> ranOut() {
    return ranOut;
  }

  boolean filled(Slot slot) {
    return full.filled(slot);
  }

  /** The envelope was received, or its send acknowledged. */
  void markOnTopic(String id) {
    onTopic.add(id);
    unsent.remove(id);
  }

  boolean isOnTopic(String id) {
    return onTopic.contains(id);
  }

  /** The policy refuses this: it is not said. */
  void suppress(Emission emission, RefusedException refusal) {
    suppressed.put(emission, refusal);
  }

  boolean isSuppressed(Emission emission) {
    return suppressed.containsKey(emission);
  }

  /**
   * Why what an agent of this process wanted to say was not said; null where it was not refused.
   */
  @Nullable RefusedException refusalOf(Emission emission) {
    return suppressed.get(emission);
  }

  boolean isRefused(Slot slot) {
    return refused.contains(slot);
  }

  void refuse(Set<Slot> slots) {
    refused.addAll(slots);
  }

  /** The envelope has to be sent unless that has happened. */
  void markUnsent(Envelope envelope) {
    if (!onTopic.contains(envelope.id())) {
      unsent.put(envelope.id(), envelope);
    }
  }

  /** What has to be sent, parents before children; it stays until it is on its topic. */
  List<Envelope> unsent() {
    if (unsent.isEmpty()) {
      return List.of();
    }
    List<Envelope> all = new ArrayList<>(unsent.values());
    all.sort(Comparator.comparingLong(Envelope::lamport).thenComparing(Envelope::id));
    return all;
  }

  /** Stored envelopes that are nobody's parent yet. */
  List<Message> leaves() {
    Set<String> parents = new HashSet<>();
    for (Message message : full.messages()) {
      parents.addAll(message.envelope().parents());
    }
    return full.messages().stream().filter(message -> !parents.contains(message.id())).toList();
  }

  /** Whether an effect is to be begun: it neither runs, nor waits, nor was given up. */
  boolean mayBegin(Effect effect) {
    boolean waits =
        running.stream()
            .anyMatch(
                other -> other instanceof Effect.AwaitGate await && await.asked().equals(effect));
    return !waits
        && !running.contains(effect)
        && !background.contains(effect)
        && !givenUp.contains(effect);
  }

  void begun(Effect effect) {
    (effect instanceof Effect.RunTask ? background : running).add(effect);
  }

  /** An effect that was {@link #begun} can be stopped by this until it has {@link #ended}. */
  void stoppable(Effect effect, Disposable handle) {
    handles.put(effect, handle);
  }

  void ended(Effect effect) {
    running.remove(effect);
    background.remove(effect);
    handles.remove(effect);
  }

  /** Stops what runs for the NEED; no result of it comes any more. */
  void stopEffects() {
    List<Disposable> stopped = List.copyOf(handles.values());
    handles.clear();
    running.clear();
    background.clear();
    stopped.forEach(Disposable::dispose);
  }

  /** Whether effects run whose causes must not be acknowledged yet. */
  boolean hasDebts() {
    return !running.isEmpty();
  }

  /** Whether anything runs here for this NEED. */
  boolean hasEffects() {
    return !running.isEmpty() || !background.isEmpty();
  }

  void giveUp(Effect effect) {
    givenUp.add(effect);
  }

  /** Effects that were given up may be tried again. */
  void retryGivenUp() {
    givenUp.clear();
  }

  long armedMillis() {
    return armedMillis;
  }

  void armed(long dueMillis) {
    armedMillis = dueMillis;
  }

  /** Whether the NEED is over and its timer gone. */
  boolean isClosed() {
    return closed;
  }

  /** There is a timer for the NEED, which has to go when the NEED is over. */
  void open() {
    closed = false;
  }

  void close() {
    closed = true;
  }

  /** Bytes that this takes, about. */
  long bytes() {
    return ITEM_BYTES * (1L + full.messages().size()) + 2 * full.envelopeBytes();
  }
}
