package dev.canswarm.protocol;

import dev.canswarm.crypto.PublicKey;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.Kind;
import dev.canswarm.protocol.Stored.Judged;
import dev.canswarm.protocol.Stored.Message;
import dev.canswarm.protocol.Stored.Waiting;
import dev.canswarm.protocol.payload.Decide;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Everything that is stored about one NEED, at one moment: the input of every role. It only ever
 * grows, so what a role concludes from an older view is a candidate that the slots judge.
 * Immutable.
 */
public final class NeedView {
  private final String needId;
  private final String threadId;
  private final SortedMap<String, Stored> bySlot;
  private final SortedMap<String, Message> byId;
  private final @Nullable Message need;

  private NeedView(String needId, String threadId, SortedMap<String, Stored> bySlot) {
    this.needId = needId;
    this.threadId = threadId;
    this.bySlot = Collections.unmodifiableSortedMap(bySlot);
    TreeMap<String, Message> ids = new TreeMap<>();
    for (Stored stored : bySlot.values()) {
      if (stored instanceof Message message) {
        ids.put(message.id(), message);
      }
    }
    this.byId = Collections.unmodifiableSortedMap(ids);
    this.need = ids.get(needId);
  }

  /** A view of what fills the slots. */
  public static NeedView of(String needId, String threadId, Collection<? extends Stored> stored) {
    TreeMap<String, Stored> bySlot = new TreeMap<>();
    stored.forEach(item -> bySlot.put(item.slot(), item));
    return new NeedView(needId, threadId, bySlot);
  }

  /** The same, of what fills the slots by slot; it is copied. */
  public static NeedView of(
      String needId, String threadId, SortedMap<String, ? extends Stored> bySlot) {
    return new NeedView(needId, threadId, new TreeMap<String, Stored>(bySlot));
  }

  public String needId() {
    return needId;
  }

  public String threadId() {
    return threadId;
  }

  /** The NEED itself, or null while it was not seen. */
  public @Nullable Message need() {
    return need;
  }

  /** The envelope of that id, or null. */
  public @Nullable Message byId(String id) {
    return byId.get(id);
  }

  /** Every envelope that counts, by id. */
  public Collection<Message> messages() {
    return byId.values();
  }

  /** The envelope in a slot, or null. */
  public @Nullable Message in(String slot) {
    return bySlot.get(slot) instanceof Message message ? message : null;
  }

  /** Whether a slot is filled. */
  public boolean filled(String slot) {
    return bySlot.containsKey(slot);
  }

  /** All that is stored, by slot. */
  public Map<String, Stored> slots() {
    return bySlot;
  }

  /** What the votes on an attempt came to, or null while it is open. */
  public @Nullable Verdict verdict(String taskId, int attempt) {
    return bySlot.get(Slots.verdict(taskId, attempt)) instanceof Judged judged
        ? judged.verdict()
        : null;
  }

  /** The decision, or null. */
  public @Nullable Message decide() {
    return in(Slots.DECIDE);
  }

  /** The end, or null. */
  public @Nullable Message finalized() {
    return in(Slots.FINALIZE);
  }

  /** The decided plan, or null before the decision. */
  public @Nullable DecidedPlan plan() {
    Message decide = decide();
    if (decide == null) {
      return null;
    }
    Message proposal = byId(decide.as(Decide.class).proposalId());
    return proposal == null || proposal.envelope().kind() != Kind.PROPOSE
        ? null
        : DecidedPlan.of(decide, proposal);
  }

  /** Proposals in the order in which they were stored, then by id. */
  public List<Message> proposals() {
    return messages().stream()
        .filter(message -> message.envelope().kind() == Kind.PROPOSE)
        .sorted(
            java.util.Comparator.comparingLong(Message::storedMillis).thenComparing(Message::id))
        .toList();
  }

  /** A verifier's vote on a target, or null; none where it also said the opposite. */
  public @Nullable Message vote(String target, PublicKey verifier) {
    return filled(Slots.equivocation(target, verifier)) ? null : in(Slots.attest(target, verifier));
  }

  /** Envelopes that wait for a parent. */
  public List<Waiting> waiting() {
    List<Waiting> waiting = new ArrayList<>();
    for (Stored stored : bySlot.values()) {
      if (stored instanceof Waiting item) {
        waiting.add(item);
      }
    }
    return waiting;
  }

  /** Whether all parents of an envelope are stored. */
  public boolean hasParentsOf(Envelope envelope) {
    return envelope.parents().stream().allMatch(byId::containsKey);
  }

  /**
   * One more than the largest Lamport time of these parents; 1 without any.
   *
   * @throws IllegalStateException when a parent is not stored: a defect of the caller
   */
  public long lamportAfter(Collection<String> parents) {
    long largest = 0;
    for (String parent : parents) {
      Message message = byId.get(parent);
      if (message == null) {
        throw new IllegalStateException("parent " + parent + " of NEED " + needId + " not stored");
      }
      largest = Math.max(largest, message.envelope().lamport());
    }
    return largest + 1;
  }
}
