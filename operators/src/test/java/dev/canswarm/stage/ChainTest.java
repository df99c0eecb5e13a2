package dev.canswarm.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.policy.RoleName;
import dev.canswarm.port.OutgoingRecord;
import dev.canswarm.port.Topics;
import dev.canswarm.protocol.payload.Finalize;
import dev.canswarm.protocol.payload.Finalize.Outcome;
import dev.canswarm.protocol.payload.Release;
import dev.canswarm.task.TaskHandler;
import dev.canswarm.task.TaskInput;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

/** The whole chain over ports in memory, on virtual time: what happens is the same each time. */
class ChainTest {
  private static final String WORDS =
      "{\"task_type\":\"text.wordcount\",\"input\":{\"text\":\"to be or not to be\"}}";

  private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
  private final Disposable.Composite running = Disposables.composite();
  private MemorySwarm swarm = new MemorySwarm(time);

  @AfterEach
  void stop() {
    running.dispose();
    time.dispose();
  }

  private void start(MemorySwarm.Process process) {
    running.add(process.run().subscribe());
  }

  private void pass(Duration duration) {
    time.advanceTimeBy(duration);
  }

  private Finalize outcomeOf(ThreadId thread) {
    List<Envelope> ends =
        swarm.on("swarm.finalize").stream().filter(e -> e.threadId().equals(thread)).toList();
    assertThat(ends.stream().map(Envelope::id).distinct()).hasSize(1);
    return Finalize.parse(ends.get(0).payload());
  }

  @Test
  void anIntakeRecordEndsInAnAcceptedFinalize() {
    start(swarm.process("all"));
    swarm.intake("my-thread", WORDS);
    pass(Duration.ofSeconds(1));

    Finalize end = outcomeOf(new ThreadId("my-thread"));
    assertThat(end.outcome()).isEqualTo(Outcome.ACCEPTED);
    assertThat(end.resultHash()).hasSize(64);
    byte[] artifact =
        swarm.artifacts.get(end.results().get(0).artifact()).blockOptional().orElseThrow();
    assertThat(new String(artifact, StandardCharsets.UTF_8))
        .isEqualTo("{\"be\":2,\"not\":1,\"or\":1,\"to\":2}");
    assertThat(swarm.deadLetters()).isEmpty();
  }

  @Test
  void aClockThatIsAheadOfTheStoresByMoreThanALeaseTakesNoLeaseForRunOut() {
    String patient =
        MemorySwarm.POLICY.formatted(0, 1).replace("\"plan_ms\":10000", "\"plan_ms\":59000");
    swarm = new MemorySwarm(time, patient);
    swarm.storeSkewMillis.set(-35_000);
    start(swarm.process("all"));
    swarm.intake("t", WORDS);
    pass(Duration.ofSeconds(1));

    assertThat(outcomeOf(new ThreadId("t")).outcome()).isEqualTo(Outcome.ACCEPTED);
    assertThat(swarm.on("swarm.lease")).extracting(Envelope::verb).containsExactly(Verb.CLAIM);
  }

  @Test
  void everyVerbIsOnItsTopicOnceAndTheTimerIsGone() {
    start(swarm.process("all"));
    swarm.intake("t", WORDS);
    pass(Duration.ofSeconds(1));

    assertThat(swarm.on("swarm.need")).hasSize(1);
    assertThat(swarm.on("swarm.propose")).hasSize(1);
    assertThat(swarm.on("swarm.decide")).hasSize(1);
    assertThat(swarm.on("swarm.lease")).extracting(Envelope::verb).containsExactly(Verb.CLAIM);
    assertThat(swarm.on("swarm.commit")).hasSize(1);
    assertThat(swarm.on("swarm.attest")).hasSize(2);
    assertThat(swarm.on("swarm.finalize")).hasSize(1);
    assertThat(swarm.openNeeds()).isEmpty();
  }

  @Test
  void withoutVerifiersNothingEndsUntilAProcessWithThemJoins() {
    List<RoleName> others = new ArrayList<>(MemorySwarm.ALL_ROLES);
    others.remove(RoleName.VERIFIER);
    start(swarm.process("others", others));
    swarm.intake("t", WORDS);
    pass(Duration.ofSeconds(2));
    assertThat(swarm.on("swarm.commit")).hasSize(1);
    assertThat(swarm.on("swarm.finalize")).isEmpty();

    start(swarm.process("verifiers", List.of(RoleName.VERIFIER)));
    pass(Duration.ofSeconds(1));
    assertThat(outcomeOf(new ThreadId("t")).outcome()).isEqualTo(Outcome.ACCEPTED);
  }

  @Test
  void aLyingWorkerGetsNothingAccepted() {
    List<RoleName> honest = new ArrayList<>(MemorySwarm.ALL_ROLES);
    honest.remove(RoleName.WORKER);
    start(swarm.process("honest", honest));
    start(
        swarm
        .new Process("liar", List.of(RoleName.WORKER), List.of(new Liar()), e -> Mono.empty()));
    swarm.intake("t", WORDS);
    pass(Duration.ofSeconds(2));

    Finalize end = outcomeOf(new ThreadId("t"));
    assertThat(end.outcome()).isEqualTo(Outcome.REJECTED);
    assertThat(end.reason()).isEqualTo(Finalize.ATTEMPTS_USED_UP);
    assertThat(end.resultHash()).isEmpty();
  }

  @Test
  void theNextAttemptGoesToAnotherWorkerAndPasses() {
    swarm = new MemorySwarm(time, 0, 3);
    start(
        swarm
        .new Process("all", MemorySwarm.ALL_ROLES, List.of(new LiarAtFirst()), e -> Mono.empty()));
    swarm.intake("t", WORDS);
    pass(Duration.ofSeconds(2));

    // Verifiers run the same handler: the first answer differs from all that follow.
    assertThat(outcomeOf(new ThreadId("t")).outcome()).isEqualTo(Outcome.ACCEPTED);
    List<Release> releases =
        swarm.on("swarm.lease").stream()
            .filter(e -> e.verb() == Verb.RELEASE)
            .map(e -> Release.parse(e.payload()))
            .toList();
    assertThat(releases)
        .extracting(Release::cause)
        .contains(Release.Cause.PANEL, Release.Cause.RETRY);
    assertThat(swarm.on("swarm.commit").stream().map(Envelope::sender).distinct()).hasSize(2);
  }

  @Test
  void anUnknownTaskTypeEndsAsNoPlanWhereAnotherPlannerMightKnowIt() {
    List<RoleName> others = new ArrayList<>(MemorySwarm.ALL_ROLES);
    others.remove(RoleName.PLANNER);
    start(swarm.process("others", others));
    swarm.intake("t", "{\"task_type\":\"no.such\",\"input\":1}");
    pass(Duration.ofSeconds(12));
    assertThat(outcomeOf(new ThreadId("t")).outcome()).isEqualTo(Outcome.REJECTED);
    assertThat(outcomeOf(new ThreadId("t")).reason()).isEqualTo(Finalize.NO_PLAN);
    assertThat(swarm.openNeeds()).isEmpty();
  }

  @Test
  void afterAnOutageLongerThanAPlanMayTakeThereIsStillTimeForOne() {
    start(swarm.process("gateway", List.of(RoleName.GATEWAY)));
    swarm.intake("t", WORDS);
    pass(Duration.ofSeconds(40));

    List<RoleName> others = new ArrayList<>(MemorySwarm.ALL_ROLES);
    others.remove(RoleName.PLANNER);
    start(swarm.process("others", others));
    pass(Duration.ofSeconds(5));
    start(swarm.process("planner", List.of(RoleName.PLANNER)));
    pass(Duration.ofSeconds(1));
    assertThat(outcomeOf(new ThreadId("t")).outcome()).isEqualTo(Outcome.ACCEPTED);
  }

  @Test
  void pastItsDeadlineANeedIsExpired() {
    List<RoleName> others = new ArrayList<>(MemorySwarm.ALL_ROLES);
    others.remove(RoleName.WORKER);
    start(swarm.process("all", others));
    swarm.intake("t", WORDS);
    pass(Duration.ofSeconds(61));
    assertThat(outcomeOf(new ThreadId("t")).outcome()).isEqualTo(Outcome.EXPIRED);
    assertThat(swarm.openNeeds()).isEmpty();
  }

  @Test
  void aDiamondOfTasksRunsInOrder() {
    start(swarm.process("all"));
    swarm.intake(
        "t",
        """
        {"tasks":[
          {"name":"d","task_type":"hash.sha256","input":{"text":"d"},"requires":["b","c"],"produces":[]},
          {"name":"b","task_type":"text.wordcount","input":{"text":"b"},"requires":["a"],"produces":[]},
          {"name":"c","task_type":"text.wordcount","input":{"text":"c"},"requires":["a"],"produces":[]},
          {"name":"a","task_type":"json.canonicalize","input":[1,2],"requires":[],"produces":["x"]}]}
        """);
    pass(Duration.ofSeconds(3));
    assertThat(outcomeOf(new ThreadId("t")).outcome()).isEqualTo(Outcome.ACCEPTED);
    assertThat(outcomeOf(new ThreadId("t")).results()).hasSize(4);
    assertThat(
            swarm.on("swarm.lease").stream()
                .filter(e -> e.verb() == Verb.RELEASE)
                .map(e -> Release.parse(e.payload()).cause()))
        .containsOnly(Release.Cause.READY)
        .hasSize(3);
  }

  @Test
  void aRedeliveryOfEverythingSendsNothingNewAndTheSameBytes() {
    Disposable first = swarm.process("all").run().subscribe();
    swarm.intake("t", WORDS);
    pass(Duration.ofSeconds(1));
    first.dispose();
    TreeSet<String> before = new TreeSet<>();
    for (String topic : Topics.ofVerbs()) {
      swarm.on(topic).forEach(e -> before.add(new String(e.bytes(), StandardCharsets.UTF_8)));
    }

    // Another group reads everything from the start, with the same agents.
    start(swarm.process("again"));
    pass(Duration.ofSeconds(2));
    TreeSet<String> after = new TreeSet<>();
    for (String topic : Topics.ofVerbs()) {
      swarm.on(topic).forEach(e -> after.add(new String(e.bytes(), StandardCharsets.UTF_8)));
    }
    assertThat(after).isEqualTo(before);
  }

  @Test
  void badInputIsDeadLetteredOncePerPositionAndTheRestGoesOn() {
    start(swarm.process("all"));
    start(swarm.process("verifiers", List.of(RoleName.VERIFIER)));
    swarm.intake("t", "{\"task_type\":");
    swarm.intake("no spaces", WORDS);
    swarm.intake("t", "{\"task_type\":7}");
    swarm
        .bus()
        .send(
            new OutgoingRecord(
                "swarm.commit", null, "nonsense".getBytes(StandardCharsets.UTF_8), new TreeMap<>()))
        .subscribe();
    swarm.intake("t", WORDS);
    pass(Duration.ofSeconds(1));
    assertThat(swarm.deadLetters())
        .extracting(headers -> headers.get("swarm-reason"))
        .containsExactlyInAnyOrder(
            "MALFORMED_JSON", "BAD_THREAD_ID", "BAD_SHAPE", "MALFORMED_JSON");
    assertThat(outcomeOf(new ThreadId("t")).outcome()).isEqualTo(Outcome.ACCEPTED);
  }

  /** Commits something else than it should. */
  private static final class Liar implements TaskHandler {
    @Override
    public String type() {
      return "text.wordcount";
    }

    @Override
    public byte[] run(TaskInput input) {
      return "{\"lies\":1}".getBytes(StandardCharsets.UTF_8);
    }
  }

  /** Lies the first time it is asked. */
  private static final class LiarAtFirst implements TaskHandler {
    private int calls;

    @Override
    public String type() {
      return "text.wordcount";
    }

    @Override
    public byte[] run(TaskInput input) {
      return (calls++ == 0 ? "lie" : "truth").getBytes(StandardCharsets.UTF_8);
    }
  }
}
