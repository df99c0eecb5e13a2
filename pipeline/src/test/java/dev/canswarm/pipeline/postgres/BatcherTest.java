package dev.canswarm.pipeline.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.port.RetryableException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

final class BatcherTest {
  private final List<List<Integer>> batches = Collections.synchronizedList(new ArrayList<>());
  private final List<Sinks.One<Integer>> gates = Collections.synchronizedList(new ArrayList<>());

  /** Each batch waits for its gate; the answer to a number is its double. */
  private Batcher<Integer, Integer> gated(Batcher.Limits limits) {
    return new Batcher<>("test", limits, n -> 1, n -> n, this::doubled);
  }

  private Mono<List<Integer>> doubled(List<Integer> numbers) {
    batches.add(numbers);
    Sinks.One<Integer> gate = Sinks.one();
    gates.add(gate);
    return gate.asMono().thenReturn(numbers.stream().map(n -> 2 * n).toList());
  }

  private void open(int gate) {
    gates.get(gate).tryEmitValue(1).orThrow();
  }

  private static Batcher.Limits limits(int flights, int rows, int bytes, int waiting) {
    return new Batcher.Limits(flights, rows, bytes, waiting);
  }

  private static List<Integer> ask(Batcher<Integer, Integer> batcher, int from, int to) {
    List<Integer> answers = Collections.synchronizedList(new ArrayList<>());
    IntStream.range(from, to).forEach(n -> batcher.call(n).subscribe(answers::add));
    return answers;
  }

  @Test
  void aCallGoesAtOnceWhenNothingIsUnderWay() {
    ask(gated(limits(1, 10, 1000, 10)), 1, 2);
    assertThat(batches).containsExactly(List.of(1));
  }

  @Test
  void callsThatComeMeanwhileGoTogetherNext() {
    List<Integer> answers = ask(gated(limits(1, 10, 1000, 10)), 1, 5);
    open(0);
    assertThat(batches).containsExactly(List.of(1), List.of(2, 3, 4));
    assertThat(answers).containsExactly(2);
    open(1);
    assertThat(answers).containsExactly(2, 4, 6, 8);
  }

  @Test
  void asManyBatchesAsAllowedAreUnderWay() {
    ask(gated(limits(2, 10, 1000, 10)), 1, 5);
    assertThat(batches).containsExactly(List.of(1), List.of(2));
  }

  @Test
  void aBatchKeepsToItsRowsAndItsBytes() {
    ask(gated(limits(1, 3, 1000, 10)), 1, 6);
    open(0);
    assertThat(batches).containsExactly(List.of(1), List.of(2, 3, 4));
    batches.clear();
    gates.clear();
    ask(gated(limits(1, 10, 12, 10)), 5, 9);
    open(0);
    assertThat(batches).containsExactly(List.of(5), List.of(6));
  }

  @Test
  void aCallThatIsLargerThanABatchGoesAlone() {
    ask(gated(limits(1, 10, 3, 10)), 7, 9);
    open(0);
    assertThat(batches).containsExactly(List.of(7), List.of(8));
  }

  @Test
  void oneCallTooManyIsRefusedAsRetryableAndRoomComesBack() {
    Batcher<Integer, Integer> batcher = gated(limits(1, 10, 1000, 2));
    List<Integer> answers = ask(batcher, 1, 4);
    StepVerifier.create(batcher.call(4)).verifyError(RetryableException.class);
    open(0);
    batcher.call(5).subscribe(answers::add);
    open(1);
    open(2);
    assertThat(answers).containsExactly(2, 4, 6, 10);
  }

  @Test
  void aCallerThatLeavesTheQueueIsNotAskedFor() {
    Batcher<Integer, Integer> batcher = gated(limits(1, 10, 1000, 10));
    List<Integer> answers = ask(batcher, 1, 2);
    Disposable leaving = batcher.call(2).subscribe(answers::add);
    batcher.call(3).subscribe(answers::add);
    leaving.dispose();
    open(0);
    assertThat(batches).containsExactly(List.of(1), List.of(3));
    open(1);
    assertThat(answers).containsExactly(2, 6);
  }

  @Test
  void aCallerThatLeavesABatchUnderWayStopsNobody() {
    Batcher<Integer, Integer> batcher = gated(limits(1, 10, 1000, 10));
    ask(batcher, 1, 2);
    Disposable leaving = batcher.call(2).subscribe();
    List<Integer> answers = ask(batcher, 3, 4);
    open(0);
    leaving.dispose();
    open(1);
    assertThat(batches).containsExactly(List.of(1), List.of(2, 3));
    assertThat(answers).containsExactly(6);
  }

  @Test
  void anOutageFailsTheBatchAndNotTheNext() {
    List<Integer> failing = Collections.synchronizedList(new ArrayList<>(List.of(1)));
    Batcher<Integer, Integer> batcher =
        new Batcher<>(
            "test",
            limits(1, 10, 1000, 10),
            n -> 1,
            n -> 1,
            numbers ->
                failing.isEmpty()
                    ? Mono.just(numbers)
                    : Mono.error(new RetryableException("test", new IOException("away"))));
    StepVerifier.create(batcher.call(1)).verifyError(RetryableException.class);
    failing.clear();
    StepVerifier.create(batcher.call(1)).expectNext(1).verifyComplete();
  }

  @Test
  void aBadCallFailsAloneAndWorkThatThrowsIsAFailureToo() {
    Sinks.One<Integer> gate = Sinks.one();
    Batcher<Integer, Integer> batcher =
        new Batcher<>(
            "test",
            limits(1, 10, 1000, 10),
            n -> 1,
            n -> 1,
            numbers -> {
              if (numbers.contains(3)) {
                throw new IllegalArgumentException("bad: 3");
              }
              return numbers.contains(1) ? gate.asMono().thenReturn(numbers) : Mono.just(numbers);
            });
    List<Integer> answers = ask(batcher, 1, 3);
    Mono<Integer> bad = batcher.call(3).cache();
    bad.onErrorComplete().subscribe();
    batcher.call(4).subscribe(answers::add);
    gate.tryEmitValue(1).orThrow();
    assertThat(answers).containsExactlyInAnyOrder(1, 2, 4);
    StepVerifier.create(bad).verifyErrorMessage("bad: 3");
  }

  @Test
  void callsFromManyThreadsAllGetTheirAnswer() {
    Batcher<Integer, Integer> batcher =
        new Batcher<>(
            "test",
            limits(3, 20, 1_000_000, 10_000),
            n -> 1,
            n -> 1,
            numbers -> Mono.just(numbers).publishOn(Schedulers.parallel()));
    StepVerifier.create(
            Flux.range(0, 5_000)
                .flatMap(
                    n -> batcher.call(n).subscribeOn(Schedulers.boundedElastic()).filter(n::equals),
                    500)
                .count())
        .expectNext(5_000L)
        .verifyComplete();
    assertThat(batcher.callCount()).isEqualTo(5_000);
  }
}
