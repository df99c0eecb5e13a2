package dev.canswarm.stage;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.envelope.ThreadId;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

/**
 * A process's knowledge of one NEED: the stored messages that it has read, and how far it has
 * processed them. Created and changed only by the lane of the NEED's partition, so it needs no
 * lock.
 *
 * <p>A slot that this process filled itself is hidden from the other roles until the envelope comes
 * back from the bus: every hop goes through Kafka, for agents of this process as for all others.
 */
final class NeedState {
  /** {@link #armedMillis} while no timer is known to be set. */
  static final long NOT_ARMED = Long.MAX_VALUE;

  private static final int ITEM_BYTES = 512;

  private final NeedId needId;
  private final ThreadId threadId;
  private final String key;
  private final Set<EnvelopeId> onTopic = new HashSet<>();
  private final Set<Slot> refused = new HashSet<>();
  private final Map<Emission, RefusedException> suppressed = new HashMap<>();

  /** Effects that hold back the acknowledgement of the records that led to them. */
  private final Set<Effect> running = new HashSet<>();

  /** Running tasks. They hold back no acknowledgement: their lease covers a crash. */
  private final Set<Effect> background = new HashSet<>();

  /**
   * Stops an effect that runs or waits. Ordered, because the hashes of effects differ from one JVM
   * to the next, and a simulation stops effects in the same order on all of them.
   */
  private final Map<Effect, Disposable> handles = new LinkedHashMap<>();

  private final Set<Effect> givenUp = new HashSet<>();

  /** Cached views for roles from which something is hidden. */
  private final Map<RoleName, NeedView> views = new EnumMap<>(RoleName.class);

  private final QuietRoles quiet = new QuietRoles();

  /** Timers that ran out, each with the end of the records that waited at that moment. */
  private final Map<GuardedDeadlines.RunOut, Backlog.Mark> ranOut = new HashMap<>();

  private final Set<Slot> hidden = new HashSet<>();
  private final Map<EnvelopeId, Envelope> unsent = new HashMap<>();
  private NeedView full;
  private long armedMillis = NOT_ARMED;
  private boolean closed;
  private Reading reading = Reading.NEVER_READ;
  private long assignment;

  /** How complete this state is, compared with the store. */
  enum Reading {
    /** Nothing was read yet. */
    NEVER_READ,
    /** Only a stub is left in memory; reading the store again gives everything. */
    EVICTED,
    /** The store may hold messages that this process did not see, or did not send. */
    STALE,
    /** Everything that this process did is in it. */
    CURRENT
  }

  /** The fields that a turn changes before its rows are stored, for a rollback. */
  record Snapshot(NeedView full, List<Slot> hidden, List<Envelope> unsent) {}

  NeedState(NeedId needId, ThreadId threadId) {
    this.needId = needId;
    this.threadId = threadId;
    this.key = keyOf(needId, threadId);
    this.full = NeedView.empty(needId, threadId);
  }

  /**
   * Returns the key of a state. It includes the thread: an envelope of another thread that names
   * this NEED does not belong to it.
   */
  static String keyOf(NeedId needId, ThreadId threadId) {
    return threadId.text() + '/' + needId.text();
  }

  String key() {
    return key;
  }

  NeedId needId() {
    return needId;
  }

  ThreadId threadId() {
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
    changed();
  }

  /** Returns the roles that need not react now. */
  QuietRoles quiet() {
    return quiet;
  }

  Reading reading() {
    return reading;
  }

  /** Whether the store has to be read before this state is used. */
  boolean isUnread() {
    return reading != Reading.CURRENT;
  }

  void read() {
    reading = Reading.CURRENT;
  }

  /** Marks the state to be read again from the store, after a failure. */
  void stale() {
    reading = Reading.STALE;
  }

  /**
   * Drops everything that can be read again. Ids on their topics, hidden slots and effects stay,
   * since the store does not hold them.
   */
  void evict() {
    full = NeedView.empty(needId, threadId);
    changed();
    ranOut.clear();
    if (reading == Reading.CURRENT) {
      reading = Reading.EVICTED;
    }
  }

  /**
   * Sets the assignment of the NEED's partition. Under a new one, hidden slots are shown and the
   * store is read again: a slot is hidden until its envelope comes from the bus, but another
   * process may have received it meanwhile. Effects that were begun for records of the earlier
   * assignment no longer hold back any acknowledgement, so nothing may rely on them, and they are
   * begun again. Tasks go on: their lease covers them.
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

  /** Adds the content of a slot, visible to all roles. */
  void show(Stored item) {
    if (full.slot(item.slot()) != item) {
      put(item);
      quiet.wakeHearers(item);
    }
    if (hidden.remove(item.slot())) {
      views.clear();
      quiet.wakeHearers(item);
    }
  }

  private void put(Stored item) {
    full = full.with(item);
    views.clear();
  }

  /** Replaces the known content of a slot, hidden or not. */
  void correct(Stored item) {
    put(item);
    quiet.wakeAll();
  }

  private void changed() {
    views.clear();
    quiet.wakeAll();
  }

  /** Adds the content of a slot as seen now, unless it was known already. */
  void observe(Stored item, long nowMillis) {
    Stored known = full.slot(item.slot());
    show(known != null ? known : seen(item, nowMillis));
  }

  /**
   * Adds the content of slots that were not known.
   *
   * @param seenMillis when this process saw it; null if unknown
   */
  void add(List<Stored> items, @Nullable Long seenMillis) {
    if (!items.isEmpty()) {
      List<Stored> added = new ArrayList<>(items.size());
      items.forEach(item -> added.add(seenMillis == null ? item : seen(item, seenMillis)));
      full = full.withAll(added);
      changed();
    }
  }

  private static Stored seen(Stored item, long nowMillis) {
    return item instanceof Message message ? message.seenAt(nowMillis) : item;
  }

  /** Adds the content of a slot; other roles see it once it comes from the bus. */
  void hide(Stored item, long nowMillis) {
    if (!filled(item.slot())) {
      hidden.add(item.slot());
      put(seen(item, nowMillis));
      quiet.wakeSayers(item);
    }
  }

  /** Whether this process filled the slot and its envelope has not come back from the bus yet. */
  boolean isHidden(Slot slot) {
    return hidden.contains(slot);
  }

  void showAll() {
    hidden.clear();
    changed();
  }

  /** Returns everything that is known to be stored, or that this turn is about to store. */
  NeedView full() {
    return full;
  }

  /** Returns the view for a role: messages from the bus, and those of its own agents here. */
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

  /** Returns the type of a task; empty if the decided plan does not have that task. */
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

  /** Notes that the envelope is on its topic: it was received, or its send acknowledged. */
  void markOnTopic(EnvelopeId id) {
    onTopic.add(id);
    unsent.remove(id);
  }

  boolean isOnTopic(EnvelopeId id) {
    return onTopic.contains(id);
  }

  /** Suppresses an emission that the policy refuses. */
  void suppress(Emission emission, RefusedException refusal) {
    suppressed.put(emission, refusal);
  }

  boolean isSuppressed(Emission emission) {
    return suppressed.containsKey(emission);
  }

  /** Why what an agent of this process wanted to say was not said; null if it was not refused. */
  @Nullable RefusedException refusalOf(Emission emission) {
    return suppressed.get(emission);
  }

  boolean isRefused(Slot slot) {
    return refused.contains(slot);
  }

  void refuse(Set<Slot> slots) {
    refused.addAll(slots);
  }

  /** Marks the envelope to be sent, unless it is on its topic. */
  void markUnsent(Envelope envelope) {
    if (!onTopic.contains(envelope.id())) {
      unsent.put(envelope.id(), envelope);
    }
  }

  /** Returns the envelopes to send, parents before children; each stays until Kafka has it. */
  List<Envelope> unsent() {
    if (unsent.isEmpty()) {
      return List.of();
    }
    List<Envelope> all = new ArrayList<>(unsent.values());
    all.sort(Comparator.comparingLong(Envelope::lamport).thenComparing(Envelope::id));
    return all;
  }

  /** Returns the stored messages that are no other message's parent yet. */
  List<Message> leaves() {
    Set<EnvelopeId> parents = new HashSet<>();
    for (Message message : full.messages()) {
      parents.addAll(message.envelope().parents());
    }
    return full.messages().stream().filter(message -> !parents.contains(message.id())).toList();
  }

  /** Whether an effect may begin: it neither runs, nor waits, nor was given up. */
  boolean mayBegin(Effect effect) {
    return !running.contains(effect)
        && !background.contains(effect)
        && !givenUp.contains(effect)
        && !waitsForGate(effect);
  }

  private boolean waitsForGate(Effect effect) {
    for (Effect other : running) {
      if (other instanceof Effect.AwaitGate await && await.asked().equals(effect)) {
        return true;
      }
    }
    return false;
  }

  void begun(Effect effect) {
    (effect instanceof Effect.RunTask ? background : running).add(effect);
  }

  /**
   * Sets the handle that stops an effect, from when it was {@link #begun} until it has {@link
   * #ended}.
   */
  void stoppable(Effect effect, Disposable handle) {
    handles.put(effect, handle);
  }

  void ended(Effect effect) {
    running.remove(effect);
    background.remove(effect);
    handles.remove(effect);
  }

  /** Stops all effects of the NEED; their results do not arrive any more. */
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

  /** Whether any effect of this NEED runs here. */
  boolean hasEffects() {
    return !running.isEmpty() || !background.isEmpty();
  }

  void giveUp(Effect effect) {
    givenUp.add(effect);
  }

  /** Allows effects that were given up to be tried again. */
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

  /**
   * Whether the NEED is over, its timer gone, and everything that this process said of it was sent
   * and came back from the bus: usually nothing of it is received any more.
   */
  boolean isSettled() {
    return closed
        && reading == Reading.CURRENT
        && hidden.isEmpty()
        && unsent.isEmpty()
        && !hasEffects();
  }

  /** Notes that the NEED has a timer, which has to be deleted when the NEED is over. */
  void open() {
    closed = false;
  }

  void close() {
    closed = true;
  }

  /** Returns the approximate size of this state in bytes. */
  long bytes() {
    return ITEM_BYTES * (1L + full.messages().size()) + 2 * full.envelopeBytes();
  }
}
