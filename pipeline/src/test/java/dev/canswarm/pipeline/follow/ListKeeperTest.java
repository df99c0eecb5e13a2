package dev.canswarm.pipeline.follow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.port.RetryableException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

/** How the list is kept up, on virtual time. */
class ListKeeperTest {
  private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
  private int asked;

  /** Gives the prepared answers, and then empty ones. */
  private final class Script implements NeedList {
    private final Queue<Mono<Integer>> answers;

    Script(List<Mono<Integer>> answers) {
      this.answers = new ArrayDeque<>(answers);
    }

    @Override
    public Mono<Page> list(Filter filter) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Mono<List<DeadLetter>> deadLetters(Optional<Position> before, int rowsMax) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Mono<Integer> follow(int rowsMax) {
      return Mono.defer(
          () -> {
            asked++;
            Mono<Integer> next = answers.poll();
            return next == null ? Mono.just(0) : next;
          });
    }
  }

  @Test
  void itRestsOnlyWhenThereWasNoMore() {
    Mono<Integer> full = Mono.just(ListKeeper.ROWS_MAX);
    ListKeeper keeper = new ListKeeper(new Script(List.of(full, full, Mono.just(3))), time);
    assertThat(asked).isEqualTo(3);
    time.advanceTimeBy(ListKeeper.REST.minusMillis(1));
    assertThat(asked).isEqualTo(3);
    time.advanceTimeBy(Duration.ofMillis(1));
    assertThat(asked).isEqualTo(4);
    keeper.close();
  }

  @Test
  void anOutageIsWaitedForAndClosingEndsIt() {
    Mono<Integer> away = Mono.error(new RetryableException("it", new IllegalStateException()));
    ListKeeper keeper = new ListKeeper(new Script(List.of(away, away, away)), time);
    time.advanceTimeBy(Duration.ofMinutes(5));
    assertThat(asked).isGreaterThan(100);
    keeper.close();
    int before = asked;
    time.advanceTimeBy(Duration.ofMinutes(5));
    assertThat(asked).isEqualTo(before);
  }
}
