package dev.canswarm.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.policy.RoleName;
import dev.canswarm.port.SlotRow;
import dev.canswarm.protocol.payload.Finalize;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

/**
 * P1 and P5 in miniature: one NEED, and at each call that a process makes to its ports the call
 * fails once, or the process dies there and another one starts on the same ports. Whatever happens,
 * the NEED is decided once, ends once as accepted, and leaves no timer.
 */
class CrashPointTest {
  private static final String TWO_TASKS =
      """
      {"tasks":[
        {"name":"a","task_type":"json.canonicalize","input":[1,2],"requires":[],"produces":["x"]},
        {"name":"b","task_type":"text.wordcount","input":{"text":"b"},"requires":["a"],"produces":[]}]}
      """;

  /** Enough for the lease of a dead worker, and for the timers behind it. */
  private static final Duration LONG_ENOUGH = Duration.ofSeconds(59);

  /** How much longer a swarm runs whose NEED is over: what it still does may fail as well. */
  private static final Duration AFTERWARDS = Duration.ofSeconds(5);

  private static final Duration STEP = Duration.ofMillis(250);

  /** More calls than any of these processes makes. */
  private static final int CALLS_MAX = 1000;

  @ParameterizedTest
  @EnumSource
  void oneProcessWithAllRoles(Faults.Mode mode) {
    int points = 0;
    while (run(mode, points, MemorySwarm.ALL_ROLES, List.of())) {
      points++;
      assertThat(points).isLessThan(CALLS_MAX);
    }
    assertThat(points).isGreaterThan(50);
  }

  @ParameterizedTest
  @EnumSource
  void theVerifiersAreAnotherProcessAndLive(Faults.Mode mode) {
    List<RoleName> others = allBut(RoleName.VERIFIER);
    int points = 0;
    while (run(mode, points, others, List.of(List.of(RoleName.VERIFIER)))) {
      points++;
      assertThat(points).isLessThan(CALLS_MAX);
    }
    assertThat(points).isGreaterThan(30);
  }

  @ParameterizedTest
  @EnumSource
  void theWorkersAreAnotherProcessAndFail(Faults.Mode mode) {
    int points = 0;
    while (run(mode, points, List.of(RoleName.WORKER), List.of(allBut(RoleName.WORKER)))) {
      points++;
      assertThat(points).isLessThan(CALLS_MAX);
    }
    assertThat(points).isGreaterThan(10);
  }

  private static List<RoleName> allBut(RoleName one) {
    List<RoleName> roles = new ArrayList<>(MemorySwarm.ALL_ROLES);
    roles.remove(one);
    return roles;
  }

  @ParameterizedTest
  @EnumSource(names = {"PLANNER", "DECIDER", "WORKER", "VERIFIER", "COORDINATOR", "GATEWAY"})
  void everyRoleIsAProcessOfItsOwnAndThisOneFails(RoleName failing) {
    List<List<RoleName>> others =
        MemorySwarm.ALL_ROLES.stream().filter(role -> role != failing).map(List::of).toList();
    for (Faults.Mode mode : List.of(Faults.Mode.FAILS_UNDONE, Faults.Mode.DIES_AFTER)) {
      int points = 0;
      while (run(mode, points, List.of(failing), others)) {
        points++;
        assertThat(points).isLessThan(CALLS_MAX);
      }
      assertThat(points).isGreaterThan(2);
    }
  }

  /**
   * @param healthy roles of further processes
   * @return whether there was a call of that number
   */
  private static boolean run(
      Faults.Mode mode, int target, List<RoleName> faulty, List<List<RoleName>> healthy) {
    VirtualTimeScheduler time = VirtualTimeScheduler.create();
    try {
      MemorySwarm swarm = new MemorySwarm(time);
      Faults faults = new Faults(mode, target);
      MemorySwarm.Process process =
          swarm
          .new Process(
              "faulty", faulty, MemorySwarm.builtIn(), event -> Mono.empty(), faults::around);
      List<Throwable> stopped = new ArrayList<>();
      for (List<RoleName> roles : healthy) {
        swarm.process("healthy " + roles, roles).run().subscribe(done -> {}, stopped::add);
      }
      Disposable running = process.run().subscribe(done -> {}, stopped::add);
      swarm.intake("t", TWO_TASKS);
      MemorySwarm.Process last = process;
      Duration idle = Duration.ZERO;
      for (Duration passed = Duration.ZERO;
          passed.compareTo(LONG_ENOUGH) < 0 && idle.compareTo(AFTERWARDS) < 0;
          passed = passed.plus(STEP)) {
        if (faults.isDead() && last == process) {
          running.dispose();
          last = swarm.process("faulty", faulty);
          last.run().subscribe(done -> {}, stopped::add);
        }
        time.advanceTimeBy(STEP);
        idle = isOver(swarm, last) ? idle.plus(STEP) : Duration.ZERO;
      }
      assertThat(stopped).isEmpty();
      String where = mode + " at call " + target + ", " + faults.struck();
      verify(swarm, last, where);
      // What a dead process stored may be followed up by others who read it, and the NEED be over
      // before it is back: then it is in the store alone.
      if (!mode.dies || healthy.size() <= 1) {
        assertThat(storedButNotSent(swarm)).as("%s: stored and never sent", where).isEmpty();
      }
      return !faults.struck().isEmpty();
    } finally {
      time.dispose();
    }
  }

  private static boolean isOver(MemorySwarm swarm, MemorySwarm.Process process) {
    return process.bus.inFlight() == 0
        && !swarm.on("swarm.finalize").isEmpty()
        && swarm.openNeeds().isEmpty();
  }

  private static void verify(MemorySwarm swarm, MemorySwarm.Process last, String where) {
    for (String once : List.of("swarm.decide", "swarm.finalize")) {
      assertThat(distinctBytes(swarm, once)).as("%s: one answer on %s", where, once).hasSize(1);
    }
    Finalize end = Finalize.parse(swarm.on("swarm.finalize").get(0).payload());
    assertThat(end.outcome()).as("%s: outcome", where).isEqualTo(Finalize.Outcome.ACCEPTED);
    assertThat(swarm.openNeeds()).as("%s: timers left", where).isEmpty();
    assertThat(swarm.deadLetters()).as("%s: dead letters", where).isEmpty();
    assertThat(last.bus.inFlight()).as("%s: not acknowledged", where).isZero();
  }

  private static List<String> storedButNotSent(MemorySwarm swarm) {
    EnvelopeId needId = swarm.on("swarm.need").get(0).id();
    List<SlotRow> rows = swarm.store.load(needId.text()).blockOptional().orElseThrow();
    return rows.stream()
        .filter(row -> !row.kind().equals(SlotRow.VERDICT) && !row.kind().equals(SlotRow.WAIT))
        .filter(
            row ->
                swarm.on(Verb.valueOf(row.kind()).topic()).stream()
                    .noneMatch(sent -> Arrays.equals(sent.bytes(), row.bytes())))
        .map(SlotRow::slot)
        .toList();
  }

  private static List<String> distinctBytes(MemorySwarm swarm, String topic) {
    return swarm.on(topic).stream()
        .map(Envelope::bytes)
        .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
        .distinct()
        .toList();
  }
}
