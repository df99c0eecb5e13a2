package dev.canswarm.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.control.ControlFixture;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.RecordPosition;
import dev.canswarm.policy.Policy;
import dev.canswarm.policy.PolicyCheck;
import dev.canswarm.policy.RoleName;
import dev.canswarm.policy.TrustRegistry;
import dev.canswarm.port.Delivery;
import dev.canswarm.port.RetryableException;
import dev.canswarm.protocol.Rules;
import dev.canswarm.protocol.verb.Admission;
import dev.canswarm.stage.trace.Tracer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

/**
 * Records of every kind leave in the order in which they came, regardless of the core that is
 * first.
 */
class DecodeStageTest {
  private static final int CORES = 3;

  private final StageBench bench = new StageBench(RoleName.GATEWAY);
  private final Scheduler cores = Schedulers.newParallel("decode-test", CORES);

  @AfterEach
  void stop() {
    cores.dispose();
    bench.close();
  }

  private RecordDecoder decoder() {
    PolicyCheck check = new PolicyCheck(bench.swarm.policy, bench.swarm.trust);
    Rules rules = new Rules(bench.swarm.policy, bench.swarm.trust, new TreeSet<>());
    Admission admission = new Admission(check, rules, false);
    return new RecordDecoder(
        bench.swarm.codec,
        admission,
        new Gateway(bench.swarm.only("gateway"), bench.context.signers(), admission));
  }

  private DecodeStage stage(Scheduler scheduler, int concurrency) {
    return new DecodeStage(
        decoder(), scheduler, concurrency, Tracer.NONE, bench.context.retryPolicy());
  }

  @Test
  void whatWasRefusedIsDecodedAgainWhenAnotherReadTheChainMeanwhile() {
    Behind behind = new Behind(bench.swarm.policy, TrustRegistry.of(new TreeMap<>()), false);
    StepVerifier.create(behind.stage().apply(Flux.just(List.of(need()))))
        .assertNext(input -> assertThat(decoded(input)).isInstanceOf(Decoded.Valid.class))
        .expectComplete()
        .verify(StageBench.TIMEOUT);
    assertThat(behind.asked).containsExactly(Set.of());
  }

  @Test
  void aPolicyThatIsUnknownHereIsAskedForOnceForAllRecordsThatNameIt() {
    Behind behind = new Behind(ControlFixture.policy(3), bench.swarm.trust, true);
    StepVerifier.create(behind.stage().apply(Flux.just(List.of(need(), need()))))
        .assertNext(input -> assertThat(decoded(input)).isInstanceOf(Decoded.Valid.class))
        .assertNext(input -> assertThat(decoded(input)).isInstanceOf(Decoded.Valid.class))
        .expectComplete()
        .verify(StageBench.TIMEOUT);
    assertThat(behind.asked).containsExactly(Set.of(PlayedNeed.ONE.need.policyHash()));
  }

  @Test
  void whileTheStoreIsAwayTheRecordWaits() {
    Behind behind = new Behind(ControlFixture.policy(3), bench.swarm.trust, true);
    behind.failures = 2;
    StepVerifier.create(behind.stage().apply(Flux.just(List.of(need()))))
        .then(() -> assertThat(behind.asked).hasSize(1))
        .then(() -> bench.time.advanceTimeBy(Duration.ofSeconds(3)))
        .assertNext(input -> assertThat(decoded(input)).isInstanceOf(Decoded.Valid.class))
        .expectComplete()
        .verify(StageBench.TIMEOUT);
    assertThat(behind.asked).hasSize(3);
  }

  private Delivery need() {
    return bench.delivery(
        "swarm.need", StageBench.utf8(PlayedNeed.THREAD.text()), PlayedNeed.ONE.need.bytes());
  }

  /** Checks by older files until what was stored since has been taken in. */
  private final class Behind implements Decoding {
    private final Policy policy;
    private final TrustRegistry trust;
    private final boolean lacksPolicy;
    private final List<Set<String>> asked = new ArrayList<>();
    private int failures;
    private long version;

    Behind(Policy policy, TrustRegistry trust, boolean lacksPolicy) {
      this.policy = policy;
      this.trust = trust;
      this.lacksPolicy = lacksPolicy;
    }

    DecodeStage stage() {
      return new DecodeStage(
          new RecordDecoder(bench.swarm.codec, this),
          Schedulers.immediate(),
          1,
          Tracer.NONE,
          bench.context.retryPolicy());
    }

    @Override
    public Admission admission(String policyHash) {
      Policy known = version == 0 ? policy : bench.swarm.policy;
      TrustRegistry listed = version == 0 ? trust : bench.swarm.trust;
      Rules rules = new Rules(known, listed, new TreeSet<>());
      return new Admission(new PolicyCheck(known, listed), rules, false);
    }

    @Override
    public Gateway gateway() {
      throw new IllegalStateException("expected no record of the intake");
    }

    @Override
    public boolean lacksPolicyOf(Envelope envelope) {
      return lacksPolicy;
    }

    @Override
    public Mono<Void> catchUp(Set<String> policies) {
      return Mono.fromRunnable(
          () -> {
            asked.add(policies);
            if (failures-- > 0) {
              throw new RetryableException("read the archive", new IOException("away"));
            }
            version++;
          });
    }

    @Override
    public long version() {
      return version;
    }
  }

  private List<Delivery> batch(int records) {
    return IntStream.range(0, records)
        .mapToObj(
            i ->
                bench.delivery(
                    "swarm.need",
                    StageBench.utf8(PlayedNeed.THREAD.text()),
                    i % 3 == 0 ? StageBench.utf8("junk") : PlayedNeed.ONE.need.bytes()))
        .toList();
  }

  private static Delivery deliveryOf(Input input) {
    return ((Input.Arrival) input).delivery();
  }

  @Test
  void manyRecordsKeepTheirOrderOnManyCores() {
    List<List<Delivery>> batches = List.of(batch(1), batch(100), batch(9), batch(8), batch(40));
    List<Delivery> all = batches.stream().flatMap(List::stream).toList();
    StepVerifier.create(
            stage(cores, CORES)
                .apply(Flux.fromIterable(batches))
                .map(DecodeStageTest::deliveryOf)
                .collectList())
        .expectNext(all)
        .expectComplete()
        .verify(StageBench.TIMEOUT);
  }

  @Test
  void whatIsWrongWithARecordIsPartOfItAndEndsNothing() {
    StepVerifier.create(stage(cores, CORES).apply(Flux.just(batch(3))))
        .assertNext(input -> assertThat(decoded(input)).isInstanceOf(Decoded.Refused.class))
        .assertNext(
            input ->
                assertThat(decoded(input))
                    .isInstanceOfSatisfying(
                        Decoded.Valid.class,
                        valid -> assertThat(valid.envelope()).isEqualTo(PlayedNeed.ONE.need)))
        .expectNextCount(1)
        .expectComplete()
        .verify(StageBench.TIMEOUT);
  }

  private static Decoded decoded(Input input) {
    return ((Input.Arrival) input).decoded();
  }

  @Test
  void anArrivalSaysWhereItCameFrom() {
    Delivery delivery =
        Delivery.of(new RecordPosition("cluster", "swarm.need", 3, 77), null, null, () -> {});
    StepVerifier.create(stage(bench.time, 1).apply(Flux.just(List.of(delivery))))
        .assertNext(
            input -> {
              assertThat(((Input.Arrival) input).source())
                  .isEqualTo(new RecordPosition("cluster", "swarm.need", 3, 77));
              assertThat(input.partition()).isEqualTo(3);
            })
        .expectComplete()
        .verify(StageBench.TIMEOUT);
  }

  @Test
  void noMoreBatchesAreTakenThanAreDecodedSideBySide() {
    TestPublisher<List<Delivery>> batches = TestPublisher.create();
    StepVerifier.create(stage(bench.time, 2).apply(batches.flux()), 0)
        .then(() -> batches.assertMaxRequested(2))
        .then(() -> batches.next(batch(5), batch(5)))
        .then(() -> batches.assertMaxRequested(2))
        .thenRequest(5)
        .expectNextCount(5)
        .thenCancel()
        .verify(StageBench.TIMEOUT);
  }

  @Test
  void cancellingEndsTheBatches() {
    TestPublisher<List<Delivery>> batches = TestPublisher.create();
    List<Input> decoded = new ArrayList<>();
    var running = stage(bench.time, 2).apply(batches.flux()).subscribe(decoded::add);
    batches.next(batch(2));
    assertThat(decoded).hasSize(2);
    running.dispose();
    batches.assertCancelled();
  }

  @Test
  void anErrorOfTheBusNamesTheStage() {
    StepVerifier.create(
            stage(bench.time, 2).apply(Flux.error(new IllegalStateException("the bus broke"))))
        .expectErrorSatisfies(
            error ->
                assertThat(error.getSuppressed())
                    .anySatisfy(trace -> assertThat(trace).hasMessageContaining("decode")))
        .verify(StageBench.TIMEOUT);
  }
}
