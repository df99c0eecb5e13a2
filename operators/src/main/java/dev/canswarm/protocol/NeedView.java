package dev.canswarm.protocol;

import dev.canswarm.crypto.PublicKey;
import dev.canswarm.envelope.Draft;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.TaskId;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.JsonObject;
import dev.canswarm.protocol.Stored.Judged;
import dev.canswarm.protocol.Stored.Message;
import dev.canswarm.protocol.Stored.Waiting;
import dev.canswarm.protocol.payload.Decide;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Everything that is stored about one NEED at one moment: the input of every role. The stored set
 * only grows, so a conclusion from an older view is a candidate, which the slots accept or not. A
 * NEED has some dozens of items and each change makes a new view, so the items are in sorted arrays
 * that are copied to add one. Immutable.
 */
public final class NeedView {
  /** Items that are searched one by one, which is faster for so few than a binary search. */
  private static final int SCANNED_MAX = 32;

  private static final Stored[] NOTHING = {};
  private static final Message[] NO_MESSAGES = {};

  private final NeedId needId;
  private final ThreadId threadId;

  /** All that is stored of the NEED, sorted by slot. */
  private final Stored[] stored;

  /** Messages that count, sorted by id; of one that is in several slots, the last. */
  private final Message[] messages;

  private final @Nullable Message need;

  /** The plan, cached for this view and those made from it: computing it again takes hashing. */
  private @Nullable DecidedPlan knownPlan;

  private NeedView(
      NeedId needId,
      ThreadId threadId,
      Stored[] stored,
      Message[] messages,
      @Nullable DecidedPlan knownPlan) {
    this.needId = needId;
    this.threadId = threadId;
    this.stored = stored;
    this.messages = messages;
    this.knownPlan = knownPlan;
    this.need = byId(needId.envelope());
  }

  /** Returns the view of a NEED of which nothing is stored. */
  public static NeedView empty(NeedId needId, ThreadId threadId) {
    return new NeedView(needId, threadId, NOTHING, NO_MESSAGES, null);
  }

  /** Returns a view of these items; of two items in one slot, the later one. */
  public static NeedView of(NeedId needId, ThreadId threadId, Collection<? extends Stored> stored) {
    return empty(needId, threadId).withAll(stored);
  }

  private static NeedView ofSorted(
      NeedId needId, ThreadId threadId, Stored[] stored, @Nullable DecidedPlan knownPlan) {
    TreeMap<EnvelopeId, Message> byId = new TreeMap<>();
    for (Stored item : stored) {
      if (item instanceof Message message) {
        byId.put(message.id(), message);
      }
    }
    return new NeedView(needId, threadId, stored, byId.values().toArray(NO_MESSAGES), knownPlan);
  }

  /** Returns this view with one more item, which replaces the item in its slot. */
  public NeedView with(Stored item) {
    int place = place(stored, item.slot(), Stored::slot);
    if (place < 0) {
      Stored[] more = inserted(stored, -place - 1, item);
      return item instanceof Message message ? withId(more, message) : copy(more, messages);
    }
    Stored[] changed = stored.clone();
    changed[place] = item;
    return ofSorted(needId, threadId, changed, knownPlan);
  }

  /** Returns this view with more items, which replace those in their slots; for many at once. */
  public NeedView withAll(Collection<? extends Stored> items) {
    TreeMap<Slot, Stored> bySlot = new TreeMap<>();
    for (Stored item : stored) {
      bySlot.put(item.slot(), item);
    }
    items.forEach(item -> bySlot.put(item.slot(), item));
    return ofSorted(needId, threadId, bySlot.values().toArray(NOTHING), knownPlan);
  }

  private NeedView withId(Stored[] more, Message message) {
    int place = place(messages, message.id(), Message::id);
    if (place < 0) {
      return copy(more, inserted(messages, -place - 1, message));
    }
    if (messages[place].slot().compareTo(message.slot()) > 0) {
      return copy(more, messages);
    }
    Message[] changed = messages.clone();
    changed[place] = message;
    return copy(more, changed);
  }

  private NeedView copy(Stored[] otherStored, Message[] otherMessages) {
    return new NeedView(needId, threadId, otherStored, otherMessages, knownPlan);
  }

  /** Returns this view without the items in some slots; this view itself if they are empty. */
  public NeedView without(Set<Slot> slots) {
    List<Stored> left = new ArrayList<>(stored.length);
    for (Stored item : stored) {
      if (!slots.contains(item.slot())) {
        left.add(item);
      }
    }
    return left.size() == stored.length ? this : withoutIds(left.toArray(NOTHING), slots);
  }

  /** Removes messages without sorting again, unless a removed one may also be in another slot. */
  private NeedView withoutIds(Stored[] left, Set<Slot> slots) {
    List<Message> leftMessages = new ArrayList<>(messages.length);
    for (Message message : messages) {
      if (!slots.contains(message.slot())) {
        leftMessages.add(message);
      } else if (count(stored, message.id()) > 1) {
        return ofSorted(needId, threadId, left, knownPlan);
      }
    }
    return copy(left, leftMessages.toArray(NO_MESSAGES));
  }

  private static int count(Stored[] stored, EnvelopeId id) {
    int count = 0;
    for (Stored item : stored) {
      if (item instanceof Message message && message.id().equals(id)) {
        count++;
      }
    }
    return count;
  }

  public NeedId needId() {
    return needId;
  }

  public ThreadId threadId() {
    return threadId;
  }

  /** The NEED itself, or null while it was not seen. */
  public @Nullable Message need() {
    return need;
  }

  /** The envelope of that id, or null. */
  public @Nullable Message byId(EnvelopeId id) {
    if (messages.length > SCANNED_MAX) {
      int place = place(messages, id, Message::id);
      return place < 0 ? null : messages[place];
    }
    for (Message message : messages) {
      if (message.envelope().id().equals(id)) {
        return message;
      }
    }
    return null;
  }

  /** Every envelope that counts, by id. */
  public List<Message> messages() {
    return Collections.unmodifiableList(Arrays.asList(messages));
  }

  /** Returns the total bytes of the envelopes that count. */
  public long envelopeBytes() {
    long bytes = 0;
    for (Message message : messages) {
      bytes += message.envelope().bytes().length;
    }
    return bytes;
  }

  /** The item that fills a slot, or null. */
  public @Nullable Stored slot(Slot slot) {
    if (stored.length > SCANNED_MAX) {
      int place = place(stored, slot, Stored::slot);
      return place < 0 ? null : stored[place];
    }
    for (Stored item : stored) {
      if (item.slot().equals(slot)) {
        return item;
      }
    }
    return null;
  }

  /** The envelope in a slot, or null. */
  public @Nullable Message message(Slot slot) {
    return slot(slot) instanceof Message message ? message : null;
  }

  /** Whether a slot is filled. */
  public boolean filled(Slot slot) {
    return slot(slot) != null;
  }

  /** All that is stored, by slot. */
  public List<Stored> stored() {
    return Collections.unmodifiableList(Arrays.asList(stored));
  }

  /** The verdict on an attempt, or null while there is none. */
  public @Nullable Verdict verdict(TaskId taskId, int attempt) {
    return slot(Slot.verdict(taskId, attempt)) instanceof Judged judged ? judged.verdict() : null;
  }

  /** The DECIDE, or null. */
  public @Nullable Message decision() {
    return message(Slot.DECIDE);
  }

  /** The CANCEL, or null. */
  public @Nullable Message cancelled() {
    return message(Slot.CANCEL);
  }

  /** The FINALIZE, or null. */
  public @Nullable Message finalized() {
    return message(Slot.FINALIZE);
  }

  /** The decided plan, or null before the decision. */
  public @Nullable DecidedPlan plan() {
    Message decide = decision();
    if (decide == null) {
      return null;
    }
    Message proposal = byId(decide.as(Decide.class).proposalId());
    if (proposal == null || proposal.envelope().verb() != Verb.PROPOSE) {
      return null;
    }
    // A race is harmless: several threads may each make an equal plan.
    DecidedPlan plan = knownPlan;
    if (plan == null || plan.decide() != decide || plan.proposal() != proposal) {
      plan = DecidedPlan.of(decide, proposal);
      knownPlan = plan;
    }
    return plan;
  }

  /** Proposals in the order in which they were stored, then by id. */
  public List<Message> proposals() {
    List<Message> proposals = new ArrayList<>();
    for (Message message : messages) {
      if (message.envelope().verb() == Verb.PROPOSE) {
        proposals.add(message);
      }
    }
    // The sort is stable, and the messages are in the order of their ids.
    proposals.sort(Comparator.comparingLong(Message::storedMillis));
    return proposals;
  }

  /**
   * Returns a verifier's vote on a target; null if there is none, or if it also voted the opposite.
   */
  public @Nullable Message vote(EnvelopeId target, PublicKey verifier) {
    return filled(Slot.equivocation(target, verifier))
        ? null
        : message(Slot.attest(target, verifier));
  }

  /** Envelopes that wait for a parent. */
  public List<Waiting> waiting() {
    List<Waiting> waiting = new ArrayList<>();
    for (Stored item : stored) {
      if (item instanceof Waiting envelope) {
        waiting.add(envelope);
      }
    }
    return waiting;
  }

  /** Whether all parents of an envelope are stored. */
  public boolean hasParentsOf(Envelope envelope) {
    for (EnvelopeId parent : envelope.parents()) {
      if (byId(parent) == null) {
        return false;
      }
    }
    return true;
  }

  /**
   * One more than the largest Lamport time of these parents; 1 without any.
   *
   * @throws IllegalStateException when a parent is not stored: a defect of the caller
   */
  public long lamportAfter(Collection<EnvelopeId> parents) {
    long largest = 0;
    for (EnvelopeId parent : parents) {
      Message message = byId(parent);
      if (message == null) {
        throw new IllegalStateException("parent " + parent + " of NEED " + needId + " not stored");
      }
      largest = Math.max(largest, message.envelope().lamport());
    }
    return largest + 1;
  }

  /**
   * A draft of an envelope of this NEED that follows from these parents.
   *
   * @throws IllegalStateException when a parent is not stored: a defect of the caller
   */
  public Draft draft(
      Verb verb, Collection<EnvelopeId> parents, String policyHash, JsonObject payload) {
    return new Draft(
        verb,
        threadId,
        needId,
        lamportAfter(parents),
        List.copyOf(parents),
        null,
        policyHash,
        payload);
  }

  private static <T> T[] inserted(T[] sorted, int place, T item) {
    T[] more = Arrays.copyOf(sorted, sorted.length + 1);
    System.arraycopy(sorted, place, more, place + 1, sorted.length - place);
    more[place] = item;
    return more;
  }

  /** Returns the index of the item with that key, or {@code -index - 1} of its insertion point. */
  private static <T, K extends Comparable<K>> int place(
      T[] sorted, K key, Function<? super T, K> keyOf) {
    int low = 0;
    int high = sorted.length - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int order = keyOf.apply(sorted[middle]).compareTo(key);
      if (order == 0) {
        return middle;
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return -low - 1;
  }
}
