package dev.canswarm.pipeline.http;

import dev.canswarm.pipeline.follow.NeedList;
import dev.canswarm.pipeline.follow.Position;
import dev.canswarm.port.RetryableException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import reactor.core.publisher.Mono;

/** A list that the test fills; it notes what was asked. */
final class MemoryNeedList implements NeedList {
  final List<Filter> asked = new ArrayList<>();
  final List<Item> items = new ArrayList<>();
  final List<DeadLetter> letters = new ArrayList<>();
  boolean away;

  @Override
  public Mono<Page> list(Filter filter) {
    asked.add(filter);
    List<Item> page = items.stream().limit(filter.rowsMax()).toList();
    return Mono.just(
        new Page(
            page, page.size() == filter.rowsMax() ? OptionalLong.of(7) : OptionalLong.empty()));
  }

  @Override
  public Mono<List<DeadLetter>> deadLetters(Optional<Position> before, int rowsMax) {
    return Mono.just(letters.stream().limit(rowsMax).toList());
  }

  @Override
  public Mono<Integer> follow(int rowsMax) {
    return away
        ? Mono.error(new RetryableException("the test", new IllegalStateException()))
        : Mono.just(0);
  }
}
