package dev.canswarm.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.Draft;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.StrictJson;
import dev.canswarm.policy.RoleName;
import dev.canswarm.port.ArtifactStore;
import dev.canswarm.port.ForwardingArtifactStore;
import dev.canswarm.protocol.Slot;
import dev.canswarm.protocol.payload.Cancel;
import dev.canswarm.protocol.payload.Finalize;
import dev.canswarm.protocol.payload.Finalize.Outcome;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

/** A NEED that is not wanted any more ends at once, and what runs for it is stopped. */
class CancelledNeedTest {
  private static final ThreadId THREAD = new ThreadId("t");
  private static final String WORDS =
      "{\"task_type\":\"text.wordcount\",\"input\":{\"text\":\"a\"}}";
  private static final Duration SOON = Duration.ofSeconds(1);

  private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
  private final MemorySwarm swarm = new MemorySwarm(time);
  private final AtomicInteger begun = new AtomicInteger();
  private final AtomicInteger stopped = new AtomicInteger();
  private final Envelope need = need();

  @AfterEach
  void stop() {
    time.dispose();
  }

  private Envelope need() {
    JsonObject payload = StrictJson.parseObject(WORDS.getBytes(StandardCharsets.UTF_8));
    return sign("client", Draft.need(THREAD, "nonce", swarm.policy.hash(), payload));
  }

  private Envelope sign(String who, Draft draft) {
    return swarm.codec.sign(draft, Objects.requireNonNull(swarm.keys.get(who)), 1);
  }

  private Envelope cancel(String who) {
    return sign(
        who,
        Draft.builder(Verb.CANCEL, THREAD)
            .need(new NeedId(need.id()))
            .lamport(2)
            .parents(List.of(need.id()))
            .policyHash(swarm.policy.hash())
            .payload(new Cancel("not wanted any more").toJson())
            .build());
  }

  /** A process in which no task ever ends by itself. */
  private void startHanging(List<RoleName> roles) {
    swarm
        .new Process(
            "with-" + roles.get(0),
            roles,
            MemorySwarm.builtIn(),
            event -> Mono.empty(),
            ports -> ports.withArtifacts(hanging(ports.artifacts())))
        .run()
        .subscribe();
  }

  private ArtifactStore hanging(ArtifactStore artifacts) {
    return new ForwardingArtifactStore(artifacts) {
      @Override
      public Mono<String> put(byte[] content) {
        return Mono.<String>never()
            .doOnSubscribe(all -> begun.incrementAndGet())
            .doOnCancel(stopped::incrementAndGet);
      }
    };
  }

  private Finalize onlyEnd() {
    List<Envelope> ends = swarm.on(Verb.FINALIZE.topic());
    assertThat(ends).hasSize(1);
    return Finalize.parse(ends.get(0).payload());
  }

  private void publish(Envelope envelope) {
    swarm.publish(envelope);
    time.advanceTimeBy(SOON);
  }

  @ParameterizedTest
  @ValueSource(strings = {"client", "operator"})
  void whoseTaskHangsEndsAtOnceAndTheTaskIsStopped(String who) {
    startHanging(MemorySwarm.ALL_ROLES);
    publish(need);
    assertThat(begun).hasValue(1);
    assertThat(stopped).hasValue(0);

    publish(cancel(who));
    assertThat(onlyEnd())
        .isEqualTo(new Finalize(Outcome.REJECTED, Finalize.CANCELLED, "", List.of()));
    assertThat(stopped).hasValue(1);
    assertThat(swarm.openNeeds()).isEmpty();
    assertThat(swarm.deadLetters()).isEmpty();
  }

  @Test
  void aTaskInAnotherProcessIsStoppedToo() {
    startHanging(List.of(RoleName.WORKER));
    swarm
        .process(
            "rest", MemorySwarm.ALL_ROLES.stream().filter(role -> role != RoleName.WORKER).toList())
        .run()
        .subscribe();
    publish(need);
    assertThat(begun).hasValue(1);

    publish(cancel("client"));
    assertThat(onlyEnd().reason()).isEqualTo(Finalize.CANCELLED);
    assertThat(stopped).hasValue(1);
  }

  @Test
  void aStrangersCancelIsADeadLetterAndTheNeedGoesOn() {
    startHanging(MemorySwarm.ALL_ROLES);
    publish(need);
    publish(cancel("stranger"));
    assertThat(swarm.deadLetters())
        .singleElement()
        .satisfies(
            letter -> assertThat(letter).containsEntry("swarm-reason", "SENDER_NOT_AUTHORISED"));
    assertThat(swarm.on(Verb.FINALIZE.topic())).isEmpty();
    assertThat(stopped).hasValue(0);
  }

  @Test
  void afterTheEndACancelChangesNothing() {
    swarm.process("all").run().subscribe();
    publish(need);
    assertThat(onlyEnd().outcome()).isEqualTo(Outcome.ACCEPTED);
    publish(cancel("client"));
    assertThat(onlyEnd().outcome()).isEqualTo(Outcome.ACCEPTED);
    assertThat(swarm.deadLetters()).isEmpty();
  }

  @Test
  void sentAgainOrByAnotherItChangesNothing() {
    startHanging(MemorySwarm.ALL_ROLES);
    publish(need);
    swarm.publish(cancel("client"));
    swarm.publish(cancel("operator"));
    publish(cancel("client"));
    assertThat(onlyEnd().reason()).isEqualTo(Finalize.CANCELLED);
    assertThat(
            swarm.store.load(need.id().text()).blockOptional().orElseThrow().stream()
                .filter(row -> row.slot().equals(Slot.CANCEL.key())))
        .singleElement()
        .satisfies(row -> assertThat(row.id()).isEqualTo(cancel("client").id().text()));
    assertThat(swarm.deadLetters()).isEmpty();
  }

  @Test
  void aCancelThatComesBeforeItsNeedWaitsForIt() {
    startHanging(MemorySwarm.ALL_ROLES);
    publish(cancel("client"));
    assertThat(swarm.on(Verb.FINALIZE.topic())).isEmpty();
    publish(need);
    assertThat(onlyEnd().reason()).isEqualTo(Finalize.CANCELLED);
  }
}
