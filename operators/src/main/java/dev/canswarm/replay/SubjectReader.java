package dev.canswarm.replay;

import dev.canswarm.control.ControlHistory;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.ShapeException;
import dev.canswarm.policy.OwnRules;
import dev.canswarm.policy.Policy;
import dev.canswarm.policy.TrustRegistry;
import dev.canswarm.protocol.Head;
import dev.canswarm.protocol.Rules;
import dev.canswarm.protocol.Slot;
import dev.canswarm.protocol.Stored.Message;
import dev.canswarm.protocol.payload.Decide;
import dev.canswarm.protocol.payload.Finalize;
import dev.canswarm.protocol.payload.Need;
import dev.canswarm.protocol.payload.Payload;
import dev.canswarm.protocol.payload.PlanTask;
import dev.canswarm.protocol.payload.Propose;
import dev.canswarm.protocol.verb.Verbs;
import dev.canswarm.replay.History.Closure;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads the payloads of one NEED's envelopes and finds the rules that it was made under. */
final class SubjectReader {
  private final RulesBook book;
  private final NeedId needId;
  private final NeedRecords records;

  /** Findings about payloads that do not have their verb's form. */
  private final Findings findings;

  /** The keys that were in force at some head up to the pinned one; null if it is not known. */
  private @Nullable TrustRegistry early;

  SubjectReader(RulesBook book, NeedId needId, NeedRecords records, Findings findings) {
    this.book = book;
    this.needId = needId;
    this.records = records;
    this.findings = findings;
  }

  Subject read() {
    TreeMap<EnvelopeId, Known> known = new TreeMap<>();
    for (NeedRecords.Entry entry : records.entries().values()) {
      Payload payload = payload(entry);
      if (payload != null) {
        Envelope envelope = entry.envelope();
        Slot slot = Verbs.slot(envelope, payload, book.listed());
        Message message = new Message(slot, envelope, payload, 0);
        known.put(envelope.id(), new Known(message, entry.where(), entry.isTaken(), entry.gas()));
      }
    }
    History history = new History(needId, records.threadId(), known);
    Known end = history.first(Verb.FINALIZE).orElse(null);
    Closure closure = history.closure(end == null ? List.of() : List.of(end.id()));
    List<String> unknown = new ArrayList<>();
    Optional<ControlHistory> chain = book.chain();
    Rules rules =
        chain.isPresent()
            ? rules(chain.get(), history, known, unknown)
            : rules(history, known, unknown);
    TrustRegistry listed = early != null || rules == null ? early : rules.trust();
    return new Subject(history, rules, unknown, listed, end, closure);
  }

  private @Nullable Payload payload(NeedRecords.Entry entry) {
    Envelope envelope = entry.envelope();
    try {
      return Verbs.payload(envelope.verb(), envelope.payload());
    } catch (ShapeException e) {
      findings.fail(
          entry.where(),
          envelope + ": BAD_SHAPE: " + e.getMessage(),
          "",
          RecordedText.of(envelope.bytes()));
      return null;
    }
  }

  /**
   * Returns the rules; null if they are not in the book, after adding the names of the unknown
   * ones.
   */
  private @Nullable Rules rules(
      History history, SortedMap<EnvelopeId, Known> known, List<String> unknown) {
    Optional<Policy> policy = policy(history, known);
    if (policy.isEmpty()) {
      unknown.add("the policy that these envelopes name, " + named(known).first());
    }
    Decide terms =
        history.first(Verb.DECIDE).map(decide -> decide.message().as(Decide.class)).orElse(null);
    Optional<TrustRegistry> trust =
        terms == null ? Optional.of(book.trusts().get(0)) : book.trust(terms.trust());
    if (terms != null && trust.isEmpty()) {
      unknown.add("the trust file that the DECIDE pins, " + terms.trust());
    }
    Optional<OwnRules> own = policy.flatMap(book::own);
    if (policy.isPresent() && own.isEmpty()) {
      unknown.add("a module of policy " + policy.get().hash());
    }
    return policy.isEmpty() || trust.isEmpty() || own.isEmpty()
        ? null
        : new Rules(policy.get(), trust.get(), taskTypes(history), own.get());
  }

  /**
   * Returns the rules under the head of the control chain that the DECIDE pins, with votes counted
   * under the one that the FINALIZE names.
   */
  private @Nullable Rules rules(
      ControlHistory chain,
      History history,
      SortedMap<EnvelopeId, Known> known,
      List<String> unknown) {
    Optional<Policy> policy = policy(history, known);
    if (policy.isEmpty()) {
      unknown.add("the policy that these envelopes name, " + named(known).first());
    }
    Optional<OwnRules> own = policy.flatMap(book::own);
    if (policy.isPresent() && own.isEmpty()) {
      unknown.add("a module of policy " + policy.get().hash());
    }
    Decide terms =
        history.first(Verb.DECIDE).map(decide -> decide.message().as(Decide.class)).orElse(null);
    Finalize end =
        history.first(Verb.FINALIZE).map(last -> last.message().as(Finalize.class)).orElse(null);
    Optional<Head> named =
        end == null ? Optional.of(chain.headAt(chain.head().number())) : chain.find(end.control());
    if (end != null && named.isEmpty()) {
      unknown.add("the control entry that the FINALIZE names, " + end.control());
    }
    Optional<Long> pinned = terms == null ? named.map(Head::number) : chain.pinnedBy(terms.trust());
    if (pinned.isEmpty() && terms != null) {
      unknown.add("the head of the control chain that the DECIDE pins, " + terms.trust());
    }
    if (policy.isEmpty() || own.isEmpty() || named.isEmpty() || pinned.isEmpty()) {
      return null;
    }
    early = chain.listedUpTo(pinned.get());
    return new Rules(
        policy.get(),
        chain.at(pinned.get()).registry().without(named.get().compromised()),
        taskTypes(history),
        own.get(),
        named.get(),
        chain);
  }

  /**
   * Returns the policy that all envelopes name; if they name several, a known one shows which fail.
   */
  private Optional<Policy> policy(History history, SortedMap<EnvelopeId, Known> known) {
    TreeSet<String> named = named(known);
    if (named.size() == 1) {
      return book.policy(named.first());
    }
    Optional<Policy> pinned =
        history
            .first(Verb.DECIDE)
            .flatMap(decide -> book.policy(decide.message().as(Decide.class).policy()));
    return Optional.of(pinned.orElse(book.policies().get(0)));
  }

  private static TreeSet<String> named(SortedMap<EnvelopeId, Known> known) {
    TreeSet<String> named = new TreeSet<>();
    known.values().forEach(entry -> named.add(entry.envelope().policyHash()));
    return named;
  }

  /** Returns the task types that occur: replay treats all of them as known. */
  private static TreeSet<String> taskTypes(History history) {
    TreeSet<String> types = new TreeSet<>();
    for (Known entry : history.all()) {
      if (entry.message().payload() instanceof Need need) {
        need.tasks().stream().map(Need.Task::taskType).forEach(types::add);
      } else if (entry.message().payload() instanceof Propose propose) {
        propose.plan().stream().map(PlanTask::taskType).forEach(types::add);
      }
    }
    return types;
  }
}
