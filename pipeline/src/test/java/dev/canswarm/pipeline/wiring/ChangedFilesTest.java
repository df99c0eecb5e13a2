package dev.canswarm.pipeline.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.control.ControlKey;
import dev.canswarm.control.TrustState;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.policy.Policy;
import dev.canswarm.protocol.payload.Decide;
import dev.canswarm.protocol.payload.Finalize;
import dev.canswarm.protocol.payload.Finalize.Outcome;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The trust file and the policy are changed, without an entry of the control chain, after a NEED
 * was decided: it goes on under those that its DECIDE pins, which are in the archive.
 */
class ChangedFilesTest {
  private static final String OTHER_POLICY =
      ControlledSwarm.POLICY
          .replace("\"attempts_max\":2", "\"attempts_max\":1")
          .replace("\"verify_ms\":10000", "\"verify_ms\":9000");

  private final ControlledSwarm swarm = new ControlledSwarm();

  @AfterEach
  void stop() {
    swarm.close();
  }

  private static TrustState filesOf(TrustState state, List<ControlKey> keys, String policy) {
    return TrustState.genesis(
        state.swarmId(), keys, 1, Policy.parse(policy.getBytes(StandardCharsets.UTF_8)));
  }

  private List<ControlKey> keysWithout(String name) {
    return swarm.genesis.keys().stream().filter(key -> !key.name().equals(name)).toList();
  }

  /** A NEED that is decided under the first files. */
  private Envelope decided() {
    swarm.start("deciding", "planner-1", "decider-1", "gateway-1");
    swarm.intake("t");
    swarm.pass(Duration.ofSeconds(1));
    assertThat(swarm.on(Verb.DECIDE)).hasSize(1);
    return swarm.on(Verb.DECIDE).get(0);
  }

  private void archiveTrust() {
    swarm
        .store
        .archive(
            swarm.genesis.registry().hash(), "trust", CanonicalJson.write(swarm.genesis.document()))
        .block();
  }

  private void archivePolicy() {
    swarm
        .store
        .archive(
            swarm.genesis.policy().hash(),
            "policy",
            ControlledSwarm.POLICY.getBytes(StandardCharsets.UTF_8))
        .block();
  }

  private void startOthers() {
    swarm.start("working", "worker-1", "worker-2");
    swarm.start("judging", "verifier-1", "verifier-2", "verifier-3", "verifier-4");
    swarm.start("coordinating", "coordinator-1");
  }

  private Finalize end() {
    assertThat(swarm.on(Verb.FINALIZE)).hasSize(1);
    return Finalize.parse(swarm.on(Verb.FINALIZE).get(0).payload());
  }

  private void finishesUnderTheFirstFiles(Envelope decide) {
    assertThat(end().outcome()).isEqualTo(Outcome.ACCEPTED);
    assertThat(swarm.on(Verb.FINALIZE).get(0).policyHash()).isEqualTo(decide.policyHash());
    assertThat(swarm.on(Verb.COMMIT))
        .extracting(Envelope::policyHash)
        .containsExactly(decide.policyHash());
    assertThat(swarm.deadLetters()).isEmpty();
    assertThat(swarm.failures).isEmpty();
  }

  @Test
  void aDecidedNeedFinishesUnderItsPolicy() {
    Envelope decide = decided();
    archivePolicy();
    swarm.files = filesOf(swarm.genesis, List.copyOf(swarm.genesis.keys()), OTHER_POLICY);
    startOthers();
    swarm.pass(Duration.ofSeconds(5));

    finishesUnderTheFirstFiles(decide);
  }

  @Test
  void aDecidedNeedFinishesWithTheKeysOfItsTrustFile() {
    Envelope decide = decided();
    archiveTrust();
    swarm.files = filesOf(swarm.genesis, keysWithout("verifier-4"), ControlledSwarm.POLICY);
    startOthers();
    swarm.pass(Duration.ofSeconds(5));

    finishesUnderTheFirstFiles(decide);
  }

  @Test
  void bothMayHaveChanged() {
    Envelope decide = decided();
    archiveTrust();
    archivePolicy();
    swarm.files = filesOf(swarm.genesis, keysWithout("verifier-4"), OTHER_POLICY);
    startOthers();
    swarm.pass(Duration.ofSeconds(5));

    finishesUnderTheFirstFiles(decide);
  }

  /** The policy file was replaced while a NEED waited for its decision. */
  @Test
  void anUndecidedNeedIsDecidedAndFinishesUnderItsPolicy() {
    swarm.start("planning", "planner-1", "gateway-1");
    swarm.intake("t");
    swarm.pass(Duration.ofSeconds(1));
    assertThat(swarm.on(Verb.PROPOSE)).hasSize(1);
    archivePolicy();
    swarm.files = filesOf(swarm.genesis, List.copyOf(swarm.genesis.keys()), OTHER_POLICY);
    swarm.start("deciding", "decider-1");
    swarm.pass(Duration.ofSeconds(1));
    assertThat(swarm.on(Verb.DECIDE)).hasSize(1);
    Envelope decide = swarm.on(Verb.DECIDE).get(0);
    assertThat(Decide.parse(decide.payload()).policy()).isEqualTo(swarm.genesis.policy().hash());
    startOthers();
    swarm.pass(Duration.ofSeconds(5));

    finishesUnderTheFirstFiles(decide);
  }

  /** It is planned by a process that was started with the other policy. */
  @Test
  void aNeedWithoutAPlanIsPlannedUnderItsPolicy() {
    swarm.start("entering", "gateway-1");
    swarm.intake("t");
    swarm.pass(Duration.ofSeconds(1));
    archivePolicy();
    swarm.files = filesOf(swarm.genesis, List.copyOf(swarm.genesis.keys()), OTHER_POLICY);
    swarm.start("deciding", "planner-1", "decider-1");
    startOthers();
    swarm.pass(Duration.ofSeconds(5));

    assertThat(swarm.on(Verb.PROPOSE))
        .extracting(Envelope::policyHash)
        .containsExactly(swarm.genesis.policy().hash());
    finishesUnderTheFirstFiles(swarm.on(Verb.DECIDE).get(0));
  }

  /** What was not stored before is not let in by the archive. */
  @Test
  void aNewNeedUnderAPolicyThatIsOnlyInTheArchiveIsRefused() {
    archivePolicy();
    swarm.files = filesOf(swarm.genesis, List.copyOf(swarm.genesis.keys()), OTHER_POLICY);
    swarm.start("all", ControlledSwarm.everybody());
    Envelope need = swarm.need("t", swarm.genesis.policy().hash());
    swarm.send(Verb.NEED.topic(), "t", need.bytes());
    swarm.pass(Duration.ofSeconds(5));

    assertThat(swarm.on(Verb.PROPOSE)).isEmpty();
    assertThat(swarm.deadLetters())
        .singleElement()
        .satisfies(
            letter ->
                assertThat(letter.get("swarm-reason")).isEqualTo(Reason.POLICY_MISMATCH.name()));
  }

  /** Nobody judges it by other rules: it waits for its deadline. */
  @Test
  void aNeedWhoseRulesAreNowhereIsJudgedByNoOthers() {
    Envelope decide = decided();
    swarm.files = filesOf(swarm.genesis, List.copyOf(swarm.genesis.keys()), OTHER_POLICY);
    startOthers();
    swarm.pass(Duration.ofSeconds(5));
    assertThat(swarm.on(Verb.CLAIM)).isEmpty();
    assertThat(swarm.on(Verb.FINALIZE)).isEmpty();
    swarm.pass(Duration.ofMinutes(11));

    assertThat(end().outcome()).isEqualTo(Outcome.EXPIRED);
    assertThat(Decide.parse(decide.payload()).policy()).isEqualTo(swarm.genesis.policy().hash());
    assertThat(swarm.on(Verb.COMMIT)).isEmpty();
  }

  @Test
  void whatIsSaidUnderRulesThatAreNowhereIsRefusedAndTheReasonSaysWhich() {
    decided();
    swarm.files = filesOf(swarm.genesis, keysWithout("verifier-4"), ControlledSwarm.POLICY);
    swarm.start("coordinating", "coordinator-1");
    swarm.pass(Duration.ofSeconds(1));
    TrustState first = swarm.genesis;
    swarm.files = first;
    swarm.start("working", "worker-1");
    swarm.pass(Duration.ofSeconds(5));

    assertThat(swarm.deadLetters())
        .isNotEmpty()
        .allSatisfy(
            letter -> {
              assertThat(letter.get("swarm-reason")).isEqualTo(Reason.WRONG_HEAD.name());
              assertThat(letter.get("swarm-detail"))
                  .contains(first.registry().hash())
                  .contains("in the archive");
            });
  }
}
