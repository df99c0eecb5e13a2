package dev.canswarm.replay;

import dev.canswarm.envelope.Verb;
import dev.canswarm.protocol.Rules;
import dev.canswarm.replay.History.Closure;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One NEED under replay: the input of every check.
 *
 * @param rules what it was made under, or null where that was not given
 * @param unknownRules which that would be; empty where {@code rules} are there
 * @param end its FINALIZE, or null
 * @param closure what the FINALIZE follows from, itself included; empty without one
 */
record Subject(
    History history,
    @Nullable Rules rules,
    List<String> unknownRules,
    @Nullable Known end,
    Closure closure) {

  /** Whether an envelope is said to hold its slot, or was counted. */
  boolean isJudged(Known entry) {
    return entry.isTaken() || closure.found().containsKey(entry.id());
  }

  /** The envelopes that are judged, parents before children. */
  List<Known> judged() {
    return history.all().stream().filter(this::isJudged).sorted(Known.CAUSAL).toList();
  }

  /** Returns the judged messages of a verb. */
  List<Known> judged(Verb verb) {
    return judged().stream().filter(entry -> entry.verb() == verb).toList();
  }

  /** Returns everything that an envelope follows from, without itself. */
  Closure causesOf(Known entry) {
    return history.closure(entry.envelope().parents());
  }

  /** Adds the unknown rules as missing to a check's findings. */
  void missRules(Findings findings) {
    unknownRules.forEach(findings::missing);
  }
}
