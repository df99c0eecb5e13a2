package dev.canswarm.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.Draft;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.TaskId;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonString;
import dev.canswarm.policy.RoleName;
import dev.canswarm.port.Topics;
import dev.canswarm.protocol.payload.Finalize;
import dev.canswarm.protocol.payload.Finalize.Outcome;
import dev.canswarm.protocol.payload.Lease;
import dev.canswarm.protocol.payload.PlanTask;
import dev.canswarm.protocol.payload.Propose;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.test.scheduler.VirtualTimeScheduler;

/** Agents that are listed, sign correctly, and mean harm. */
class HostileInputTest {
  private static final String WORDS =
      "{\"task_type\":\"text.wordcount\",\"input\":{\"text\":\"to be or not to be\"}}";

  private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
  private final Disposable.Composite running = Disposables.composite();
  private final MemorySwarm swarm = new MemorySwarm(time);

  @AfterEach
  void stop() {
    running.dispose();
    time.dispose();
  }

  private void start(String name, List<RoleName> roles) {
    running.add(swarm.process(name, roles).run().subscribe());
  }

  private void pass(long seconds) {
    time.advanceTimeBy(Duration.ofSeconds(seconds));
  }

  private static List<RoleName> allBut(RoleName one) {
    List<RoleName> roles = new ArrayList<>(MemorySwarm.ALL_ROLES);
    roles.remove(one);
    return roles;
  }

  private Envelope sign(String agent, Draft draft) {
    return swarm.codec.sign(draft, Objects.requireNonNull(swarm.keys.get(agent)), 1);
  }

  private Envelope need(ThreadId thread) {
    JsonObject payload =
        JsonObject.builder()
            .put("task_type", "text.wordcount")
            .put("input", JsonObject.builder().put("text", "a b a").build())
            .build();
    return sign("client", Draft.need(thread, "nonce", swarm.policy.hash(), payload));
  }

  private Envelope propose(Envelope need, ThreadId thread, String type) {
    PlanTask task =
        new PlanTask(
            type,
            JsonObject.builder().put("text", "something else").build(),
            null,
            List.of(),
            List.of());
    return sign(
        "planner",
        Draft.builder(Verb.PROPOSE, thread)
            .need(new NeedId(need.id()))
            .lamport(2)
            .parents(List.of(need.id()))
            .policyHash(swarm.policy.hash())
            .payload(new Propose(List.of(task)).toJson())
            .build());
  }

  private Finalize end() {
    List<Envelope> ends = swarm.on("swarm.finalize");
    assertThat(ends.stream().map(Envelope::id).distinct()).hasSize(1);
    return Finalize.parse(ends.get(0).payload());
  }

  @Test
  void anEnvelopeOfAnotherThreadDoesNotTakeOverANeed() {
    start("all", MemorySwarm.ALL_ROLES);
    Envelope need = need(new ThreadId("t1"));
    swarm.publish(propose(need, new ThreadId("t2"), "text.wordcount"));
    pass(1);
    swarm.publish(need);
    pass(1);
    assertThat(end().outcome()).isEqualTo(Outcome.ACCEPTED);
    assertThat(swarm.on("swarm.finalize")).allMatch(e -> e.threadId().equals(new ThreadId("t1")));
    assertThat(swarm.on("swarm.decide")).allMatch(e -> e.threadId().equals(new ThreadId("t1")));
    assertThat(swarm.openNeeds()).isEmpty();
  }

  @Test
  void whoRefersToANeedFromAnotherThreadDoesNotPutOffItsEnd() {
    start("all", allBut(RoleName.PLANNER));
    Envelope need = need(new ThreadId("t1"));
    swarm.publish(need);
    pass(1);
    for (int i = 0; i < 20; i++) {
      swarm.publish(propose(need, new ThreadId("t" + (i + 2)), "hash.sha256"));
      pass(1);
    }
    assertThat(end().reason()).isEqualTo(Finalize.NO_PLAN);
  }

  @Test
  void aPlanThatDoesNotFollowFromTheNeedIsNotDecided() {
    start("all", allBut(RoleName.PLANNER));
    Envelope need = need(new ThreadId("t"));
    swarm.publish(need);
    pass(1);
    swarm.publish(propose(need, new ThreadId("t"), "hash.sha256"));
    pass(15);
    assertThat(swarm.on("swarm.decide")).isEmpty();
    assertThat(end().reason()).isEqualTo(Finalize.NO_PLAN);
  }

  @Test
  void aWorkerCannotClaimWhatWasNotReleased() {
    start("all", allBut(RoleName.WORKER));
    swarm.intake(
        "t",
        "{\"tasks\":[{\"name\":\"a\",\"task_type\":\"json.canonicalize\",\"input\":1},"
            + "{\"name\":\"b\",\"task_type\":\"json.canonicalize\",\"input\":2,\"requires\":[\"a\"]}]}");
    pass(1);
    Envelope decide = swarm.on("swarm.decide").get(0);
    EnvelopeId proposal =
        new EnvelopeId(
            ((JsonString) Objects.requireNonNull(decide.payload().get("proposal_id"))).value());
    for (TaskId task : List.of(TaskId.of(proposal, 1), new TaskId("0".repeat(64)))) {
      swarm.publish(
          sign(
              "worker",
              Draft.builder(Verb.CLAIM, new ThreadId("t"))
                  .need(decide.needId())
                  .lamport(decide.lamport() + 1)
                  .parents(List.of(decide.id()))
                  .policyHash(swarm.policy.hash())
                  .payload(new Lease(task, 1, 1).toJson())
                  .build()));
    }
    pass(1);
    assertThat(swarm.deadLetters())
        .hasSize(2)
        .allMatch(headers -> "BAD_SHAPE".equals(headers.get("swarm-reason")));
  }

  @Test
  void aNeedWhosePlanIsTooLargeToBeSaidIsRefusedAtOnce() {
    start("all", MemorySwarm.ALL_ROLES);
    String text = "x".repeat(65536 - 75);
    swarm.intake("t", "{\"input\":{\"text\":\"" + text + "\"},\"task_type\":\"hash.sha256\"}");
    pass(1);
    assertThat(swarm.on("swarm.need")).isEmpty();
    assertThat(swarm.deadLetters())
        .singleElement()
        .satisfies(letter -> assertThat(letter).containsEntry("swarm-reason", "TOO_LARGE"));
    assertThat(swarm.openNeeds()).isEmpty();
  }

  @Test
  void aRepeatedNeedLeavesNoTimerBehind() {
    start("all", MemorySwarm.ALL_ROLES);
    String payload = WORDS.replace("}}", "},\"idempotency_key\":\"k\"}");
    swarm.intake("t", payload);
    pass(1);
    swarm.intake("t", payload);
    pass(1);
    swarm.intake("t", payload.replace("not", "no"));
    pass(30);
    assertThat(end().outcome()).isEqualTo(Outcome.ACCEPTED);
    assertThat(swarm.openNeeds()).isEmpty();
    assertThat(swarm.deadLetters())
        .extracting(letter -> letter.get("swarm-reason"))
        .containsExactly(Reason.IDEMPOTENCY_CONFLICT.name());
  }

  @Test
  void lateNewsIsNotAnsweredWithOldNews() {
    for (RoleName role : MemorySwarm.ALL_ROLES) {
      start("only " + role, List.of(role));
    }
    swarm.intake("t", WORDS);
    pass(2);
    Envelope need = swarm.on("swarm.need").get(0);
    long before = records();
    swarm.publish(need);
    swarm.publish(swarm.on("swarm.finalize").get(0));
    pass(60);
    assertThat(records()).isEqualTo(before + 2);
  }

  private long records() {
    return Topics.all().stream().mapToLong(topic -> swarm.broker.records(topic).size()).sum();
  }
}
