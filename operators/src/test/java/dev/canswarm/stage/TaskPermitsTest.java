package dev.canswarm.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.test.StepVerifier;

/** A bound on running tasks that suspends instead of blocking. */
class TaskPermitsTest {
  private final List<String> had = new ArrayList<>();

  private Disposable acquire(TaskPermits permits, String name) {
    return permits.acquire().subscribe(yes -> had.add(name));
  }

  @Test
  void thereAreAsManyAsWereSaid() {
    TaskPermits permits = new TaskPermits(2);
    acquire(permits, "a");
    acquire(permits, "b");
    acquire(permits, "c");
    assertThat(had).containsExactly("a", "b");
  }

  @Test
  void whoWaitedLongestIsNext() {
    TaskPermits permits = new TaskPermits(1);
    List.of("a", "b", "c").forEach(name -> acquire(permits, name));
    permits.release();
    assertThat(had).containsExactly("a", "b");
    permits.release();
    assertThat(had).containsExactly("a", "b", "c");
  }

  @Test
  void aPermitThatNobodyWaitsForIsKept() {
    TaskPermits permits = new TaskPermits(1);
    acquire(permits, "a");
    permits.release();
    StepVerifier.create(permits.acquire()).expectNext(true).verifyComplete();
  }

  @Test
  void whoIsCancelledWhileWaitingTakesNone() {
    TaskPermits permits = new TaskPermits(1);
    acquire(permits, "a");
    Disposable waiting = acquire(permits, "b");
    acquire(permits, "c");
    waiting.dispose();
    permits.release();
    assertThat(had).containsExactly("a", "c");
  }

  @Test
  void noPermitsAtAllIsRefused() {
    assertThatThrownBy(() -> new TaskPermits(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least 1");
  }
}
