package dev.canswarm.simulation.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.crypto.Sha256;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonArray;
import dev.canswarm.json.JsonObject;
import dev.canswarm.port.SlotRow;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChangeOversTest {
  private static final String NEED = "d".repeat(64);
  private static final String FIRST = "1".repeat(64);
  private static final String WORKER = "the worker's key";
  private static final String VERIFIER = "the verifier's key";
  private static final JsonObject SECOND_POLICY = JsonObject.builder().put("k", 3).build();
  private static final String SECOND = Sha256.hex(CanonicalJson.write(SECOND_POLICY));
  private static final long FOLLOWED_MILLIS_MAX = 2_500;

  private final ObservedState observed = new ObservedState();
  private final Coverage coverage = new Coverage();
  private final List<String> broken = new ArrayList<>();
  private final ChangeOvers changeOvers =
      new ChangeOvers(
          observed, coverage, (invariant, detail) -> broken.add(invariant + " " + detail));

  private static ObservedEnvelope said(
      String id, Verb verb, String sender, String policy, JsonObject payload, String... parents) {
    JsonObject fields = JsonObject.builder().put("policy_engine_hash", policy).build();
    return new ObservedEnvelope(id, verb, NEED, "t", sender, List.of(parents), fields, payload);
  }

  private static SlotRow row(String slot, Verb verb, String sender, long storedMillis) {
    return SlotRow.at(NEED, slot)
        .id(slot)
        .kind(verb.name())
        .sender(sender)
        .storedMillis(storedMillis)
        .build();
  }

  private void store(ObservedEnvelope envelope, String slot, long storedMillis) {
    SlotRow row = row(slot, envelope.verb(), envelope.sender(), storedMillis);
    observed.first(row);
    observed.stored(row, envelope);
  }

  private void enter(String id, JsonObject change, long storedMillis) {
    JsonObject payload = JsonObject.builder().put("change", change).build();
    changeOvers.entered(
        said(id, Verb.CONTROL, "admin", FIRST, payload),
        row("CONTROL/" + id, Verb.CONTROL, "admin", storedMillis));
  }

  private void compromise(String key, long storedMillis) {
    enter(
        "compromised",
        JsonObject.builder().put("type", "COMPROMISED").put("key", key).build(),
        storedMillis);
  }

  private void activateSecond() {
    enter(
        "activated",
        JsonObject.builder().put("type", "ACTIVATE").put("policy", SECOND_POLICY).build(),
        1);
  }

  private void retireFirst() {
    enter(
        "retired",
        JsonObject.builder().put("type", "RETIRE_POLICY").put("policy", FIRST).build(),
        2);
  }

  private static ObservedEnvelope decide(String trust, String policy) {
    return said(
        "decide",
        Verb.DECIDE,
        "decider",
        FIRST,
        JsonObject.builder().put("trust", trust).put("policy", policy).build());
  }

  private static ObservedEnvelope need(String policy) {
    return said(NEED, Verb.NEED, "client", policy, JsonObject.builder().build());
  }

  private static ObservedEnvelope end(String policy, String control, String... counted) {
    JsonObject.Builder payload = JsonObject.builder().put("outcome", "ACCEPTED");
    if (!control.isEmpty()) {
      payload.put("control", control);
    }
    return said("end", Verb.FINALIZE, "coordinator", policy, payload.build(), counted);
  }

  private void judge(String control, String... counted) {
    JsonObject.Builder verdict =
        JsonObject.builder().put("counted", JsonArray.ofStrings(List.of(counted)));
    if (!control.isEmpty()) {
      verdict.put("control", control);
    }
    changeOvers.judged(
        SlotRow.at(NEED, "VERDICT/task/1")
            .kind(SlotRow.VERDICT)
            .bytes(CanonicalJson.write(verdict.build()))
            .build());
  }

  @Test
  void aDecideMayPinTheLastHeadOnly() {
    changeOvers.pins("genesis", 0);
    changeOvers.pins("next", 1);
    changeOvers.decided(decide("genesis", FIRST));
    assertThat(broken).isEmpty();
    activateSecond();
    changeOvers.decided(decide("next", FIRST));
    assertThat(broken).isEmpty();
    changeOvers.decided(decide("genesis", FIRST));
    assertThat(broken).containsExactly("P1 DECIDE decide pins head 0, and entry 1 is stored");
  }

  @Test
  void aDecidePinsThePolicyThatItsNeedNames() {
    store(need(FIRST), "NEED/" + NEED, 1);
    changeOvers.decided(decide("genesis", FIRST));
    assertThat(broken).isEmpty();
    changeOvers.decided(decide("genesis", SECOND));
    assertThat(broken).containsExactly("P6 DECIDE decide pins another policy than its NEED names");
  }

  @Test
  void whatIsSaidForANeedNamesItsPolicy() {
    store(need(FIRST), "NEED/" + NEED, 1);
    JsonObject nothing = JsonObject.builder().build();
    changeOvers.named(said("claim", Verb.CLAIM, WORKER, FIRST, nothing));
    changeOvers.named(said("entry", Verb.CONTROL, "admin", SECOND, nothing));
    assertThat(broken).isEmpty();
    changeOvers.named(said("claim", Verb.CLAIM, WORKER, SECOND, nothing));
    assertThat(broken).containsExactly("P6 CLAIM claim names another policy than its NEED does");
  }

  @Test
  void aCompromisedKeySaysNothingMore() {
    ObservedEnvelope claim = said("claim", Verb.CLAIM, WORKER, FIRST, JsonObject.builder().build());
    changeOvers.said(claim);
    compromise(VERIFIER, 1);
    changeOvers.said(claim);
    assertThat(broken).isEmpty();
    compromise(WORKER, 1);
    changeOvers.said(claim);
    assertThat(broken).singleElement().asString().startsWith("P6 CLAIM claim is stored after");
    assertThat(changeOvers.entries()).isEqualTo(2);
  }

  @Test
  void aVerdictCountsUnderTheLastHead() {
    judge("");
    activateSecond();
    judge("activated");
    assertThat(broken).isEmpty();
    judge("");
    judge("an entry that is not stored");
    assertThat(broken)
        .containsExactly(
            "P3 a verdict was counted under head 0, and entry 1 is stored",
            "P3 a verdict was counted under head null, and entry 1 is stored");
  }

  @Test
  void aVerdictCountsNoVoteOfACompromisedKey() {
    store(
        said("vote", Verb.ATTEST, VERIFIER, FIRST, JsonObject.builder().build()),
        "ATTEST/x/" + VERIFIER,
        1);
    judge("", "vote");
    assertThat(broken).isEmpty();
    compromise(VERIFIER, 2);
    judge("compromised", "vote", "a vote that is not stored");
    assertThat(broken).containsExactly("P3 a verdict counts ATTEST vote, whose key is compromised");
  }

  @Test
  void aFinalizeMayNameVotesThatWereCountedBeforeTheirKeyWasCompromised() {
    store(
        said("vote", Verb.ATTEST, VERIFIER, FIRST, JsonObject.builder().build()),
        "ATTEST/x/" + VERIFIER,
        1);
    compromise(VERIFIER, 2);
    changeOvers.finalized(end(FIRST, "", "vote"));
    assertThat(broken).isEmpty();
    assertThat(coverage.counts()).containsEntry("compromised/COUNTED_BEFORE", 1L);
    changeOvers.finalized(end(FIRST, "compromised", "vote"));
    assertThat(broken)
        .containsExactly("P3 FINALIZE end counts ATTEST vote, whose key is compromised");
  }

  @Test
  void aFinalizeNamesAHeadThatIsStored() {
    changeOvers.finalized(end(FIRST, "unknown"));
    assertThat(broken).containsExactly("P3 FINALIZE end names a head that is not stored");
  }

  @Test
  void acceptedResultsAreCountedByThePolicyTheyAreUnder() {
    changeOvers.finalized(end(FIRST, ""));
    assertThat(policyUses()).as("there is one policy only").containsExactly(0L, 0L, 0L);
    activateSecond();
    changeOvers.finalized(end(FIRST, "activated"));
    changeOvers.finalized(end(SECOND, "activated"));
    retireFirst();
    changeOvers.finalized(end(FIRST, "retired"));
    assertThat(policyUses()).containsExactly(1L, 1L, 1L);
    assertThat(broken).isEmpty();
  }

  private List<Long> policyUses() {
    return List.of(
        coverage.counts().getOrDefault("policy/OLDER", -1L),
        coverage.counts().getOrDefault("policy/NEWEST", -1L),
        coverage.counts().getOrDefault("policy/RETIRED", -1L));
  }

  @Test
  void aLeaseOfACompromisedKeyEndsAsSoonAsTheEntryIsKnown() {
    observed.first(row("CLAIM/task/1", Verb.CLAIM, WORKER, 1));
    observed.first(row("CLAIM/other/1", Verb.CLAIM, "another worker", 1));
    observed.first(row("CLAIM/done/1", Verb.CLAIM, WORKER, 1));
    observed.first(row("END/done/1", Verb.COMMIT, WORKER, 2));
    compromise(WORKER, 1_000);
    assertThat(coverage.counts()).containsEntry("compromised/LEASE", 1L);
    changeOvers.outlived(FOLLOWED_MILLIS_MAX);
    assertThat(broken)
        .containsExactly(
            "P5 a lease of NEED dddddddd outlives the entry that its holder's key is compromised");
    broken.clear();
    observed.first(row("END/task/1", Verb.RELEASE, "coordinator", 1_000 + FOLLOWED_MILLIS_MAX));
    changeOvers.outlived(FOLLOWED_MILLIS_MAX);
    assertThat(broken).isEmpty();
    changeOvers.outlived(FOLLOWED_MILLIS_MAX - 1);
    assertThat(broken).hasSize(1);
  }

  @Test
  void theEndOfItsNeedEndsALeaseToo() {
    observed.first(row("CLAIM/task/1", Verb.CLAIM, WORKER, 1));
    compromise(WORKER, 1_000);
    observed.first(row("FINALIZE", Verb.FINALIZE, "coordinator", 1_500));
    changeOvers.outlived(FOLLOWED_MILLIS_MAX);
    assertThat(broken).isEmpty();
  }
}
