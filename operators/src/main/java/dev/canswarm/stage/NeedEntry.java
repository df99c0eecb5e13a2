package dev.canswarm.stage;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.policy.Role;
import dev.canswarm.protocol.Effect;
import dev.canswarm.protocol.Emission;
import dev.canswarm.protocol.NeedView;
import dev.canswarm.protocol.Stored;
import dev.canswarm.protocol.Stored.Message;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What this process knows of one NEED: a part of what is stored, and how far it got with it. Used
 * only inside the NEED's lane, so it needs no lock.
 *
 * <p>A slot that this process filled itself is hidden from the roles until the envelope comes back
 * from the bus: every hop goes through Kafka, for agents of this process as for all others.
 */
final class NeedEntry {
  /** {@link #armedMillis} while no timer is known to be set. */
  static final long NOT_ARMED = Long.MAX_VALUE;

  private final String needId;
  private final String threadId;
  private final Set<String> hidden = new HashSet<>();
  private final Set<String> onTopic = ConcurrentHashMap.newKeySet();
  private final TreeMap<String, Envelope> unsent = new TreeMap<>();
  private final Set<String> refused = new HashSet<>();
  private final Set<Emission> unsaid = new HashSet<>();
  private final Set<Effect> running = new HashSet<>();
  private final Set<Effect> givenUp = new HashSet<>();

  /**
   * Tasks that run on in the background, whatever becomes of this entry; shared with what is made
   * of it after a failure. Safe from any thread.
   */
  private final Set<Effect> background;

  /** What roles are shown less of than all; made anew once anything is stored or shown. */
  private final Map<Role, NeedView> views = new EnumMap<>(Role.class);

  private volatile NeedView full;
  private long armedMillis = NOT_ARMED;
  private volatile boolean closed;
  private boolean isStale;
  private long assignment;

  NeedEntry(String needId, String threadId) {
    this(needId, threadId, ConcurrentHashMap.newKeySet());
  }

  private NeedEntry(String needId, String threadId, Set<Effect> background) {
    this.needId = needId;
    this.threadId = threadId;
    this.background = background;
    this.full = NeedView.empty(needId, threadId);
  }

  /**
   * What remains true after a failure that may have left the rest half done: which envelopes are on
   * their topic, and which tasks run on.
   */
  NeedEntry afterFailure() {
    NeedEntry entry = new NeedEntry(needId, threadId, background);
    entry.onTopic.addAll(onTopic);
    entry.isStale = true;
    return entry;
  }

  /** Whether the store has to be read before this is used. */
  boolean isStale() {
    return isStale;
  }

  /**
   * The assignment of the NEED's partition under which this was last used. What is hidden is hidden
   * until it comes from the bus: under another assignment, another process may have taken it.
   */
  long assignment() {
    return assignment;
  }

  /**
   * The partition was assigned anew: all is shown, and the store has to be read. What still runs or
   * is being sent for records of the earlier assignment holds none back any more, so nothing may
   * rely on it: it is done again. A task in the background never held one back; its lease does.
   */
  void movedTo(long newAssignment) {
    assignment = newAssignment;
    isStale = true;
    running.clear();
    armed(NOT_ARMED);
    showAll();
  }

  void fresh() {
    isStale = false;
  }

  /**
   * What lanes and cache go by. The thread belongs to it: an envelope of another thread that names
   * this NEED is no part of it.
   */
  static String keyOf(String needId, String threadId) {
    return threadId + '/' + needId;
  }

  String key() {
    return keyOf(needId, threadId);
  }

  String needId() {
    return needId;
  }

  String threadId() {
    return threadId;
  }

  /** Adds what a slot holds, for the roles to see. */
  void show(Stored item) {
    if (full.at(item.slot()) != item) {
      store(item);
    }
    if (hidden.remove(item.slot())) {
      views.clear();
    }
  }

  private void store(Stored item) {
    full = full.with(item);
    views.clear();
  }

  /** Adds what a slot holds and what this process saw come just now, unless it knew it already. */
  void witness(Stored item, long nowMillis) {
    Stored known = full.at(item.slot());
    show(known != null ? known : seen(item, nowMillis));
  }

  /**
   * Adds what slots hold of which this knew nothing, for the roles to see.
   *
   * @param seenMillis when this process saw it; null where that is not known
   */
  void add(List<Stored> items, @Nullable Long seenMillis) {
    if (!items.isEmpty()) {
      full =
          full.withAll(
              seenMillis == null
                  ? items
                  : items.stream().map(item -> seen(item, seenMillis)).toList());
      views.clear();
    }
  }

  private static Stored seen(Stored item, long nowMillis) {
    return item instanceof Message message ? message.seenAt(nowMillis) : item;
  }

  /** Adds what a slot holds, to be seen once it comes from the bus. */
  void hide(Stored item, long nowMillis) {
    if (!filled(item.slot())) {
      hidden.add(item.slot());
      store(seen(item, nowMillis));
    }
  }

  void showAll() {
    hidden.clear();
    views.clear();
  }

  /** All that is known to be stored; safe from any thread. */
  NeedView full() {
    return full;
  }

  /** The DECIDE, or null. */
  @Nullable Message decided() {
    return full.decide();
  }

  /** What a role may react to: what came from the bus, and what agents of that role said here. */
  NeedView viewFor(Role role) {
    return hidden.isEmpty() ? full : views.computeIfAbsent(role, this::shownTo);
  }

  private NeedView shownTo(Role role) {
    Set<String> notShown = new HashSet<>();
    for (String slot : hidden) {
      if (!isOf(role, full.at(slot))) {
        notShown.add(slot);
      }
    }
    return full.without(notShown);
  }

  private static boolean isOf(Role role, @Nullable Stored item) {
    return item instanceof Message message && role.maySend(message.envelope().kind());
  }

  boolean filled(String slot) {
    return full.filled(slot);
  }

  /** The envelope was received or its send acknowledged; safe from any thread. */
  void markOnTopic(String id) {
    onTopic.add(id);
  }

  boolean isOnTopic(String id) {
    return onTopic.contains(id);
  }

  /** The policy refuses this. */
  void leaveUnsaid(Emission emission) {
    unsaid.add(emission);
  }

  boolean isSayable(Emission emission) {
    return !unsaid.contains(emission);
  }

  /** Whether a waiting envelope is refused now for the first time. */
  boolean refuse(String id) {
    return refused.add(id);
  }

  boolean isRefused(String id) {
    return refused.contains(id);
  }

  /** The envelope has to be sent unless that has happened. */
  void markUnsent(Envelope envelope) {
    if (!onTopic.contains(envelope.id())) {
      unsent.put(envelope.id(), envelope);
    }
  }

  /** Takes what has to be sent, parents before children; the caller sends it. */
  List<Envelope> takeUnsent() {
    List<Envelope> taken =
        unsent.values().stream()
            .filter(envelope -> !onTopic.contains(envelope.id()))
            .sorted(Comparator.comparingLong(Envelope::lamport).thenComparing(Envelope::id))
            .toList();
    unsent.clear();
    return taken;
  }

  /** All stored envelopes. */
  List<Message> messages() {
    return full.messages();
  }

  /** Stored envelopes that are nobody's parent yet. */
  List<Message> leaves() {
    Set<String> parents = new HashSet<>();
    for (Message message : full.messages()) {
      parents.addAll(message.envelope().parents());
    }
    return full.messages().stream().filter(message -> !parents.contains(message.id())).toList();
  }

  /** Whether an effect is to be started: it neither runs, nor waits, nor was given up. */
  boolean start(Effect effect) {
    boolean waits =
        running.stream()
            .anyMatch(
                other ->
                    other instanceof Effect.OutwaitGate outwait && outwait.asked().equals(effect));
    return !waits
        && !background.contains(effect)
        && !givenUp.contains(effect)
        && running.add(effect);
  }

  void ended(Effect effect) {
    running.remove(effect);
  }

  /** The task begins in the background; whether it did not run there already. */
  boolean beginInBackground(Effect effect) {
    return background.add(effect);
  }

  /** It ended there. */
  void endInBackground(Effect effect) {
    background.remove(effect);
  }

  void giveUp(Effect effect) {
    givenUp.add(effect);
  }

  /** Lets effects that were given up be tried again. */
  void forgive() {
    givenUp.clear();
  }

  long armedMillis() {
    return armedMillis;
  }

  void armed(long dueMillis) {
    armedMillis = dueMillis;
  }

  boolean isClosed() {
    return closed;
  }

  /** There is a timer for the NEED, which has to go when the NEED is over. */
  void open() {
    closed = false;
  }

  /** The NEED's timer is gone; safe from any thread. */
  void close() {
    closed = true;
  }
}
