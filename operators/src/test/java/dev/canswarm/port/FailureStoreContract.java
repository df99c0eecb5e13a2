package dev.canswarm.port;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.TaskId;
import dev.canswarm.port.AttemptFailure.Kind;
import dev.canswarm.protocol.payload.ErrorText;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

/**
 * What every {@link FailureStore} does. Tests use NEEDs of their own, so they may share a store.
 */
public abstract class FailureStoreContract {
  protected abstract FailureStore store();

  private List<AttemptFailure> of(String needId) {
    return store().of(new NeedId(needId)).blockOptional().orElseThrow();
  }

  private static AttemptFailure failure(
      String needId, int attempt, String agent, String error, long at) {
    return new AttemptFailure(
        new NeedId(needId), new TaskId("task"), attempt, agent, Kind.FAILED, error, at);
  }

  @Test
  void aNeedWithoutFailuresHasNoNotes() {
    assertThat(of("none")).isEmpty();
  }

  @Test
  void whatIsKeptIsFoundInTheOrderOfTimeAndOnlyUnderItsNeed() {
    AttemptFailure late = failure("several", 1, "b", "exit code 3 | \"ß\" €", 30);
    AttemptFailure early =
        new AttemptFailure(
            new NeedId("several"), new TaskId("task"), 2, "a", Kind.ABSTAINED, "no artifact", 20);
    AttemptFailure other = failure("another", 1, "b", "x", 10);
    Flux.just(late, early, other).concatMap(store()::keep).blockLast();
    assertThat(of("several")).containsExactly(early, late);
    assertThat(of("another")).containsExactly(other);
  }

  @Test
  void theLastNoteOfAnAttemptAndAgentReplacesTheOthers() {
    AttemptFailure retried =
        new AttemptFailure(
            new NeedId("again"), new TaskId("task"), 1, "a", Kind.RETRIED, "no room", 10);
    AttemptFailure failed = failure("again", 1, "a", "exit code 3", 20);
    Flux.just(retried, failed).concatMap(store()::keep).blockLast();
    assertThat(of("again")).containsExactly(failed);
  }

  @Test
  void whatIsSaidAgainInTheSameWordsKeepsItsTime() {
    AttemptFailure first = failure("same", 1, "a", "exit code 3", 10);
    AttemptFailure again = failure("same", 1, "a", "exit code 3", 20);
    Flux.just(first, again).concatMap(store()::keep).blockLast();
    assertThat(of("same")).containsExactly(first);
  }

  @Test
  void theLongestErrorIsKeptWhole() {
    String longest = "\ud83d\ude00".repeat(ErrorText.CHARS_MAX);
    AttemptFailure failure = failure("long", 1, "a", longest, 10);
    store().keep(failure).block();
    assertThat(of("long")).containsExactly(failure);
  }
}
