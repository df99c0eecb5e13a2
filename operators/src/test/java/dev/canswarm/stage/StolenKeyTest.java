package dev.canswarm.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.crypto.Sha256;
import dev.canswarm.envelope.Draft;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.TaskId;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.StrictJson;
import dev.canswarm.policy.RoleName;
import dev.canswarm.protocol.payload.Commit;
import dev.canswarm.protocol.payload.Decide;
import dev.canswarm.protocol.payload.Finalize;
import dev.canswarm.protocol.payload.Finalize.Outcome;
import dev.canswarm.protocol.payload.Lease;
import dev.canswarm.protocol.payload.Release;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.test.scheduler.VirtualTimeScheduler;

/**
 * Somebody has a decider's or a coordinator's key and Kafka: what does not follow is a dead letter,
 * its slot stays free, and the NEED ends as if nothing had been.
 */
class StolenKeyTest {
  private static final String WORDS =
      "{\"task_type\":\"text.wordcount\",\"input\":{\"text\":\"a\"}}";
  private static final Duration SOON = Duration.ofSeconds(1);

  private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
  private final MemorySwarm swarm = new MemorySwarm(time, 0, 2);
  private final Envelope need =
      swarm.codec.sign(
          Draft.need(
              new ThreadId("t"),
              "nonce",
              swarm.policy.hash(),
              StrictJson.parseObject(WORDS.getBytes(StandardCharsets.UTF_8))),
          Objects.requireNonNull(swarm.keys.get("client")),
          1);

  @AfterEach
  void stop() {
    time.dispose();
  }

  private void startAllBut(RoleName without) {
    swarm
        .process("rest", MemorySwarm.ALL_ROLES.stream().filter(role -> role != without).toList())
        .run()
        .subscribe();
    swarm.publish(need);
    time.advanceTimeBy(SOON);
  }

  private void start(RoleName role) {
    swarm.process("late", List.of(role)).run().subscribe();
    time.advanceTimeBy(SOON);
  }

  private Envelope only(Verb verb) {
    List<Envelope> said =
        swarm.on(verb.topic()).stream().filter(one -> one.verb() == verb).toList();
    assertThat(said).as(verb.name()).hasSize(1);
    return said.get(0);
  }

  private Envelope forge(String who, Verb verb, JsonObject payload, Envelope... parents) {
    Envelope forged =
        swarm.codec.sign(
            Draft.builder(verb, new ThreadId("t"))
                .need(new NeedId(need.id()))
                .lamport(1 + Arrays.stream(parents).mapToLong(Envelope::lamport).max().orElse(0))
                .parents(Arrays.stream(parents).map(Envelope::id).sorted().toList())
                .policyHash(swarm.policy.hash())
                .payload(payload)
                .build(),
            Objects.requireNonNull(swarm.keys.get(who)),
            7);
    swarm.publish(forged);
    time.advanceTimeBy(SOON);
    return forged;
  }

  private List<String> reasons() {
    return swarm.deadLetters().stream().map(letter -> letter.get("swarm-reason")).toList();
  }

  private Finalize end(Envelope... forged) {
    List<Envelope> ends =
        swarm.on(Verb.FINALIZE.topic()).stream()
            .filter(one -> !List.of(forged).contains(one))
            .toList();
    assertThat(ends).hasSize(1);
    return Finalize.parse(ends.get(0).payload());
  }

  @Test
  void forgedDecisionsAreDeadLettersAndTheNeedIsDecidedAllTheSame() {
    startAllBut(RoleName.DECIDER);
    Envelope propose = only(Verb.PROPOSE);
    String trust = swarm.trust.hash();
    String verifiers = swarm.trust.verifiersHash();
    String policy = swarm.policy.hash();
    forge(
        "decider",
        Verb.DECIDE,
        new Decide(propose.id(), 1, 0, 1, policy, trust, verifiers).toJson(),
        propose);
    String other = Sha256.hex("other".getBytes(StandardCharsets.UTF_8));
    forge(
        "decider",
        Verb.DECIDE,
        new Decide(propose.id(), 1, 0, 2, policy, other, other).toJson(),
        propose);
    assertThat(reasons()).containsExactly("NOT_DERIVED", "NOT_DERIVED");
    assertThat(swarm.on(Verb.CLAIM.topic())).isEmpty();

    start(RoleName.DECIDER);
    assertThat(end().outcome()).isEqualTo(Outcome.ACCEPTED);
    assertThat(reasons()).hasSize(2);
  }

  @Test
  void forgedEndsAndGrantsAreDeadLettersAndTheNeedIsAcceptedAllTheSame() {
    startAllBut(RoleName.COORDINATOR);
    Envelope commit = only(Verb.COMMIT);
    Commit work = Commit.parse(commit.payload());
    String wrong = Sha256.hex("wrong".getBytes(StandardCharsets.UTF_8));
    Envelope accepted =
        forge(
            "coordinator",
            Verb.FINALIZE,
            new Finalize(
                    Outcome.ACCEPTED,
                    null,
                    wrong,
                    List.of(new Finalize.Result(work.taskId(), "text.wordcount", wrong)))
                .toJson(),
            swarm.on(Verb.ATTEST.topic()).toArray(Envelope[]::new));
    Envelope rejected =
        forge(
            "coordinator",
            Verb.FINALIZE,
            new Finalize(Outcome.REJECTED, Finalize.ATTEMPTS_USED_UP, "", List.of()).toJson(),
            commit);
    forge(
        "coordinator",
        Verb.RELEASE,
        new Release(work.taskId(), 2, 2, Release.Cause.RETRY, List.of(), List.of()).toJson(),
        commit);
    assertThat(reasons()).containsExactly("NOT_DERIVED", "NOT_DERIVED", "NOT_DERIVED");

    start(RoleName.COORDINATOR);
    assertThat(end(accepted, rejected).outcome()).isEqualTo(Outcome.ACCEPTED);
    assertThat(end(accepted, rejected).results())
        .extracting(Finalize.Result::artifact)
        .containsExactly(work.artifact());
    assertThat(reasons()).hasSize(3);
  }

  /** It comes before its parent, waits, and is checked once that is stored. */
  @Test
  void whatWaitedForItsParentsIsDerivedToo() {
    startAllBut(RoleName.WORKER);
    Envelope decide = only(Verb.DECIDE);
    TaskId task = TaskId.of(Decide.parse(decide.payload()).proposalId(), 0);
    Draft claim =
        Draft.builder(Verb.CLAIM, new ThreadId("t"))
            .need(new NeedId(need.id()))
            .lamport(decide.lamport() + 1)
            .parents(List.of(decide.id()))
            .policyHash(swarm.policy.hash())
            .payload(new Lease(task, 1, 1).toJson())
            .build();
    Envelope claimed = swarm.codec.sign(claim, Objects.requireNonNull(swarm.keys.get("worker")), 3);
    forge(
        "coordinator",
        Verb.RELEASE,
        new Release(task, 2, 2, Release.Cause.RETRY, List.of(), List.of()).toJson(),
        claimed);
    assertThat(reasons()).isEmpty();
    swarm.publish(claimed);
    time.advanceTimeBy(SOON);
    assertThat(reasons()).containsExactly("NOT_DERIVED");
  }
}
