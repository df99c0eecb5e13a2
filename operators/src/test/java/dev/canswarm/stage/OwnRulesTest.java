package dev.canswarm.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.crypto.SigningKey;
import dev.canswarm.envelope.Draft;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.envelope.TaskId;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonString;
import dev.canswarm.json.StrictJson;
import dev.canswarm.policy.OwnRules;
import dev.canswarm.policy.RoleName;
import dev.canswarm.port.AuditEvent;
import dev.canswarm.protocol.payload.Commit;
import dev.canswarm.protocol.payload.Finalize;
import dev.canswarm.protocol.payload.Finalize.Outcome;
import dev.canswarm.protocol.payload.Lease;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

/** What becomes of messages that a rule of the policy's own refuses. */
class OwnRulesTest {
  private static final String WORDS =
      "{\"task_type\":\"text.wordcount\",\"input\":{\"text\":\"to be or not to be\"}}";

  /** As modules do it: the result is known by the envelope's id, once it was evaluated. */
  private static final class Rule implements OwnRules {
    private final Verb verb;
    private final Reason reason;
    private final Set<EnvelopeId> evaluated = new TreeSet<>();
    final List<Envelope> parents = new ArrayList<>();
    boolean refuses = true;

    Rule(Verb verb, Reason reason) {
      this.verb = verb;
      this.reason = reason;
    }

    @Override
    public boolean judge(Verb asked) {
      return asked == verb;
    }

    @Override
    public void check(Envelope envelope, List<Envelope> its) {
      if (judge(envelope.verb())) {
        evaluated.add(envelope.id());
        parents.addAll(its);
        if (refuses) {
          throw new RefusedException(reason, "rule test: no");
        }
      }
    }

    @Override
    public long gasOf(Envelope envelope) {
      return !judge(envelope.verb()) ? 0 : evaluated.contains(envelope.id()) ? 1_000 : UNKNOWN;
    }
  }

  private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
  private final List<AuditEvent> events = new ArrayList<>();
  private final Disposable.Composite running = Disposables.composite();
  private final MemorySwarm swarm = new MemorySwarm(time, MemorySwarm.POLICY.formatted(0, 2));

  @AfterEach
  void stop() {
    running.dispose();
  }

  private void start(OwnRules own, List<RoleName> roles) {
    swarm.own = own;
    running.add(
        swarm
            .new Process(
                "process-" + running.size(),
                roles,
                MemorySwarm.builtIn(),
                more -> Mono.fromRunnable(() -> events.addAll(more)))
            .run()
            .subscribe());
  }

  private void pass(Duration duration) {
    for (long step = 0; step < 10; step++) {
      time.advanceTimeBy(duration.dividedBy(10));
    }
  }

  private List<String> reasons() {
    return swarm.deadLetters().stream().map(headers -> headers.get("swarm-reason")).toList();
  }

  private String errorOf(Envelope yielded) {
    return ((JsonString) Objects.requireNonNull(yielded.payload().get("error"))).value();
  }

  @Test
  void aCommitThatIsRefusedIsAFailedAttemptAndTheNeedEnds() {
    for (Reason reason : List.of(Reason.POLICY_RULE_REFUSED, Reason.OUT_OF_GAS)) {
      Rule rule = new Rule(Verb.COMMIT, reason);
      OwnRulesTest fresh = new OwnRulesTest();
      fresh.start(rule, MemorySwarm.ALL_ROLES);
      fresh.swarm.intake("t", WORDS);
      fresh.pass(Duration.ofSeconds(5));
      fresh.stop();
      assertThat(fresh.swarm.on("swarm.commit")).isEmpty();
      assertThat(fresh.swarm.on("swarm.lease"))
          .extracting(Envelope::verb)
          .contains(Verb.YIELD)
          .filteredOn(verb -> verb == Verb.YIELD)
          .hasSize(2);
      assertThat(fresh.swarm.on("swarm.lease"))
          .filteredOn(envelope -> envelope.verb() == Verb.YIELD)
          .allSatisfy(
              yielded ->
                  assertThat(errorOf(yielded))
                      .isEqualTo("refused by the policy, " + reason + ": rule test: no"));
      assertThat(fresh.swarm.on("swarm.finalize"))
          .singleElement()
          .satisfies(
              end ->
                  assertThat(Finalize.parse(end.payload()).outcome()).isEqualTo(Outcome.REJECTED));
      assertThat(rule.parents).isNotEmpty().allMatch(parent -> parent.verb() == Verb.CLAIM);
      assertThat(fresh.reasons()).isEmpty();
    }
  }

  @Test
  void whatARulePassesIsRecordedWithItsGas() {
    Rule rule = new Rule(Verb.COMMIT, Reason.POLICY_RULE_REFUSED);
    rule.refuses = false;
    start(rule, MemorySwarm.ALL_ROLES);
    swarm.intake("t", WORDS);
    pass(Duration.ofSeconds(1));
    assertThat(swarm.on("swarm.finalize")).hasSize(1);
    Envelope commit = swarm.on("swarm.commit").get(0);
    assertThat(events)
        .filteredOn(event -> Arrays.equals(event.content(), commit.bytes()))
        .hasSize(2)
        .allMatch(event -> event.gas() > 1_300 && event.gas() < 1_500);
  }

  @Test
  void aCommitOfAnotherProcessThatARuleRefusesIsADeadLetter() {
    List<RoleName> others = new ArrayList<>(MemorySwarm.ALL_ROLES);
    others.remove(RoleName.WORKER);
    start(new Rule(Verb.COMMIT, Reason.POLICY_RULE_REFUSED), others);
    swarm.intake("t", WORDS);
    pass(Duration.ofSeconds(1));
    Envelope decide = swarm.on("swarm.decide").get(0);
    Envelope claim = said(Verb.CLAIM, decide, lease(decide).toJson());
    swarm.publish(claim);
    pass(Duration.ofSeconds(1));
    Commit commit = new Commit(lease(decide).taskId(), 1, 1, "a".repeat(64), List.of());
    swarm.publish(said(Verb.COMMIT, claim, commit.toJson()));
    pass(Duration.ofSeconds(1));
    assertThat(reasons()).containsExactly("POLICY_RULE_REFUSED");
    assertThat(events)
        .filteredOn(event -> event.note().startsWith("POLICY_RULE_REFUSED"))
        .singleElement()
        .satisfies(event -> assertThat(event.gas()).isGreaterThan(1_300));
  }

  @Test
  void aNeedThatARuleRefusesIsADeadLetterByEveryWayIn() {
    start(new Rule(Verb.NEED, Reason.POLICY_RULE_REFUSED), MemorySwarm.ALL_ROLES);
    swarm.intake("t", WORDS);
    Draft draft =
        Draft.need(
            new ThreadId("u"),
            "n",
            swarm.policy.hash(),
            StrictJson.parseObject(WORDS.getBytes(StandardCharsets.UTF_8)));
    swarm.publish(swarm.codec.sign(draft, key("client"), 1));
    pass(Duration.ofSeconds(1));
    assertThat(reasons()).containsExactly("POLICY_RULE_REFUSED", "POLICY_RULE_REFUSED");
    assertThat(swarm.on("swarm.propose")).isEmpty();
    assertThat(events)
        .filteredOn(event -> event.note().startsWith("POLICY_RULE_REFUSED"))
        .hasSize(2)
        .allMatch(event -> event.gas() > 1_300);
  }

  @Test
  void aCommitThatCameBeforeItsClaimIsJudgedOnceItsClaimIsThere() {
    List<RoleName> others = new ArrayList<>(MemorySwarm.ALL_ROLES);
    others.remove(RoleName.WORKER);
    Rule rule = new Rule(Verb.COMMIT, Reason.POLICY_RULE_REFUSED);
    start(rule, others);
    swarm.intake("t", WORDS);
    pass(Duration.ofSeconds(1));
    Envelope decide = swarm.on("swarm.decide").get(0);
    Envelope claim = said(Verb.CLAIM, decide, lease(decide).toJson());
    Commit commit = new Commit(lease(decide).taskId(), 1, 1, "a".repeat(64), List.of());
    swarm.publish(said(Verb.COMMIT, claim, commit.toJson()));
    pass(Duration.ofSeconds(1));
    assertThat(rule.parents).isEmpty();
    assertThat(events)
        .filteredOn(event -> event.note().startsWith("waits for a parent"))
        .singleElement()
        .satisfies(event -> assertThat(event.gas()).isZero());
    swarm.publish(claim);
    pass(Duration.ofSeconds(1));
    assertThat(reasons()).containsExactly("POLICY_RULE_REFUSED");
  }

  private SigningKey key(String name) {
    return Objects.requireNonNull(swarm.keys.get(name));
  }

  private static Lease lease(Envelope decide) {
    EnvelopeId proposal =
        new EnvelopeId(
            ((JsonString) Objects.requireNonNull(decide.payload().get("proposal_id"))).value());
    return new Lease(TaskId.of(proposal, 0), 1, 1);
  }

  private Envelope said(Verb verb, Envelope parent, JsonObject payload) {
    Draft draft =
        Draft.builder(verb, parent.threadId())
            .need(parent.need())
            .lamport(parent.lamport() + 1)
            .parents(List.of(parent.id()))
            .policyHash(swarm.policy.hash())
            .payload(payload)
            .build();
    return swarm.codec.sign(draft, key("worker"), 1);
  }
}
