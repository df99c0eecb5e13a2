package dev.canswarm.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.policy.OwnRules;
import dev.canswarm.policy.RoleName;
import dev.canswarm.protocol.payload.Finalize;
import dev.canswarm.protocol.payload.Finalize.Outcome;
import dev.canswarm.task.TaskHandler;
import dev.canswarm.task.TaskInput;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

/**
 * A NEED whose next step the policy would refuse: here its end would have more parents than are
 * allowed. That is nobody's fault who sent something, and it stops nothing else.
 */
class UnsayableTest {
  private static final int PARENTS_MAX = 16;

  /** With two votes each, as many parents as are allowed; where a panel widens, more. */
  private static final int TASKS = PARENTS_MAX / 2;

  private static final String NARROW =
      MemorySwarm.POLICY.formatted(0, 1).replace("\"parents_max\":256", "\"parents_max\":16");

  private final VirtualTimeScheduler time = VirtualTimeScheduler.create();

  @AfterEach
  void stop() {
    time.dispose();
  }

  /** Work is done, and what is to be said of it then is refused: it is not done over and over. */
  @ParameterizedTest
  @CsvSource({"ATTEST,7", "COMMIT,1"})
  void whatMayNotBeSaidOfItIsNotWorkedOutAgainAtOnce(Verb verb, int runsMax) {
    MemorySwarm swarm = new MemorySwarm(time, 0, 1);
    swarm.own = new Refusing(verb);
    AtomicInteger runs = new AtomicInteger();
    List<Throwable> stopped = new ArrayList<>();
    swarm
        .new Process(
            "all", MemorySwarm.ALL_ROLES, List.of(new Counting(runs)), event -> Mono.empty())
        .run()
        .subscribe(done -> {}, stopped::add);
    swarm.intake("mute", "{\"task_type\":\"json.canonicalize\",\"input\":1}");
    time.advanceTimeBy(Duration.ofSeconds(61));

    assertThat(stopped).isEmpty();
    assertThat(outcomes(swarm, new ThreadId("mute"))).containsExactly(Outcome.REJECTED);
    assertThat(runs.get()).isBetween(1, runsMax);
  }

  /** Without one of these verbs no NEED is accepted, so the NEED is refused before work is done. */
  @ParameterizedTest
  @EnumSource(
      value = Verb.class,
      names = {"PROPOSE", "DECIDE", "CLAIM", "COMMIT", "ATTEST", "FINALIZE"})
  void aNeedOfWhichTheEndMayNotBeSaidIsRefusedAtOnce(Verb verb) {
    MemorySwarm swarm =
        new MemorySwarm(time, MemorySwarm.POLICY.formatted(0, 1).replace("\"" + verb + "\",", ""));
    List<Throwable> stopped = new ArrayList<>();
    swarm.process("all").run().subscribe(done -> {}, stopped::add);
    swarm.intake("mute", "{\"task_type\":\"json.canonicalize\",\"input\":1}");
    time.advanceTimeBy(Duration.ofSeconds(1));

    assertThat(stopped).isEmpty();
    assertThat(swarm.deadLetters())
        .singleElement()
        .satisfies(
            letter -> {
              assertThat(letter).containsEntry("swarm-reason", "POLICY_MISMATCH");
              assertThat(letter.get("swarm-detail")).contains("expected " + verb + " among them");
            });
    assertThat(swarm.on("swarm.need")).isEmpty();
  }

  @Test
  void itExpiresAndEverythingElseGoesOn() {
    MemorySwarm swarm = new MemorySwarm(time, NARROW);
    List<Throwable> stopped = new ArrayList<>();
    List<RoleName> others = new ArrayList<>(MemorySwarm.ALL_ROLES);
    others.remove(RoleName.VERIFIER);
    swarm.process("others", others).run().subscribe(done -> {}, stopped::add);
    swarm
        .new Process(
            "judges",
            List.of(RoleName.VERIFIER),
            List.of(new DoubtsAtFirst()),
            event -> Mono.empty())
        .run()
        .subscribe(done -> {}, stopped::add);
    swarm.intake(
        "wide",
        IntStream.range(0, TASKS)
            .mapToObj(
                i ->
                    "{\"name\":\"t"
                        + i
                        + "\",\"task_type\":\"json.canonicalize\",\"input\":"
                        + i
                        + ",\"requires\":[],\"produces\":[]}")
            .collect(Collectors.joining(",", "{\"tasks\":[", "]}")));
    time.advanceTimeBy(Duration.ofSeconds(61));
    swarm.intake("after", "{\"task_type\":\"json.canonicalize\",\"input\":1}");
    time.advanceTimeBy(Duration.ofSeconds(2));

    assertThat(stopped).isEmpty();
    assertThat(swarm.deadLetters()).as("no sender is to blame").isEmpty();
    assertThat(outcomes(swarm, new ThreadId("wide"))).containsExactly(Outcome.EXPIRED);
    assertThat(outcomes(swarm, new ThreadId("after"))).containsExactly(Outcome.ACCEPTED);
    assertThat(swarm.failures)
        .as("somebody is told")
        .anySatisfy(
            failure ->
                assertThat(failure)
                    .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Reason.TOO_LARGE)));
  }

  /** Lets nobody send one verb. */
  private record Refusing(Verb verb) implements OwnRules {
    @Override
    public boolean judge(Verb asked) {
      return asked == verb;
    }

    @Override
    public void check(Envelope envelope, List<Envelope> parents) {
      if (judge(envelope.verb())) {
        throw new RefusedException(Reason.POLICY_RULE_REFUSED, "rule test: no");
      }
    }

    @Override
    public long gasOf(Envelope envelope) {
      return 0;
    }
  }

  private record Counting(AtomicInteger runs) implements TaskHandler {
    @Override
    public String type() {
      return "json.canonicalize";
    }

    @Override
    public byte[] run(TaskInput input) {
      runs.incrementAndGet();
      return CanonicalJson.write(input.input());
    }
  }

  /** Derives something else the first time, so that one verifier of a panel rejects. */
  private static final class DoubtsAtFirst implements TaskHandler {
    private final Set<String> seen = new TreeSet<>();

    @Override
    public String type() {
      return "json.canonicalize";
    }

    @Override
    public byte[] run(TaskInput input) {
      byte[] right = CanonicalJson.write(input.input());
      return seen.add(new String(right, StandardCharsets.UTF_8)) ? new byte[0] : right;
    }
  }

  private static List<Outcome> outcomes(MemorySwarm swarm, ThreadId thread) {
    return swarm.on("swarm.finalize").stream()
        .filter(end -> end.threadId().equals(thread))
        .map(end -> Finalize.parse(end.payload()).outcome())
        .distinct()
        .toList();
  }
}
