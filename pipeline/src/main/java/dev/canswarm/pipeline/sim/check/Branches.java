package dev.canswarm.pipeline.sim.check;

import dev.canswarm.envelope.Kind;
import dev.canswarm.envelope.Reason;
import dev.canswarm.port.AuditEvent.Direction;
import dev.canswarm.port.GateAnswer;
import dev.canswarm.protocol.Answer;
import dev.canswarm.protocol.Effect;
import dev.canswarm.protocol.Emission;
import dev.canswarm.protocol.Move;
import dev.canswarm.protocol.Stored;
import dev.canswarm.protocol.Timers.Timer;
import dev.canswarm.protocol.Verdict;
import dev.canswarm.protocol.payload.Finalize.Outcome;
import dev.canswarm.protocol.payload.Release.Cause;
import dev.canswarm.stage.Received;
import java.util.Collections;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How often each branch of the protocol was taken. What branches there are is read from the types
 * in which the roles and stages answer, so a new one that no run reaches shows by itself.
 */
public final class Branches {
  /** A count that is added to in place: branches are counted several times an event. */
  private static final class Tally {
    long times;
  }

  /** Group to branch to count. Looked up by the two, so that counting joins no strings. */
  private final Map<String, Map<String, Tally>> tallies = new HashMap<>();

  /** All branches, none taken. */
  public Branches() {
    sealed("effect", Effect.class);
    sealed("answer", Answer.class);
    sealed("emission", Emission.class);
    sealed("gate", GateAnswer.class);
    sealed("received", Received.class);
    sealed("stored", Stored.class);
    constants("move", Move.values());
    constants("say", Kind.values());
    constants("refused", Reason.values());
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

  /** What is said and heard without an envelope is said and heard on the command line alone. */
  private static boolean isOfPipeline(Direction direction) {
    return switch (direction) {
      case PUBLISHED, DELIVERED, SUPERSEDED, DEAD_LETTERED -> true;
      case RAW_PUBLISHED, RAW_DELIVERED -> false;
    };
  }

  private void sealed(String group, Class<?> type) {
    for (Class<?> one : type.getPermittedSubclasses()) {
      add(group, one.getSimpleName());
    }
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

  /** A branch of a sealed type was taken. */
  public void took(String group, Object one) {
    count(group, one.getClass().getSimpleName());
  }

  /** A branch that an enum names was taken. */
  public void took(String group, Enum<?> one) {
    count(group, one.name());
  }

  /** A branch was taken, by its name. */
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

  /** Adds what another run counted. */
  public void add(SortedMap<String, Long> more) {
    more.forEach(
        (branch, count) -> {
          int slash = branch.indexOf('/');
          tally(branch.substring(0, slash), branch.substring(slash + 1)).times += count;
        });
  }

  /** Branch to how often it was taken. */
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
