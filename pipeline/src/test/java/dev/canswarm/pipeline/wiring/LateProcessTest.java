package dev.canswarm.pipeline.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.control.ControlChain;
import dev.canswarm.envelope.Draft;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.TaskId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.JsonObject;
import dev.canswarm.port.ForwardingSlotStore;
import dev.canswarm.port.SlotKey;
import dev.canswarm.port.SlotRow;
import dev.canswarm.port.SlotStore;
import dev.canswarm.port.StoreOutcome;
import dev.canswarm.port.TurnWrite;
import dev.canswarm.protocol.Slot;
import dev.canswarm.protocol.payload.Attest;
import dev.canswarm.protocol.payload.Commit;
import dev.canswarm.protocol.payload.Control;
import dev.canswarm.protocol.payload.ControlChange;
import dev.canswarm.protocol.payload.ControlChange.Compromised;
import dev.canswarm.protocol.payload.ControlChange.Rotate;
import dev.canswarm.protocol.payload.Decide;
import dev.canswarm.protocol.payload.Finalize;
import dev.canswarm.protocol.payload.Finalize.Outcome;
import dev.canswarm.protocol.payload.Lease;
import dev.canswarm.stage.RowCodec;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * A process that has not read an entry of the control chain yet stores nothing under the head
 * before it: the store leaves its rows out, and it judges again by what it reads then.
 */
class LateProcessTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final ControlledSwarm swarm = new ControlledSwarm();
  private final Queue<Runnable> tasks = new ArrayDeque<>();

  /** Holds tasks back, until {@link #finishTasks}. */
  private final Scheduler held = Schedulers.fromExecutor(tasks::add);

  @AfterEach
  void stops() {
    swarm.close();
    assertThat(swarm.failures).isEmpty();
  }

  /** A store that shows a process no entry, until something of the process was left out. */
  private static SlotStore late(SlotStore store) {
    return new ForwardingSlotStore(store) {
      private boolean isLate = true;

      @Override
      public Mono<List<SlotRow>> find(Collection<SlotKey> keys) {
        boolean isOfTheChain =
            keys.stream().anyMatch(key -> key.scope().equals(SlotKey.CONTROL_SCOPE));
        return isLate && isOfTheChain ? Mono.just(List.of()) : super.find(keys);
      }

      @Override
      public Mono<List<StoreOutcome>> store(TurnWrite write) {
        return super.store(write)
            .doOnNext(
                outcomes ->
                    isLate &= outcomes.stream().noneMatch(StoreOutcome.LeftOut.class::isInstance));
      }
    };
  }

  private PipelineWiring.Pipeline startLate(String group, String... agents) {
    return swarm.start(group, swarm.time, LateProcessTest::late, agents);
  }

  /** Stores the next entry of the chain, and tells nobody. */
  private Envelope store(ControlChange change) {
    Envelope entry = swarm.entry(swarm.head, change);
    Control control = Control.parse(entry.payload());
    swarm.head = ControlChain.apply(swarm.head, entry, control, swarm.engine);
    SlotRow row =
        new RowCodec(swarm.codec).candidate(Slot.control(control.number()), entry, List.of());
    swarm.store.store(TurnWrite.of(List.of(row))).block();
    return entry;
  }

  private void finishTasks() {
    while (!tasks.isEmpty()) {
      tasks.remove().run();
    }
  }

  private Envelope only(Verb verb) {
    assertThat(swarm.on(verb)).hasSize(1);
    return swarm.on(verb).get(0);
  }

  private Finalize end() {
    return Finalize.parse(only(Verb.FINALIZE).payload());
  }

  /** What somebody says who has an agent's key and no store. */
  private void says(String agent, Verb verb, Envelope cause, JsonObject payload) {
    Envelope said =
        swarm.codec.sign(
            Draft.builder(verb, cause.threadId())
                .need(new NeedId(cause.need().text()))
                .lamport(cause.lamport() + 1)
                .parents(List.of(cause.id()))
                .policyHash(cause.policyHash())
                .payload(payload)
                .build(),
            swarm.key(agent),
            swarm.clock.epochNanos());
    swarm.send(verb.topic(), cause.threadId().text(), said.bytes());
  }

  private void accepts(String verifier, Envelope commit) {
    Commit work = Commit.parse(commit.payload());
    Attest vote =
        new Attest(
            commit.id(),
            true,
            new Attest.Work(work.taskId(), work.attempt(), work.artifact()),
            null);
    says(verifier, Verb.ATTEST, commit, vote.toJson());
  }

  private List<String> storedBy(String agent) {
    String sender = swarm.publicKey(agent).base64();
    return swarm.store.rows().collectList().blockOptional().orElseThrow().stream()
        .filter(row -> row.sender().equals(sender) && !row.kind().equals("DEAD_LETTER"))
        .map(SlotRow::kind)
        .toList();
  }

  private List<String> refusals() {
    return swarm.deadLetters().stream().map(letter -> letter.get("swarm-reason")).toList();
  }

  @Test
  void decidesAnewUnderTheLastHead() {
    PipelineWiring.Pipeline late = startLate("all", ControlledSwarm.everybody());
    store(new Rotate("decider-1", swarm.publicKey("decider-1"), swarm.publicKey("decider-1.2")));
    swarm.pass(Duration.ofSeconds(3));
    assertThat(late.control().history().entries()).isEmpty();
    swarm.intake("t");
    swarm.pass(SECOND);

    assertThat(late.control().history().entries()).hasSize(1);
    assertThat(only(Verb.DECIDE).sender()).isEqualTo(swarm.publicKey("decider-1.2"));
    assertThat(Decide.parse(only(Verb.DECIDE).payload()).trust())
        .isEqualTo(swarm.head.registry().hash());
    assertThat(end().outcome()).isEqualTo(Outcome.ACCEPTED);
  }

  @Test
  void doesNotCountTheVoteOfAKeyThatIsCompromised() {
    startLate("all", "planner-1", "decider-1", "coordinator-1", "gateway-1", "worker-1");
    swarm.intake("t");
    swarm.pass(SECOND);
    Envelope commit = only(Verb.COMMIT);
    Envelope entry = store(new Compromised(swarm.publicKey("verifier-1")));
    accepts("verifier-1", commit);
    accepts("verifier-2", commit);
    swarm.pass(SECOND);

    assertThat(storedBy("verifier-1")).isEmpty();
    assertThat(storedBy("verifier-2")).containsExactly("ATTEST");
    assertThat(refusals()).containsExactly(Reason.SENDER_NOT_AUTHORISED.name());
    assertThat(swarm.on(Verb.FINALIZE)).isEmpty();

    accepts("verifier-3", commit);
    swarm.pass(SECOND);
    assertThat(end().outcome()).isEqualTo(Outcome.ACCEPTED);
    assertThat(end().control()).isEqualTo(entry.id());
  }

  /** Votes that were stored in time, and are counted by nobody yet. */
  @Test
  void countsUnderTheLastHeadWhatWasStoredBefore() {
    startLate("all", "planner-1", "decider-1", "coordinator-1", "gateway-1", "worker-1");
    swarm.intake("t");
    swarm.pass(SECOND);
    Envelope commit = only(Verb.COMMIT);
    accepts("verifier-1", commit);
    swarm.pass(SECOND);
    assertThat(storedBy("verifier-1")).containsExactly("ATTEST");
    Envelope entry = store(new Compromised(swarm.publicKey("verifier-1")));
    accepts("verifier-2", commit);
    swarm.pass(SECOND);
    assertThat(swarm.on(Verb.FINALIZE)).isEmpty();

    accepts("verifier-3", commit);
    swarm.pass(SECOND);
    assertThat(end().outcome()).isEqualTo(Outcome.ACCEPTED);
    assertThat(end().control()).isEqualTo(entry.id());
    assertThat(only(Verb.FINALIZE).parents()).hasSize(2);
  }

  @Test
  void doesNotStoreTheCommitOfAKeyThatIsCompromised() {
    startLate("all", "planner-1", "decider-1", "coordinator-1", "gateway-1");
    swarm.start("work", held, LateProcessTest::late, "worker-1");
    swarm.intake("t");
    swarm.pass(SECOND);
    assertThat(storedBy("worker-1")).containsExactly("CLAIM");
    store(new Compromised(swarm.publicKey("worker-1")));
    finishTasks();
    swarm.pass(SECOND);
    assertThat(swarm.on(Verb.COMMIT)).isEmpty();
    assertThat(storedBy("worker-1")).containsExactly("CLAIM");

    swarm.start("others", "worker-2", "verifier-1", "verifier-2");
    swarm.pass(Duration.ofMinutes(1));
    assertThat(only(Verb.COMMIT).sender()).isEqualTo(swarm.publicKey("worker-2"));
    assertThat(end().outcome()).isEqualTo(Outcome.ACCEPTED);
    swarm.failures.clear();
  }

  /** The same COMMIT, by somebody who has the key and a topic. */
  @Test
  void refusesACommitThatCameAfterItsKeyWasCompromised() {
    startLate("all", "planner-1", "decider-1", "coordinator-1", "gateway-1");
    swarm.start("work", held, LateProcessTest::late, "worker-1");
    swarm.intake("t");
    swarm.pass(SECOND);
    Envelope claim = only(Verb.CLAIM);
    store(new Compromised(swarm.publicKey("worker-1")));
    TaskId task = Lease.parse(claim.payload()).taskId();
    Commit commit = new Commit(task, 1, 1, "a".repeat(64), List.of());
    says("worker-1", Verb.COMMIT, claim, commit.toJson());
    swarm.pass(SECOND);

    assertThat(storedBy("worker-1")).containsExactly("CLAIM");
    assertThat(refusals()).containsExactly(Reason.SENDER_NOT_AUTHORISED.name());
    assertThat(swarm.on(Verb.RELEASE)).as("its lease ends at once").hasSize(1);
  }

  @Test
  void doesNotClaimWithAKeyThatIsCompromised() {
    swarm.start("deciding", "planner-1", "decider-1", "coordinator-1", "gateway-1");
    swarm.intake("t");
    swarm.pass(SECOND);
    assertThat(swarm.on(Verb.DECIDE)).hasSize(1);
    store(new Compromised(swarm.publicKey("worker-1")));
    startLate("work", "worker-1");
    swarm.pass(Duration.ofSeconds(3));

    assertThat(storedBy("worker-1")).isEmpty();
    assertThat(swarm.on(Verb.CLAIM)).isEmpty();
    swarm.failures.clear();
  }

  /** A NEED that its gateway signed before it read that its key is compromised. */
  @Test
  void signsANeedAnewWithTheGatewaysNextKey() {
    startLate("all", ControlledSwarm.everybody());
    store(new Rotate("gateway-1", swarm.publicKey("gateway-1"), swarm.publicKey("gateway-1.2")));
    store(new Compromised(swarm.publicKey("gateway-1")));
    swarm.intake("t");
    swarm.pass(Duration.ofSeconds(5));

    assertThat(storedBy("gateway-1")).isEmpty();
    assertThat(only(Verb.NEED).sender()).isEqualTo(swarm.publicKey("gateway-1.2"));
    assertThat(end().outcome()).isEqualTo(Outcome.ACCEPTED);
    swarm.failures.clear();
  }
}
