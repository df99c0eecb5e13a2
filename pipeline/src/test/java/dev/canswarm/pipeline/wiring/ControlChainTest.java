package dev.canswarm.pipeline.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.control.ControlChain;
import dev.canswarm.control.ControlHistory;
import dev.canswarm.envelope.Draft;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.JsonString;
import dev.canswarm.json.StrictJson;
import dev.canswarm.pipeline.reader.StoredCheck;
import dev.canswarm.policy.RoleName;
import dev.canswarm.port.SlotKey;
import dev.canswarm.port.SlotRow;
import dev.canswarm.protocol.payload.Cancel;
import dev.canswarm.protocol.payload.Control;
import dev.canswarm.protocol.payload.ControlChange;
import dev.canswarm.protocol.payload.ControlChange.Activate;
import dev.canswarm.protocol.payload.ControlChange.Add;
import dev.canswarm.protocol.payload.ControlChange.Compromised;
import dev.canswarm.protocol.payload.ControlChange.Retire;
import dev.canswarm.protocol.payload.ControlChange.RetirePolicy;
import dev.canswarm.protocol.payload.ControlChange.Rotate;
import dev.canswarm.protocol.payload.Decide;
import dev.canswarm.protocol.payload.Finalize;
import dev.canswarm.protocol.payload.Finalize.Outcome;
import dev.canswarm.protocol.payload.Yield;
import dev.canswarm.replay.ControlReplay;
import dev.canswarm.replay.ReplayRecord;
import dev.canswarm.replay.ReplayReport;
import dev.canswarm.replay.Replayer;
import dev.canswarm.replay.RulesBook;
import dev.canswarm.replay.Status;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.scheduler.Schedulers;

/** A swarm whose keys and policies change while it works, without a restart. */
class ControlChainTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final ControlledSwarm swarm = new ControlledSwarm();

  @AfterEach
  void replaysAndStops() {
    swarm.close();
    assertThat(swarm.failures).isEmpty();
  }

  private Finalize endOf(ThreadId thread) {
    List<Envelope> ends = swarm.on(Verb.FINALIZE, thread);
    assertThat(ends).hasSize(1);
    return Finalize.parse(ends.get(0).payload());
  }

  private Decide decisionOf(ThreadId thread) {
    return Decide.parse(swarm.on(Verb.DECIDE, thread).get(0).payload());
  }

  private List<String> stored(long number) {
    return swarm
        .store
        .find(List.of(SlotKey.ofControl(number)))
        .blockOptional()
        .orElseThrow()
        .stream()
        .map(SlotRow::id)
        .toList();
  }

  private void replays() {
    List<SlotRow> rows =
        swarm.store.rows().collectList().blockOptional().orElseThrow().stream()
            .filter(row -> !row.kind().equals("DEAD_LETTER"))
            .toList();
    List<ReplayRecord> records = new ArrayList<>();
    for (SlotRow row : rows) {
      if (!row.kind().equals(SlotRow.VERDICT)) {
        boolean isTaken = !row.kind().equals(SlotRow.WAIT);
        records.add(new ReplayRecord(row.scope() + " " + row.slot(), row.bytes(), isTaken));
      }
    }
    ControlReplay control = ControlReplay.of(swarm.genesis, records, swarm.codec);
    assertThat(control.check().status()).as(control.check().toString()).isEqualTo(Status.PASS);
    RulesBook book =
        new RulesBook(List.of(swarm.genesis.policy()), List.of(swarm.genesis.registry()))
            .with(control.history());
    for (ReplayReport report : new Replayer(swarm.codec, book).replay(records, Optional.of(rows))) {
      assertThat(report.status()).as(report.toString()).isEqualTo(Status.PASS);
    }
    readersVerify(rows, control.history());
  }

  /** Readers agree with replay, whichever keys and policies applied when a message was stored. */
  private void readersVerify(List<SlotRow> rows, ControlHistory chain) {
    StoredCheck check = new StoredCheck(swarm.codec, () -> chain);
    Map<NeedId, List<SlotRow>> byNeed =
        rows.stream()
            .filter(row -> row.needId() != null)
            .collect(
                Collectors.groupingBy(
                    row -> Objects.requireNonNull(row.needId()),
                    TreeMap::new,
                    Collectors.toList()));
    assertThat(byNeed).isNotEmpty();
    byNeed.forEach(
        (needId, all) ->
            assertThat(check.of(needId, all.get(0).threadId(), all).problems())
                .as(needId.text())
                .isEmpty());
  }

  @Test
  void aRotatedKeyTakesOverWithoutARestart() {
    swarm.start("all", ControlledSwarm.everybody());
    swarm.intake("before");
    swarm.pass(SECOND);
    Envelope entry =
        swarm.change(
            new Rotate("decider-1", swarm.publicKey("decider-1"), swarm.publicKey("decider-1.2")));
    swarm.pass(SECOND);
    swarm.intake("after");
    swarm.pass(SECOND);

    assertThat(stored(1)).containsExactly(entry.id().text());
    assertThat(endOf(new ThreadId("before")).outcome()).isEqualTo(Outcome.ACCEPTED);
    assertThat(endOf(new ThreadId("before")).control()).isEqualTo(EnvelopeId.NONE);
    assertThat(endOf(new ThreadId("after")).outcome()).isEqualTo(Outcome.ACCEPTED);
    assertThat(endOf(new ThreadId("after")).control()).isEqualTo(entry.id());
    assertThat(swarm.on(Verb.DECIDE, new ThreadId("before")).get(0).sender())
        .isEqualTo(swarm.publicKey("decider-1"));
    assertThat(swarm.on(Verb.DECIDE, new ThreadId("after")).get(0).sender())
        .isEqualTo(swarm.publicKey("decider-1.2"));
    assertThat(decisionOf(new ThreadId("after")).trust()).isEqualTo(swarm.head.registry().hash());
    assertThat(swarm.deadLetters()).isEmpty();
    replays();
  }

  @Test
  void aRotatedOperatorsKeyCancelsWithoutARestart() {
    PipelineWiring.Pipeline pipeline = swarm.start("all", ControlledSwarm.everybody());
    NeedCanceller canceller =
        new NeedCanceller(() -> pipeline.control().history().head(), pipeline.signers());
    swarm.intake("t");
    swarm.pass(SECOND);
    Envelope need = swarm.on(Verb.NEED, new ThreadId("t")).get(0);
    Cancel cancel = new Cancel(null);

    assertThat(canceller.sign(need, cancel).sender()).isEqualTo(swarm.publicKey("operator-1"));
    swarm.change(
        new Rotate("operator-1", swarm.publicKey("operator-1"), swarm.publicKey("operator-1.2")));
    swarm.pass(Duration.ofSeconds(2));

    assertThat(canceller.sign(need, cancel).sender()).isEqualTo(swarm.publicKey("operator-1.2"));
  }

  /** The same record comes again, and the gateway would sign another NEED for it. */
  @Test
  void aRecordIsOneNeedAlsoWhenItsGatewaysKeyIsRotated() {
    swarm.start("all", ControlledSwarm.everybody());
    swarm.start("others", "gateway-1");
    swarm.intake("t");
    swarm.change(
        new Rotate("gateway-1", swarm.publicKey("gateway-1"), swarm.publicKey("gateway-1.2")));
    swarm.pass(Duration.ofSeconds(2));
    swarm.start("again", "gateway-1");
    swarm.pass(Duration.ofSeconds(2));
    swarm.intake("after");
    swarm.pass(Duration.ofSeconds(2));

    assertThat(swarm.on(Verb.NEED, new ThreadId("t"))).hasSize(1);
    assertThat(endOf(new ThreadId("t")).outcome()).isEqualTo(Outcome.ACCEPTED);
    assertThat(swarm.on(Verb.NEED, new ThreadId("after")))
        .extracting(Envelope::sender)
        .containsExactly(swarm.publicKey("gateway-1.2"));
    assertThat(swarm.deadLetters()).isEmpty();
    replays();
  }

  @Test
  void everyProcessFollowsWhicheverReceivedTheEntry() {
    swarm.start("deciding", "planner-1", "decider-1", "coordinator-1", "gateway-1");
    swarm.start("working", "worker-1", "worker-2");
    swarm.start("verifying", "verifier-1", "verifier-2", "verifier-3", "verifier-4");
    swarm.change(
        new Rotate("worker-1", swarm.publicKey("worker-1"), swarm.publicKey("worker-1.2")));
    swarm.change(new Retire(swarm.publicKey("worker-2")));
    swarm.pass(SECOND);
    swarm.intake("t");
    swarm.pass(SECOND);

    assertThat(endOf(new ThreadId("t")).outcome()).isEqualTo(Outcome.ACCEPTED);
    assertThat(swarm.on(Verb.COMMIT, new ThreadId("t")))
        .extracting(Envelope::sender)
        .containsExactly(swarm.publicKey("worker-1.2"));
    assertThat(swarm.deadLetters()).isEmpty();
    replays();
  }

  @Test
  void aNeedThatWasDecidedBeforeFinishesWithTheKeysOfThatTime() {
    swarm.start("deciding", "planner-1", "decider-1", "coordinator-1", "gateway-1");
    swarm.intake("t");
    swarm.pass(SECOND);
    assertThat(swarm.on(Verb.DECIDE, new ThreadId("t"))).hasSize(1);
    for (String name : List.of("worker-1", "worker-2", "verifier-1", "coordinator-1")) {
      swarm.change(new Rotate(name, swarm.publicKey(name), swarm.publicKey(name + ".2")));
    }
    swarm.pass(SECOND);
    swarm.start("working", "worker-1", "worker-2");
    swarm.start("verifying", "verifier-1", "verifier-2", "verifier-3", "verifier-4");
    swarm.pass(Duration.ofSeconds(5));

    assertThat(endOf(new ThreadId("t")).outcome()).isEqualTo(Outcome.ACCEPTED);
    assertThat(decisionOf(new ThreadId("t")).trust()).isEqualTo(swarm.genesis.registry().hash());
    assertThat(swarm.on(Verb.COMMIT, new ThreadId("t")).get(0).sender())
        .isIn(swarm.publicKey("worker-1"), swarm.publicKey("worker-2"));
    assertThat(swarm.on(Verb.FINALIZE, new ThreadId("t")).get(0).sender())
        .isEqualTo(swarm.publicKey("coordinator-1"));
    assertThat(swarm.deadLetters()).isEmpty();
    replays();
  }

  @Test
  void theLeaseOfACompromisedKeyEndsAndItsVotesDoNotCount() {
    swarm.start("deciding", "planner-1", "decider-1", "coordinator-1", "gateway-1");
    // Its tasks never run.
    swarm.start("worker", Schedulers.fromExecutor(task -> {}), store -> store, "worker-1");
    swarm.intake("t");
    swarm.pass(SECOND);
    assertThat(swarm.on(Verb.CLAIM, new ThreadId("t"))).hasSize(1);
    swarm.change(new Compromised(swarm.publicKey("worker-1")));
    swarm.change(new Compromised(swarm.publicKey("verifier-1")));
    swarm.pass(Duration.ofSeconds(2));
    assertThat(swarm.on(Verb.RELEASE, new ThreadId("t"))).hasSize(1);
    swarm.start("others", "worker-2", "verifier-1", "verifier-2", "verifier-3", "verifier-4");
    swarm.pass(Duration.ofSeconds(5));

    assertThat(endOf(new ThreadId("t")).outcome()).isEqualTo(Outcome.ACCEPTED);
    assertThat(endOf(new ThreadId("t")).control()).isEqualTo(swarm.head.headId());
    assertThat(swarm.on(Verb.COMMIT, new ThreadId("t")).get(0).sender())
        .isEqualTo(swarm.publicKey("worker-2"));
    assertThat(swarm.on(Verb.ATTEST, new ThreadId("t")))
        .extracting(Envelope::sender)
        .doesNotContain(swarm.publicKey("verifier-1"));
    replays();
  }

  @Test
  void whatACompromisedKeySaysAfterwardsIsRefused() {
    swarm.start("all", ControlledSwarm.everybody());
    swarm.change(new Compromised(swarm.publicKey("client-1")));
    swarm.pass(SECOND);
    Envelope need =
        swarm.codec.sign(
            Draft.need(
                new ThreadId("t"),
                "n",
                swarm.genesis.policy().hash(),
                StrictJson.parseObject(ControlledSwarm.WORDS.getBytes(StandardCharsets.UTF_8))),
            swarm.key("client-1"),
            1);
    swarm.send(Verb.NEED.topic(), "t", need.bytes());
    swarm.pass(SECOND);

    assertThat(swarm.deadLetters())
        .extracting(letter -> letter.get("swarm-reason"))
        .containsExactly(Reason.SENDER_NOT_AUTHORISED.name());
    assertThat(swarm.on(Verb.DECIDE)).isEmpty();
  }

  @Test
  void anEntryThatDoesNotFitBecomesADeadLetterAndItsSlotStaysFree() {
    swarm.start("all", ControlledSwarm.everybody());
    Envelope bad = swarm.entry(swarm.genesis, new Retire(swarm.publicKey("stranger")));
    swarm.send(Verb.CONTROL.topic(), Control.THREAD.text(), bad.bytes());
    swarm.pass(SECOND);
    assertThat(swarm.deadLetters())
        .extracting(letter -> letter.get("swarm-reason"))
        .containsExactly(Reason.CHANGE_REFUSED.name());
    assertThat(stored(1)).isEmpty();

    Envelope good = swarm.change(new Retire(swarm.publicKey("worker-2")));
    swarm.pass(SECOND);
    assertThat(stored(1)).containsExactly(good.id().text());
  }

  @Test
  void anEntryWaitsForTheOneBeforeItAndNotForEver() {
    swarm.start("all", ControlledSwarm.everybody());
    ControlChange first = new Retire(swarm.publicKey("worker-2"));
    Envelope one = swarm.entry(swarm.genesis, first);
    var after = ControlChain.apply(swarm.genesis, one, Control.parse(one.payload()), swarm.engine);
    Envelope two = swarm.entry(after, new Retire(swarm.publicKey("verifier-4")));
    swarm.send(Verb.CONTROL.topic(), Control.THREAD.text(), two.bytes());
    swarm.pass(SECOND);
    assertThat(stored(2)).isEmpty();
    swarm.send(Verb.CONTROL.topic(), Control.THREAD.text(), one.bytes());
    swarm.pass(Duration.ofSeconds(3));
    assertThat(stored(1)).containsExactly(one.id().text());
    assertThat(stored(2)).containsExactly(two.id().text());
    assertThat(swarm.deadLetters()).isEmpty();
    swarm.failures.clear();

    Envelope late =
        swarm.codec.sign(
            Draft.builder(Verb.CONTROL, Control.THREAD)
                .lamport(9)
                .parents(List.of(one.id()))
                .policyHash(after.policy().hash())
                .payload(new Control(9, after.genesis(), first, List.of(), null).toJson())
                .build(),
            swarm.key("admin-1"),
            1);
    swarm.send(Verb.CONTROL.topic(), Control.THREAD.text(), late.bytes());
    swarm.pass(Duration.ofSeconds(40));
    assertThat(swarm.deadLetters())
        .extracting(letter -> letter.get("swarm-reason"))
        .containsExactly(Reason.WRONG_HEAD.name());
    swarm.failures.clear();
  }

  @Test
  void ofTwoEntriesWithOneNumberTheStoredOneCounts() {
    swarm.start("all", ControlledSwarm.everybody());
    Envelope one = swarm.entry(swarm.genesis, new Retire(swarm.publicKey("worker-2")));
    Envelope other = swarm.entry(swarm.genesis, new Retire(swarm.publicKey("worker-1")));
    swarm.send(Verb.CONTROL.topic(), Control.THREAD.text(), one.bytes());
    swarm.send(Verb.CONTROL.topic(), Control.THREAD.text(), other.bytes());
    swarm.send(Verb.CONTROL.topic(), Control.THREAD.text(), one.bytes());
    swarm.pass(SECOND);

    assertThat(stored(1)).containsExactly(one.id().text());
    assertThat(swarm.deadLetters()).isEmpty();
  }

  @Test
  void anAddedKeyWorksForNeedsThatAreDecidedAfterwards() {
    swarm.start("deciding", "planner-1", "decider-1", "coordinator-1", "gateway-1");
    swarm.start("verifying", "verifier-1", "verifier-2", "verifier-3", "verifier-4");
    swarm.change(new Add("worker-9", swarm.publicKey("worker-9"), EnumSet.of(RoleName.WORKER)));
    swarm.pass(SECOND);
    swarm.start("added", "worker-9");
    swarm.intake("t");
    swarm.pass(Duration.ofSeconds(3));

    assertThat(endOf(new ThreadId("t")).outcome()).isEqualTo(Outcome.ACCEPTED);
    assertThat(swarm.on(Verb.COMMIT, new ThreadId("t")).get(0).sender())
        .isEqualTo(swarm.publicKey("worker-9"));
    replays();
  }

  /** An outside decider sends without storing, so nobody has stored it in time. */
  @Test
  void aDecisionUnderAnOlderHeadThatWasNeverStoredIsRefused() {
    swarm.start("planning", "planner-1", "coordinator-1", "gateway-1", "worker-1", "verifier-1");
    swarm.intake("t");
    swarm.pass(SECOND);
    Envelope need = swarm.on(Verb.NEED, new ThreadId("t")).get(0);
    Envelope proposal = swarm.on(Verb.PROPOSE, new ThreadId("t")).get(0);
    swarm.change(new Retire(swarm.publicKey("worker-2")));
    swarm.pass(SECOND);
    Decide terms =
        new Decide(
            proposal.id(),
            1,
            0,
            2,
            swarm.genesis.policy().hash(),
            swarm.genesis.registry().hash(),
            swarm.genesis.registry().verifiersHash());
    Envelope decide =
        swarm.codec.sign(
            Draft.builder(Verb.DECIDE, new ThreadId("t"))
                .need(new NeedId(need.id()))
                .lamport(3)
                .parents(List.of(proposal.id()))
                .policyHash(swarm.genesis.policy().hash())
                .payload(terms.toJson())
                .build(),
            swarm.key("decider-1"),
            1);
    swarm.send(Verb.DECIDE.topic(), "t", decide.bytes());
    swarm.pass(SECOND);

    assertThat(swarm.deadLetters())
        .extracting(letter -> letter.get("swarm-reason"))
        .containsExactly(Reason.WRONG_HEAD.name());
    assertThat(swarm.store.find(need.id().text(), "DECIDE").blockOptional()).isEmpty();
  }

  @Test
  void aNeedFinishesUnderThePolicyThatItNames() {
    swarm.start("working", "worker-1", "worker-2", "verifier-1", "verifier-2", "verifier-3");
    var deciding = swarm.start("deciding", "planner-1", "decider-1", "coordinator-1", "gateway-1");
    String json = ControlledSwarm.POLICY.replace("\"k\":2", "\"k\":1");
    var policy = new Activate(StrictJson.parseObject(json.getBytes(StandardCharsets.UTF_8)));
    swarm.intake("old");
    swarm.change(policy);
    swarm.change(new RetirePolicy(swarm.genesis.policy().hash()));
    swarm.pass(Duration.ofSeconds(2));
    swarm.intake("new");
    swarm.pass(Duration.ofSeconds(2));

    assertThat(deciding.control().history().head().policies()).hasSize(1);
    assertThat(endOf(new ThreadId("old")).outcome()).isEqualTo(Outcome.ACCEPTED);
    assertThat(endOf(new ThreadId("new")).outcome()).isEqualTo(Outcome.ACCEPTED);
    assertThat(decisionOf(new ThreadId("new")).policy()).isEqualTo(policy.read().hash());
    assertThat(decisionOf(new ThreadId("new")).k()).isEqualTo(1);
    assertThat(swarm.on(Verb.NEED, new ThreadId("new")).get(0).policyHash())
        .isEqualTo(policy.read().hash());
    assertThat(swarm.on(Verb.NEED, new ThreadId("old")).get(0).policyHash())
        .isEqualTo(decisionOf(new ThreadId("old")).policy());
    assertThat(swarm.deadLetters()).isEmpty();
    replays();
  }

  private void need(ThreadId thread, String policy) {
    Envelope need =
        swarm.codec.sign(
            Draft.need(
                thread,
                "of-" + thread,
                policy,
                StrictJson.parseObject(ControlledSwarm.WORDS.getBytes(StandardCharsets.UTF_8))),
            swarm.key("client-1"),
            1);
    swarm.send(Verb.NEED.topic(), thread.text(), need.bytes());
    swarm.pass(Duration.ofSeconds(2));
  }

  @Test
  void aNeedMayNameAnyPolicyInForceAndNoneThatWasRetired() {
    swarm.start("all", ControlledSwarm.everybody());
    String first = swarm.genesis.policy().hash();
    String json = ControlledSwarm.POLICY.replace("\"k\":2", "\"k\":1");
    var second = new Activate(StrictJson.parseObject(json.getBytes(StandardCharsets.UTF_8)));
    swarm.change(second);
    swarm.pass(Duration.ofSeconds(2));
    need(new ThreadId("older"), first);
    need(new ThreadId("newer"), second.read().hash());
    swarm.change(new RetirePolicy(first));
    swarm.pass(Duration.ofSeconds(2));
    need(new ThreadId("retired"), first);

    assertThat(endOf(new ThreadId("older")).outcome()).isEqualTo(Outcome.ACCEPTED);
    assertThat(decisionOf(new ThreadId("older")).policy()).isEqualTo(first);
    assertThat(decisionOf(new ThreadId("older")).k()).isEqualTo(2);
    assertThat(decisionOf(new ThreadId("newer")).policy()).isEqualTo(second.read().hash());
    assertThat(swarm.on(Verb.DECIDE, new ThreadId("retired"))).isEmpty();
    assertThat(swarm.deadLetters())
        .extracting(letter -> letter.get("swarm-reason"))
        .containsExactly(Reason.POLICY_MISMATCH.name());
    replays();
  }

  @Test
  void aWorkerKeepsToTheLimitsOfThePolicyThatTheDecidePins() {
    swarm.start("all", ControlledSwarm.everybody());
    String json =
        ControlledSwarm.POLICY.replace(
            "\"required_on_commit\":true,\"bytes_max\":65536",
            "\"required_on_commit\":true,\"bytes_max\":8");
    swarm.change(new Activate(StrictJson.parseObject(json.getBytes(StandardCharsets.UTF_8))));
    swarm.pass(Duration.ofSeconds(2));
    swarm.intake("small");
    swarm.pass(Duration.ofSeconds(2));

    assertThat(swarm.on(Verb.COMMIT, new ThreadId("small"))).isEmpty();
    assertThat(swarm.on(Verb.YIELD, new ThreadId("small")))
        .isNotEmpty()
        .allSatisfy(
            yield ->
                assertThat(Yield.parse(yield.payload()).error()).contains("the policy allows 8"));
    assertThat(endOf(new ThreadId("small")).outcome()).isEqualTo(Outcome.REJECTED);
    replays();
  }

  @Test
  void theDocumentThatADecidePinsNamesTheEntry() {
    swarm.start("all", ControlledSwarm.everybody());
    Envelope entry = swarm.change(new Retire(swarm.publicKey("worker-2")));
    swarm.pass(SECOND);
    assertThat(swarm.head.document().get("control")).isEqualTo(new JsonString(entry.id().text()));
  }
}
