package dev.canswarm.stage;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.policy.Role;
import dev.canswarm.protocol.Effect;
import dev.canswarm.protocol.Emission;
import dev.canswarm.protocol.NeedView;
import dev.canswarm.protocol.Slots;
import dev.canswarm.protocol.Stored;
import dev.canswarm.protocol.Stored.Message;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
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
  private final ConcurrentSkipListMap<String, Stored> stored = new ConcurrentSkipListMap<>();
  private final TreeSet<String> hidden = new TreeSet<>();
  private final Set<String> onTopic = ConcurrentHashMap.newKeySet();
  private final TreeMap<String, Envelope> unsent = new TreeMap<>();
  private final Set<String> refused = new HashSet<>();
  private final Set<Emission> unsaid = new HashSet<>();
  private final Set<Effect> running = new HashSet<>();
  private final Set<Effect> givenUp = new HashSet<>();
  private final Map<Role, Cached> views = new EnumMap<>(Role.class);
  private volatile @Nullable Cached full;
  private volatile long version;
  private long armedMillis = NOT_ARMED;
  private volatile boolean closed;
  private boolean isStale;
  private long assignment;

  /**
   * A view, and the version that it is of at least. A version is counted up after a change, so a
   * view that was made meanwhile is made again.
   */
  private record Cached(NeedView view, long version) {}

  NeedEntry(String needId, String threadId) {
    this.needId = needId;
    this.threadId = threadId;
  }

  /**
   * What remains true after a failure that may have left the rest half done: which envelopes are on
   * their topic.
   */
  NeedEntry afterFailure() {
    NeedEntry entry = new NeedEntry(needId, threadId);
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
    running.removeIf(effect -> !(effect instanceof Effect.RunTask));
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
    boolean changed = stored.put(item.slot(), item) != item;
    if (hidden.remove(item.slot()) || changed) {
      changed();
    }
  }

  /** Only ever in the NEED's lane, so nothing is lost between reading and writing. */
  @SuppressWarnings("NonAtomicVolatileUpdate")
  private void changed() {
    version++;
  }

  /** Adds what a slot holds and what this process saw come just now, unless it knew it already. */
  void witness(Stored item, long nowMillis) {
    Stored known = stored.get(item.slot());
    if (known == null) {
      show(seen(item, nowMillis));
    } else {
      show(known);
    }
  }

  private static Stored seen(Stored item, long nowMillis) {
    return item instanceof Message message ? message.seenAt(nowMillis) : item;
  }

  /** Adds what a slot holds, to be seen once it comes from the bus. */
  void hide(Stored item, long nowMillis) {
    if (stored.putIfAbsent(item.slot(), seen(item, nowMillis)) == null) {
      hidden.add(item.slot());
      changed();
    }
  }

  void showAll() {
    hidden.clear();
    changed();
  }

  /** All that is known to be stored; safe from any thread. */
  NeedView full() {
    Cached known = full;
    long now = version;
    if (known == null || known.version != now) {
      // Copied twice: the first copy stands still, also for who looks from outside the lane.
      known = new Cached(NeedView.of(needId, threadId, stored.clone()), now);
      full = known;
    }
    return known.view;
  }

  /** The DECIDE, or null. */
  @Nullable Message decided() {
    return stored.get(Slots.DECIDE) instanceof Message message ? message : null;
  }

  /** What a role may react to: what came from the bus, and what agents of that role said here. */
  NeedView viewFor(Role role) {
    if (hidden.isEmpty()) {
      return full();
    }
    Cached known = views.get(role);
    if (known == null || known.version != version) {
      known = new Cached(shownTo(role), version);
      views.put(role, known);
    }
    return known.view;
  }

  private NeedView shownTo(Role role) {
    TreeMap<String, Stored> shown = new TreeMap<>(stored);
    boolean hides = false;
    for (String slot : hidden) {
      Stored item = stored.get(slot);
      if (item != null && !isOf(role, item)) {
        shown.remove(slot);
        hides = true;
      }
    }
    return hides ? NeedView.of(needId, threadId, shown) : full();
  }

  private static boolean isOf(Role role, Stored item) {
    return item instanceof Message message && role.maySend(message.envelope().kind());
  }

  boolean filled(String slot) {
    return stored.containsKey(slot);
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
    return List.copyOf(full().messages());
  }

  /** Stored envelopes that are nobody's parent yet. */
  List<Message> leaves() {
    Set<String> parents = new HashSet<>();
    List<Message> messages = new ArrayList<>();
    for (Stored item : stored.values()) {
      if (item instanceof Message message) {
        messages.add(message);
        parents.addAll(message.envelope().parents());
      }
    }
    messages.removeIf(message -> parents.contains(message.id()));
    return messages;
  }

  /** Whether an effect is to be started: it neither runs, nor waits, nor was given up. */
  boolean start(Effect effect) {
    boolean waits =
        running.stream()
            .anyMatch(
                other ->
                    other instanceof Effect.OutwaitGate outwait && outwait.asked().equals(effect));
    return !waits && !givenUp.contains(effect) && running.add(effect);
  }

  void ended(Effect effect) {
    running.remove(effect);
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
