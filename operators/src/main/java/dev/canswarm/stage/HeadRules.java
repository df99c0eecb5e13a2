package dev.canswarm.stage;

import dev.canswarm.control.ControlHistory;
import dev.canswarm.control.TrustState;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.envelope.Verb;
import dev.canswarm.policy.Policy;
import dev.canswarm.port.Candidate;
import dev.canswarm.protocol.NeedView;
import dev.canswarm.protocol.Stored.Message;
import dev.canswarm.protocol.payload.Decide;
import dev.canswarm.protocol.payload.Finalize;
import dev.canswarm.protocol.payload.Payload;
import dev.canswarm.protocol.verb.Admission;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The roles and checks that apply to each NEED at one moment, as far as the control chain is known:
 * those of the last head before it is decided, and from then on those of the head that its DECIDE
 * pins. Reads nothing; a longer history makes new rules. Thread-safe.
 */
final class HeadRules {
  /** Most heads and policies whose roles and checks are kept beside those of the last head. */
  static final int DUTIES_MAX = 64;

  /** A head and a policy that apply to NEEDs. */
  private record Applies(String trust, String policy) {}

  private final HeadJudging judging;
  private final ControlHistory history;
  private final StageContext.Duties current;

  /** What is left to do for a NEED whose DECIDE pins rules that are not known. */
  private final StageContext.Duties ending;

  private final Map<String, Admission> admissions = new ConcurrentHashMap<>();
  private final Map<Applies, StageContext.Duties> others = new ConcurrentHashMap<>();
  private final Gateway gateway;

  /**
   * Whether only this process's own files are known: no entry of the control chain, and no archived
   * trust file or policy.
   */
  private final boolean isPlain;

  HeadRules(HeadJudging judging, ControlHistory history) {
    TrustState head = history.head();
    this.judging = judging;
    this.history = history;
    this.current = judging.duties(head, head.policy(), history.headAt(head.number()), history);
    this.ending = EndingRole.only(current);
    this.gateway = judging.gateway(history);
    this.isPlain = history.entries().isEmpty() && !history.hasArchived();
  }

  ControlHistory history() {
    return history;
  }

  StageContext.Duties current() {
    return current;
  }

  Gateway gateway() {
    return gateway;
  }

  /** Whether anything beside this process's own files is known. */
  boolean hasEntries() {
    return !isPlain;
  }

  /** Returns what applies to a NEED as far as it is stored. */
  StageContext.Duties of(NeedView need) {
    Message decision = need.decision();
    if (decision != null) {
      return decided(decision.as(Decide.class));
    }
    if (isPlain) {
      return current;
    }
    Message stored = need.need();
    return stored == null ? current : applying(history.head(), stored.envelope().policyHash());
  }

  /** Returns what applies to an undecided NEED that names a policy. */
  StageContext.Duties under(String policyHash) {
    return isPlain ? current : applying(history.head(), policyHash);
  }

  /** Returns what applies to an envelope of a NEED. */
  StageContext.Duties of(NeedView need, Envelope envelope, Payload payload) {
    if (isPlain) {
      return payload instanceof Decide ? current : of(need);
    }
    if (payload instanceof Decide decide) {
      return pinned(decide);
    }
    TrustState head = history.head();
    boolean isNewNeed = envelope.verb() == Verb.NEED && need.need() == null;
    return isNewNeed && head.policies().containsKey(envelope.policyHash())
        ? applying(head, envelope.policyHash())
        : of(need);
  }

  /** Of a DECIDE that is not stored: it may pin no earlier trust file. */
  private TrustState head(Decide terms) {
    return history.pinnedBy(terms.trust()).map(history::at).orElse(history.head());
  }

  private StageContext.Duties pinned(Decide terms) {
    return applying(head(terms), terms.policy());
  }

  private StageContext.Duties decided(Decide terms) {
    TrustState head = history.head();
    if (terms.trust().equals(head.registry().hash())
        && terms.policy().equals(head.policy().hash())) {
      return current;
    }
    Optional<TrustState> pinned = history.pinnedState(terms.trust());
    Policy policy = history.policies().get(terms.policy());
    return pinned.isPresent() && policy != null ? applying(pinned.get(), policy.hash()) : ending;
  }

  /** Whether head and policy of a DECIDE are known. */
  boolean knows(Decide terms) {
    return history.pinnedState(terms.trust()).isPresent()
        && history.policies().containsKey(terms.policy());
  }

  /** Refuses an envelope of a NEED whose DECIDE pins what is not known. */
  void checkTerms(NeedView need, Envelope envelope) {
    Message decision = need.decision();
    if (decision == null || envelope.verb() == Verb.FINALIZE || envelope.verb() == Verb.CANCEL) {
      return;
    }
    Decide terms = decision.as(Decide.class);
    if (history.pinnedState(terms.trust()).isEmpty()) {
      throw new RefusedException(
          Reason.WRONG_HEAD,
          "the DECIDE pins trust %s: expected that of an entry, or one in the archive, got neither"
              .formatted(terms.trust()));
    }
    if (!history.policies().containsKey(terms.policy())) {
      throw new RefusedException(
          Reason.POLICY_MISMATCH,
          "the DECIDE pins policy %s: expected one that was in force, or one in the archive, with its modules, got neither"
              .formatted(terms.policy()));
    }
  }

  private StageContext.Duties applying(TrustState pinned, String policyHash) {
    TrustState head = history.head();
    Policy policy = history.policies().getOrDefault(policyHash, head.policy());
    Applies key = new Applies(pinned.registry().hash(), policy.hash());
    if (key.equals(new Applies(head.registry().hash(), head.policy().hash()))) {
      return current;
    }
    StageContext.Duties known = others.get(key);
    if (known != null) {
      return known;
    }
    if (others.size() >= DUTIES_MAX) {
      others.clear();
    }
    StageContext.Duties made =
        judging.duties(pinned, policy, history.headAt(head.number()), history);
    others.put(key, made);
    return made;
  }

  /** Returns the checks of a policy; of the last head's, if it is not known. */
  Admission admission(String policyHash) {
    TrustState head = history.head();
    Policy policy = history.policies().getOrDefault(policyHash, head.policy());
    return admissions.computeIfAbsent(policy.hash(), hash -> judging.admission(history, policy));
  }

  /** Returns the number of the head that a DECIDE pins, or {@link Candidate#UNPINNED}. */
  long pinnedBy(Payload payload) {
    return payload instanceof Decide decide
        ? history.pinnedBy(decide.trust()).orElse(Candidate.UNPINNED)
        : Candidate.UNPINNED;
  }

  /** Whether a DECIDE or FINALIZE names a head that is not known. */
  boolean namesUnknownHead(Payload payload) {
    if (payload instanceof Decide decide) {
      return history.pinnedState(decide.trust()).isEmpty();
    }
    return payload instanceof Finalize end && history.find(end.control()).isEmpty();
  }

  /** Whether a DECIDE pins an older head than the last. */
  boolean isOutdated(Payload payload) {
    return payload instanceof Decide decide
        && history.pinnedBy(decide.trust()).orElse(0L) < history.head().number();
  }
}
