package dev.canswarm.pipeline.reader;

import dev.canswarm.control.ControlHistory;
import dev.canswarm.control.TrustState;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeCodec;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.ShapeException;
import dev.canswarm.policy.OwnRules;
import dev.canswarm.policy.Policy;
import dev.canswarm.policy.PolicyCheck;
import dev.canswarm.policy.TrustRegistry;
import dev.canswarm.port.Archive;
import dev.canswarm.port.SlotKey;
import dev.canswarm.port.SlotRow;
import dev.canswarm.protocol.Head;
import dev.canswarm.protocol.NeedView;
import dev.canswarm.protocol.Rules;
import dev.canswarm.protocol.Slot;
import dev.canswarm.protocol.Stored.Message;
import dev.canswarm.protocol.derive.DerivedCheck;
import dev.canswarm.protocol.payload.Attest;
import dev.canswarm.protocol.payload.Decide;
import dev.canswarm.protocol.payload.Finalize;
import dev.canswarm.protocol.payload.Payload;
import dev.canswarm.protocol.payload.Release;
import dev.canswarm.protocol.verb.Verbs;
import dev.canswarm.stage.ArchiveReader;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Checks messages for readers. A message is verified if its sender signed it, with a key and under
 * the policy that apply to the NEED by the control chain; if it belongs to the NEED and the slot
 * that it is stored in; if it follows from verified messages that are stored; and, for a DECIDE, a
 * RELEASE and a FINALIZE, if the roles derive the same one. The policy's own modules are not asked;
 * {@code ./swarm replay} asks them. Thread-safe.
 */
public final class StoredCheck {
  /** A message has a larger Lamport time than its parents, or it is refused. */
  private static final Comparator<Message> PARENTS_FIRST =
      Comparator.<Message>comparingLong(message -> message.envelope().lamport())
          .thenComparing(Message::id);

  /**
   * What applies to a NEED.
   *
   * @param pinned what is in force at the head that its DECIDE pins
   * @param listed the keys of all heads up to that one
   * @param counted the head under which its votes are counted
   */
  private record Terms(
      ControlHistory chain, Policy policy, TrustState pinned, TrustRegistry listed, Head counted) {
    Rules rules() {
      return new Rules(
          policy,
          pinned.registry().without(counted.compromised()),
          new TreeSet<>(),
          OwnRules.NONE,
          counted,
          chain);
    }

    /**
     * What applies to a message of an undecided NEED. Before processes loaded the policy that a
     * NEED names from the archive, one that was restarted with another policy file went by that
     * file, so a message in an older log may name either policy.
     */
    Terms named(String policyHash) {
      Policy own = chain.head().policy();
      return policyHash.equals(own.hash()) ? new Terms(chain, own, pinned, listed, counted) : this;
    }

    /**
     * The keys by which a stored message is judged, as in replay: for a message that leads to a
     * DECIDE those of all heads up to the pinned one, since it may be older; for all others those
     * of the pinned head. A key that was compromised later still counts, except for a FINALIZE.
     */
    TrustRegistry trustFor(Message message) {
      return switch (message.envelope().verb()) {
        case NEED, PROPOSE, CANCEL -> listed;
        case ATTEST -> message.as(Attest.class).work() == null ? listed : pinned.registry();
        case FINALIZE -> pinned.registry().without(counted.compromised());
        case DECIDE, CLAIM, COMMIT, YIELD, RELEASE, CONTROL -> pinned.registry();
      };
    }
  }

  private final EnvelopeCodec codec;
  private final Supplier<ControlHistory> chain;

  /**
   * @param chain the control chain as far as it is known, at each moment
   */
  public StoredCheck(EnvelopeCodec codec, Supplier<ControlHistory> chain) {
    this.codec = codec;
    this.chain = chain;
  }

  /**
   * Checks all that is stored of a NEED.
   *
   * @param rows of the NEED's scope, and its own; rows that hold no message are left out
   */
  public CheckedNeed of(NeedId needId, ThreadId threadId, Collection<SlotRow> rows) {
    ControlHistory known = chain.get();
    Map<SlotKey, String> problems = new HashMap<>();
    Map<Slot, SlotKey> keys = new TreeMap<>();
    List<Message> signed = new ArrayList<>();
    for (SlotRow row : rows) {
      Message message = isMessage(row) ? signed(needId, threadId, row, known, problems) : null;
      if (message != null) {
        signed.add(message);
        keys.put(message.slot(), SlotKey.of(row));
      }
    }
    signed.sort(PARENTS_FIRST);
    NeedView view = NeedView.of(needId, threadId, signed);
    Terms terms = terms(known, view);
    for (Message message : signed) {
      TrustRegistry trust = terms.trustFor(message);
      String problem = problem(message, message.envelope().verb().topic(), view, terms, trust);
      if (!problem.isEmpty()) {
        problems.put(Objects.requireNonNull(keys.get(message.slot())), problem);
        // Nothing follows from it.
        view = view.without(Set.of(message.slot()));
      }
    }
    return new CheckedNeed(view, problems, terms.pinned().registry().verifiers());
  }

  private static boolean isMessage(SlotRow row) {
    return !row.kind().equals(SlotRow.WAIT) && !row.kind().equals(SlotRow.VERDICT);
  }

  /** Returns what a row holds if its sender signed it for this NEED and slot; null if not. */
  private @Nullable Message signed(
      NeedId needId,
      ThreadId threadId,
      SlotRow row,
      ControlHistory known,
      Map<SlotKey, String> problems) {
    try {
      Envelope envelope = codec.decodeAndVerify(row.bytes());
      Payload payload = Verbs.payload(envelope.verb(), envelope.payload());
      Slot slot = Slot.parse(row.slot());
      belongs(envelope, needId, threadId);
      expect("id", row.id(), envelope.id().text());
      expect("kind", row.kind(), envelope.verb().name());
      expect("scope", Slot.scopeOf(envelope), row.scope());
      Slot own = Verbs.slot(envelope, payload, known.everListed());
      if (!slot.equals(own) && !isSecond(slot, envelope, payload)) {
        throw new RefusedException(
            Reason.BAD_SHAPE, "slot: expected " + own + ", got " + row.slot());
      }
      return new Message(slot, envelope, payload, row.storedMillis());
    } catch (RefusedException e) {
      problems.put(SlotKey.of(row), text(e));
    } catch (ShapeException | IllegalArgumentException e) {
      problems.put(SlotKey.of(row), Reason.BAD_SHAPE + ": " + e.getMessage());
    }
    return null;
  }

  /** Whether a slot is the second one of a RELEASE after an expiry, or that of an opposite vote. */
  private static boolean isSecond(Slot slot, Envelope envelope, Payload payload) {
    if (payload instanceof Release release) {
      return release.cause() == Release.Cause.EXPIRED
          && slot.equals(Slot.release(release.taskId(), release.token()));
    }
    return payload instanceof Attest vote
        && slot.equals(Slot.equivocation(vote.target(), envelope.sender()));
  }

  private static void belongs(Envelope envelope, NeedId needId, ThreadId threadId) {
    if (!envelope.verb().isOfNoNeed()) {
      expect("need_id", needId.text(), envelope.need().text());
    }
    expect("thread_id", threadId.text(), envelope.threadId().text());
  }

  private static void expect(String what, String expected, String actual) {
    if (!actual.equals(expected)) {
      throw new RefusedException(
          Reason.BAD_ID, "%s: expected %s, got %s".formatted(what, expected, actual));
    }
  }

  private static Terms terms(ControlHistory known, NeedView view) {
    Head last = known.headAt(known.head().number());
    Message decision = view.decision();
    Message end = view.finalized();
    Head counted = end == null ? last : known.find(end.as(Finalize.class).control()).orElse(last);
    if (decision != null) {
      Decide pins = decision.as(Decide.class);
      Optional<Long> number = known.pinnedBy(pins.trust());
      Optional<TrustState> archived = known.pinnedState(pins.trust());
      if (number.isEmpty() && archived.isPresent()) {
        TrustState before = archived.get();
        return new Terms(known, policy(known, pins.policy()), before, before.registry(), counted);
      }
      return terms(known, pins.policy(), number.orElse(last.number()), counted);
    }
    Message need = view.need();
    return terms(
        known, need == null ? "" : need.envelope().policyHash(), counted.number(), counted);
  }

  private static Terms terms(ControlHistory known, String policyHash, long pinned, Head counted) {
    return new Terms(
        known, policy(known, policyHash), known.at(pinned), known.listedUpTo(pinned), counted);
  }

  private static Policy policy(ControlHistory known, String hash) {
    return known.policies().getOrDefault(hash, known.head().policy());
  }

  /** The control chain as far as it is known now, with what was read from the archive. */
  public ControlHistory chain() {
    return chain.get();
  }

  /**
   * Returns a check that also knows the policy and the trust file under which a NEED was decided,
   * or, where it is not decided, the policy that the NEED names, if these were in force before the
   * files of this process and the archive has them. Otherwise it is this check.
   *
   * @param rows of the NEED
   */
  public Mono<StoredCheck> withArchived(Collection<SlotRow> rows, Archive archive) {
    ControlHistory known = chain.get();
    Optional<Decide> decision =
        signed(rows, Verb.DECIDE).flatMap(envelope -> terms(envelope.payload()));
    Optional<String> policy =
        decision.map(Decide::policy).or(() -> signed(rows, Verb.NEED).map(Envelope::policyHash));
    return Mono.justOrEmpty(decision)
        .flatMap(terms -> ArchiveReader.trust(archive, known, terms.trust()))
        .map(known::withArchived)
        .defaultIfEmpty(known)
        .flatMap(
            history ->
                Mono.justOrEmpty(policy)
                    .flatMap(hash -> ArchiveReader.policy(archive, history, hash))
                    .map(history::withArchived)
                    .defaultIfEmpty(history))
        .map(history -> history == known ? this : new StoredCheck(codec, () -> history));
  }

  private Optional<Envelope> signed(Collection<SlotRow> rows, Verb verb) {
    try {
      return rows.stream()
          .filter(row -> row.kind().equals(verb.name()))
          .findFirst()
          .map(row -> codec.decodeAndVerify(row.bytes()));
    } catch (RefusedException notVerified) {
      return Optional.empty();
    }
  }

  private static Optional<Decide> terms(JsonObject payload) {
    try {
      return Optional.of(Decide.parse(payload));
    } catch (ShapeException notVerified) {
      return Optional.empty();
    }
  }

  /**
   * Checks a message that is not stored, as a process does that receives it.
   *
   * @param message in the slot that it is for
   * @param topic that it came on
   * @param stored of its NEED
   * @return why it would be refused; empty if it would be admitted
   */
  public String problem(Message message, String topic, CheckedNeed stored) {
    ControlHistory known = chain.get();
    NeedView view = stored.view();
    try {
      belongs(message.envelope(), view.needId(), view.threadId());
    } catch (RefusedException e) {
      return text(e);
    }
    NeedView with = view.slot(message.slot()) == null ? view.with(message) : view;
    Terms terms = terms(known, with);
    TrustRegistry trust = terms.trustFor(message).without(known.head().compromised());
    return problem(message, topic, with, terms, trust);
  }

  /**
   * Decodes a message of a topic.
   *
   * @return the message in the slot that it is for
   * @throws RefusedException for what is no message that its sender signed
   */
  public Message decode(byte[] value) {
    Envelope envelope = codec.decodeAndVerify(value);
    try {
      Payload payload = Verbs.payload(envelope.verb(), envelope.payload());
      return new Message(
          Verbs.slot(envelope, payload, chain.get().everListed()), envelope, payload, 0);
    } catch (ShapeException e) {
      throw new RefusedException(Reason.BAD_SHAPE, String.valueOf(e.getMessage()), e);
    }
  }

  private static String problem(
      Message message, String topic, NeedView view, Terms known, TrustRegistry trust) {
    Envelope envelope = message.envelope();
    Terms terms = view.decision() == null ? known.named(envelope.policyHash()) : known;
    try {
      new PolicyCheck(terms.policy(), trust).check(envelope, topic);
      Verbs.payload(envelope, terms.policy());
      List<EnvelopeId> missing =
          envelope.parents().stream().filter(parent -> view.byId(parent) == null).toList();
      if (!missing.isEmpty()) {
        return Reason.PARENT_MISSING + ": " + missing + " are not stored, or not verified";
      }
      Verbs.admit(envelope, message.payload(), view, trust);
      Slot own = Verbs.slot(envelope, message.payload(), terms.chain().everListed());
      DerivedCheck.by(terms.rules()).check(new Message(own, envelope, message.payload(), 0), view);
      return "";
    } catch (RefusedException e) {
      return text(e);
    }
  }

  private static String text(RefusedException refused) {
    return refused.reason() + ": " + refused.detail();
  }
}
