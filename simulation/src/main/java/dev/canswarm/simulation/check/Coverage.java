package dev.canswarm.simulation.check;

import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.Verb;
import dev.canswarm.port.AuditEvent.Direction;
import dev.canswarm.port.GateAnswer;
import dev.canswarm.protocol.Deadlines.Timer;
import dev.canswarm.protocol.Effect;
import dev.canswarm.protocol.EffectResult;
import dev.canswarm.protocol.Emission;
import dev.canswarm.protocol.Move;
import dev.canswarm.protocol.Stored;
import dev.canswarm.protocol.Verdict;
import dev.canswarm.protocol.payload.ControlChange;
import dev.canswarm.protocol.payload.Finalize.Outcome;
import dev.canswarm.protocol.payload.Release.Cause;
import dev.canswarm.stage.Decoded;
import java.util.Collections;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Counts how often each branch of the protocol was taken. The branches are derived from the result
 * types of roles and stages, so a new branch that no run reaches is reported without further code.
 * Not thread-safe.
 */
public final class Coverage {
  /** A mutable count: several branches are counted for each event. */
  private static final class Tally {
    long times;
  }

  /** Group to branch to count. Nested, so that counting does not concatenate strings. */
  private final Map<String, Map<String, Tally>> tallies = new HashMap<>();

  /** Creates the counts of all branches, each 0. */
  public Coverage() {
    sealed("effect", Effect.class);
    sealed("answer", EffectResult.class);
    sealed("emission", Emission.class);
    sealed("gate", GateAnswer.class);
    sealed("decoded", Decoded.class);
    sealed("stored", Stored.class);
    constants("move", Move.values());
    constants("say", Verb.values());
    for (Reason reason : Reason.values()) {
      if (isOfWorkload(reason)) {
        add("refused", reason.name());
      }
    }
    for (ControlChange.Type type : ControlChange.Type.values()) {
      if (isOfWorkload(type)) {
        add("entry", type.name());
      }
    }
    constants("policy", ChangeOvers.PolicyUse.values());
    constants("compromised", ChangeOvers.Compromise.values());
    constants("release", Cause.values());
    constants("finalize", Outcome.values());
    constants("verdict", Verdict.Cause.values());
    constants("timer", Timer.values());
    for (Direction direction : Direction.values()) {
      if (isOfPipeline(direction)) {
        add("audit", direction.name());
      }
    }
  }

  /**
   * Whether the simulated part of the pipeline writes events of that direction: the raw ones come
   * from the command line only, and ended attempts from the store of failures, which is none here.
   */
  private static boolean isOfPipeline(Direction direction) {
    return switch (direction) {
      case PUBLISHED, DELIVERED, SUPERSEDED, DEAD_LETTERED -> true;
      case ATTEMPT_ENDED, RAW_PUBLISHED, RAW_DELIVERED -> false;
    };
  }

  private void sealed(String group, Class<?> type) {
    for (Class<?> one : type.getPermittedSubclasses()) {
      add(group, one.getSimpleName());
    }
  }

  /**
   * Whether the workload of the simulation can be refused for this. Its processes are split, so
   * none plays every planner, its idempotency keys have one payload each, its bus has no batches,
   * its policies name no modules, and its administrator makes no mistakes. {@code FrontDoorTest},
   * the hostile flood, {@code RecordDecoderTest}, {@code OwnRulesTest} and the two of {@code
   * ControlChainTest} reach these.
   */
  private static boolean isOfWorkload(Reason reason) {
    return switch (reason) {
      case UNKNOWN_TASK_TYPE,
          IDEMPOTENCY_CONFLICT,
          POLICY_RULE_REFUSED,
          UNREADABLE_BATCH,
          WRONG_GENESIS,
          WRONG_HEAD,
          BAD_APPROVAL,
          APPROVALS_MISSING,
          CHANGE_REFUSED ->
          false;
      default -> true;
    };
  }

  /** Whether the administrator of the simulation makes such entries. */
  private static boolean isOfWorkload(ControlChange.Type type) {
    return switch (type) {
      case ADD, ROTATE, COMPROMISED, ACTIVATE, RETIRE_POLICY -> true;
      case ROLES, RETIRE -> false;
    };
  }

  private void constants(String group, Enum<?>... values) {
    for (Enum<?> value : values) {
      add(group, value.name());
    }
  }

  private void add(String group, String name) {
    tally(group, name);
  }

  private Tally tally(String group, String name) {
    return tallies
        .computeIfAbsent(group, same -> new HashMap<>())
        .computeIfAbsent(name, same -> new Tally());
  }

  /** Counts a branch of a sealed type. */
  public void took(String group, Object one) {
    count(group, one.getClass().getSimpleName());
  }

  /** Counts a branch that an enum constant names. */
  public void took(String group, Enum<?> one) {
    count(group, one.name());
  }

  /** Counts a branch by its name. */
  public void took(String group, String name) {
    count(group, name);
  }

  private void count(String group, String name) {
    Map<String, Tally> branches = tallies.get(group);
    Tally tally = branches == null ? null : branches.get(name);
    if (tally != null) {
      tally.times++;
    }
  }

  /** Adds the counts of another run. */
  public void add(SortedMap<String, Long> more) {
    more.forEach(
        (branch, count) -> {
          int slash = branch.indexOf('/');
          tally(branch.substring(0, slash), branch.substring(slash + 1)).times += count;
        });
  }

  /** Returns how often each branch was taken. */
  public SortedMap<String, Long> counts() {
    SortedMap<String, Long> counts = new TreeMap<>();
    tallies.forEach(
        (group, branches) ->
            branches.forEach((name, tally) -> counts.put(group + "/" + name, tally.times)));
    return Collections.unmodifiableSortedMap(counts);
  }

  @Override
  public String toString() {
    return counts().toString().toLowerCase(Locale.ROOT);
  }
}
