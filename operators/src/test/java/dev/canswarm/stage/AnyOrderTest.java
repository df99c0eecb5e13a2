package dev.canswarm.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.Draft;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.JsonObject;
import dev.canswarm.policy.RoleName;
import dev.canswarm.port.OpenNeed;
import dev.canswarm.port.SlotRow;
import dev.canswarm.port.Topics;
import dev.canswarm.protocol.Agent;
import dev.canswarm.protocol.Slot;
import dev.canswarm.protocol.payload.Attest;
import dev.canswarm.protocol.payload.Commit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

/** Topics have no order among each other: in any order the same is stored in the end. */
class AnyOrderTest {
  private static final String TWO_TASKS =
      """
      {"tasks":[
        {"name":"a","task_type":"json.canonicalize","input":[1,2],"requires":[],"produces":["x"]},
        {"name":"b","task_type":"text.wordcount","input":{"text":"b"},"requires":["a"],"produces":[]}]}
      """;

  private static final List<byte[]> ARTIFACTS = new ArrayList<>();
  private static final List<Envelope> CHAIN = record();

  /** All envelopes of a NEED that was accepted, in an order that fits. */
  private static List<Envelope> record() {
    VirtualTimeScheduler time = VirtualTimeScheduler.create();
    MemorySwarm swarm = new MemorySwarm(time);
    Disposable running = swarm.process("recorded").run().subscribe();
    swarm.intake("t", TWO_TASKS);
    time.advanceTimeBy(Duration.ofSeconds(3));
    running.dispose();
    for (Envelope commit : swarm.on("swarm.commit")) {
      String address = Commit.parse(commit.payload()).artifact();
      ARTIFACTS.add(swarm.artifacts.get(address).blockOptional().orElseThrow());
    }
    return Topics.ofVerbs().stream()
        .flatMap(topic -> swarm.on(topic).stream())
        .sorted(Comparator.comparingLong(Envelope::lamport).thenComparing(Envelope::id))
        .toList();
  }

  /** A fresh process that only keeps what it hears, or plays some roles, and what it stored. */
  private static final class Listener {
    final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    final MemorySwarm swarm = new MemorySwarm(time);
    final List<Throwable> stopped = new ArrayList<>();

    Listener(List<RoleName> roles) {
      ARTIFACTS.forEach(artifact -> swarm.artifacts.put(artifact).block());
      swarm.new Process("fresh", roles, MemorySwarm.builtIn(), event -> Mono.empty())
          .run()
          .subscribe(done -> {}, stopped::add);
    }

    void hear(List<Envelope> envelopes) {
      envelopes.forEach(
          envelope -> {
            swarm.publish(envelope);
            time.advanceTime();
          });
    }

    /** Slot to id of what counts; verdicts are a coordinator's own. */
    Map<String, String> slots() {
      Map<String, String> slots = new TreeMap<>();
      for (String scope : List.of(CHAIN.get(0).id().text(), "t")) {
        for (SlotRow row : swarm.store.load(scope).blockOptional().orElseThrow()) {
          if (!row.kind().equals(SlotRow.WAIT) && !row.kind().equals(SlotRow.VERDICT)) {
            slots.put(row.slot(), row.id());
          }
        }
      }
      return slots;
    }

    List<OpenNeed> openNeeds() {
      return swarm.openNeeds();
    }
  }

  @Example
  void theRecordedChainIsWhole() {
    assertThat(CHAIN)
        .extracting(Envelope::verb)
        .contains(
            Verb.NEED,
            Verb.PROPOSE,
            Verb.DECIDE,
            Verb.CLAIM,
            Verb.COMMIT,
            Verb.ATTEST,
            Verb.RELEASE,
            Verb.FINALIZE)
        .hasSize(13);
  }

  @Property(tries = 200)
  void anyOrderStoresTheSame(@ForAll Random random) {
    List<Envelope> shuffled = new ArrayList<>(CHAIN);
    Collections.shuffle(shuffled, random);
    Listener inOrder = new Listener(List.of());
    inOrder.hear(CHAIN);
    Listener anyOrder = new Listener(List.of());
    anyOrder.hear(shuffled);

    assertThat(anyOrder.slots()).isEqualTo(inOrder.slots()).hasSize(CHAIN.size());
    assertThat(anyOrder.swarm.deadLetters()).isEmpty();
    assertThat(anyOrder.stopped).isEmpty();
  }

  @Property(tries = 60)
  void anyOrderWithRepetitionsEndsTheSameForAProcessThatPlaysAlong(@ForAll Random random) {
    List<Envelope> shuffled = new ArrayList<>(CHAIN);
    CHAIN.stream().filter(envelope -> random.nextInt(3) == 0).forEach(shuffled::add);
    Collections.shuffle(shuffled, random);
    Listener all = new Listener(MemorySwarm.ALL_ROLES);
    all.hear(shuffled);
    all.time.advanceTimeBy(Duration.ofSeconds(59));

    Listener inOrder = new Listener(List.of());
    inOrder.hear(CHAIN);
    assertThat(all.slots()).containsAllEntriesOf(inOrder.slots());
    assertThat(all.swarm.deadLetters()).isEmpty();
    assertThat(all.openNeeds()).isEmpty();
    assertThat(all.stopped).isEmpty();
  }

  @Property(tries = 40)
  void whatMissesItsParentIsDeadLetteredOnceTheNeedIsOver(@ForAll Random random) {
    List<Envelope> rest = new ArrayList<>(CHAIN);
    Envelope missing = first(Verb.DECIDE);
    rest.remove(missing);
    Collections.shuffle(rest, random);
    Listener coordinator = new Listener(List.of(RoleName.COORDINATOR));
    coordinator.hear(rest);
    assertThat(coordinator.swarm.deadLetters()).isEmpty();
    coordinator.time.advanceTimeBy(Duration.ofSeconds(61));

    // NEED and PROPOSE count; all that follows from the DECIDE never can.
    assertThat(coordinator.swarm.deadLetters())
        .hasSize(rest.size() - 2)
        .allSatisfy(headers -> assertThat(headers).containsEntry("swarm-reason", "PARENT_MISSING"));
    assertThat(coordinator.openNeeds()).isEmpty();
    assertThat(coordinator.stopped).isEmpty();
  }

  @Property(tries = 20)
  void whatBelongsToANeedThatNeverComesIsDeadLetteredAfterTheLongestDeadline(
      @ForAll Random random) {
    List<Envelope> rest = new ArrayList<>(CHAIN);
    rest.remove(first(Verb.NEED));
    Collections.shuffle(rest, random);
    Listener coordinator = new Listener(List.of(RoleName.COORDINATOR));
    coordinator.hear(rest);
    coordinator.time.advanceTimeBy(Duration.ofSeconds(599));
    assertThat(coordinator.swarm.deadLetters()).isEmpty();
    coordinator.time.advanceTimeBy(Duration.ofSeconds(3));

    assertThat(coordinator.swarm.deadLetters())
        .hasSize(rest.size())
        .allSatisfy(headers -> assertThat(headers).containsEntry("swarm-reason", "PARENT_MISSING"));
    assertThat(coordinator.openNeeds()).isEmpty();
  }

  @Example
  void aNeedThatComesLateStillFindsWhatWaitedForIt() {
    List<Envelope> late = new ArrayList<>(CHAIN);
    late.remove(first(Verb.NEED));
    late.add(first(Verb.NEED));
    Listener coordinator = new Listener(List.of(RoleName.COORDINATOR));
    coordinator.hear(late);
    assertThat(coordinator.slots()).hasSize(CHAIN.size());
    coordinator.time.advanceTimeBy(Duration.ofSeconds(601));
    assertThat(coordinator.swarm.deadLetters()).isEmpty();
    assertThat(coordinator.openNeeds()).isEmpty();
  }

  /** The same with another payload or by another agent: what a rival would have said. */
  private static Envelope rival(Envelope of, String by, JsonObject payload) {
    MemorySwarm swarm = new MemorySwarm(VirtualTimeScheduler.create());
    Draft draft =
        Draft.builder(of.verb(), of.threadId())
            .need(of.needId())
            .lamport(of.lamport())
            .parents(of.parents())
            .policyHash(of.policyHash())
            .payload(payload)
            .build();
    return swarm.codec.sign(draft, Objects.requireNonNull(swarm.keys.get(by)), 1);
  }

  private static String nameOf(Envelope envelope) {
    MemorySwarm swarm = new MemorySwarm(VirtualTimeScheduler.create());
    return swarm.agents.values().stream()
        .filter(agent -> agent.key().equals(envelope.sender()))
        .map(Agent::name)
        .findFirst()
        .orElseThrow();
  }

  @Property(tries = 40)
  void anOppositeSecondVoteIsKeptAsAProofInAnyOrder(@ForAll Random random) {
    Envelope vote = first(Verb.ATTEST);
    Attest said = Attest.parse(vote.payload());
    Attest opposite = new Attest(said.target(), !said.accept(), said.work(), null);
    List<Envelope> shuffled = new ArrayList<>(CHAIN);
    // After the end no message is processed any more.
    shuffled.remove(first(Verb.FINALIZE));
    shuffled.add(rival(vote, nameOf(vote), opposite.toJson()));
    Collections.shuffle(shuffled, random);
    Listener listener = new Listener(List.of());
    listener.hear(shuffled);

    assertThat(listener.slots())
        .containsKey(Slot.attest(said.target(), vote.sender()).key())
        .containsKey(Slot.equivocation(said.target(), vote.sender()).key());
  }

  @Property(tries = 40)
  void theClaimThatComesSecondIsTurnedAwayInAnyOrder(@ForAll Random random) {
    Envelope claim = first(Verb.CLAIM);
    String other = nameOf(claim).equals("worker") ? "worker-2" : "worker";
    List<Envelope> shuffled = new ArrayList<>();
    for (Verb verb : List.of(Verb.NEED, Verb.PROPOSE, Verb.DECIDE)) {
      shuffled.add(first(verb));
    }
    shuffled.add(claim);
    shuffled.add(rival(claim, other, claim.payload()));
    Collections.shuffle(shuffled, random);
    Listener listener = new Listener(List.of());
    listener.hear(shuffled);

    assertThat(listener.swarm.deadLetters())
        .singleElement()
        .satisfies(headers -> assertThat(headers).containsEntry("swarm-reason", "LEASE_TAKEN"));
  }

  private static Envelope first(Verb verb) {
    return CHAIN.stream().filter(envelope -> envelope.verb() == verb).findFirst().orElseThrow();
  }
}
