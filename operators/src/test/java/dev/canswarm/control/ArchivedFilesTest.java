package dev.canswarm.control;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonValue;
import dev.canswarm.json.StrictJson;
import dev.canswarm.policy.Policy;
import dev.canswarm.policy.RoleName;
import dev.canswarm.protocol.payload.ControlChange;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that an archive returns, which need not be those that were asked for. */
class ArchivedFilesTest {
  private static final TrustState GENESIS = ControlFixture.genesis(1);
  private static final TrustState EARLIER =
      TrustState.genesis(
          ControlFixture.SWARM,
          List.of(
              ControlFixture.listed("admin-9", RoleName.ADMIN),
              ControlFixture.listed("both-9", RoleName.WORKER, RoleName.VERIFIER)),
          2,
          ControlFixture.policy(3));
  private static final JsonObject TRUST = EARLIER.registry().json();
  private static final JsonObject POLICY = ControlFixture.policyJson(3);
  private static final String POLICY_HASH = ControlFixture.policy(3).hash();

  private static byte[] bytes(JsonObject json) {
    return CanonicalJson.write(json);
  }

  private static byte[] changed(JsonObject json, String member, String value) {
    TreeMap<String, JsonValue> members = new TreeMap<>(json.members());
    members.put(member, StrictJson.parse(value.getBytes(UTF_8)));
    return bytes(JsonObject.of(members));
  }

  @Test
  void anEarlierTrustFileMakesAStateOfTheSwarmUnderItsPresentPolicy() {
    assertThat(ArchivedFiles.trust(GENESIS, EARLIER.registry().hash(), bytes(TRUST)))
        .hasValueSatisfying(
            state -> {
              assertThat(state.number()).isZero();
              assertThat(state.swarmId()).isEqualTo(ControlFixture.SWARM);
              assertThat(state.policy()).isEqualTo(GENESIS.policy());
              assertThat(state.adminsRequired()).isEqualTo(2);
              assertThat(state.registry().rolesOf(ControlFixture.publicKey("both-9")))
                  .containsExactlyInAnyOrder(RoleName.WORKER, RoleName.VERIFIER);
              assertThat(state.registry().rolesOf(ControlFixture.publicKey("worker-1"))).isEmpty();
            });
  }

  @Test
  void anotherTrustFileThanThatOfTheHashIsNone() {
    String hash = EARLIER.registry().hash();
    assertThat(ArchivedFiles.trust(GENESIS, hash, bytes(GENESIS.registry().json()))).isEmpty();
    assertThat(ArchivedFiles.trust(GENESIS, hash, changed(TRUST, "admins_required", "1")))
        .isEmpty();
  }

  @Test
  void theTrustDocumentOfAnEntryIsNoTrustFile() {
    TrustState after =
        ControlFixture.after(
            GENESIS, new ControlChange.Retire(ControlFixture.publicKey("verifier-3")));
    assertThat(after.registry().controlId()).isNotEqualTo(EnvelopeId.NONE);
    assertThat(
            ArchivedFiles.trust(GENESIS, after.registry().hash(), bytes(after.registry().json())))
        .isEmpty();
  }

  @Test
  void anEarlierPolicyIsReadWithItsNumbers() {
    assertThat(ArchivedFiles.policy(POLICY_HASH, bytes(POLICY))).map(Policy::k).hasValue(3);
  }

  @Test
  void anotherPolicyThanThatOfTheHashIsNone() {
    assertThat(ArchivedFiles.policy(POLICY_HASH, changed(POLICY, "k", "2"))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "x", "[]", "null", "1", "{}", "{\"\":[]}", "{\"admins_required\":0}", "{\"a"})
  void bytesThatAreNoSuchFileAreNone(String text) {
    assertThat(ArchivedFiles.trust(GENESIS, POLICY_HASH, text.getBytes(UTF_8))).isEmpty();
    assertThat(ArchivedFiles.policy(POLICY_HASH, text.getBytes(UTF_8))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "-1", "0", "1e300", "0.5", "\"\"", "[]", "[[]]", "{}", "[null]"})
  void aFileWithAMemberOfAnotherFormIsNone(String value) {
    for (String member : TRUST.members().keySet()) {
      assertThat(
              ArchivedFiles.trust(
                  GENESIS, EARLIER.registry().hash(), changed(TRUST, member, value)))
          .as(member)
          .isEmpty();
    }
    for (String member : POLICY.members().keySet()) {
      byte[] other = changed(POLICY, member, value);
      if (!Arrays.equals(other, bytes(POLICY))) {
        assertThat(ArchivedFiles.policy(POLICY_HASH, other)).as(member).isEmpty();
      }
    }
  }
}
