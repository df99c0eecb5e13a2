package dev.canswarm.pipeline.cli.need;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.config.PolicyFile;
import dev.canswarm.crypto.Engines;
import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.SignatureEngine;
import dev.canswarm.crypto.SigningKey;
import dev.canswarm.envelope.Draft;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeCodec;
import dev.canswarm.envelope.EnvelopeLimits;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.JsonObject;
import dev.canswarm.policy.Policy;
import dev.canswarm.policy.PolicyCheck;
import dev.canswarm.policy.RoleName;
import dev.canswarm.policy.TrustRegistry;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class FinalizeCheckTest {
  private static final JsonObject PAYLOAD =
      JsonObject.builder().put("outcome", "ACCEPTED").put("result_hash", "0".repeat(64)).build();

  private final SignatureEngine engine = Engines.portable();
  private final EnvelopeCodec codec = new EnvelopeCodec("swarm", engine, EnvelopeLimits.DEFAULT);
  private final Policy policy = Policy.parse(PolicyFile.builtIn());
  private final SigningKey coordinator = key(1);
  private final SigningKey client = key(2);
  private final Envelope need = codec.sign(Draft.need("t", "n", policy.hash(), PAYLOAD), client, 1);
  private final FinalizeCheck check = new FinalizeCheck(codec, policyCheck());

  private SigningKey key(int seed) {
    byte[] bytes = new byte[32];
    bytes[0] = (byte) seed;
    return engine.signingKey(bytes);
  }

  private PolicyCheck policyCheck() {
    Map<PublicKey, Set<RoleName>> roles = new TreeMap<>();
    roles.put(coordinator.publicKey(), Set.of(RoleName.COORDINATOR));
    roles.put(client.publicKey(), Set.of(RoleName.CLIENT));
    return new PolicyCheck(policy, TrustRegistry.of(roles));
  }

  private Envelope finalized(SigningKey by, String thread, String needId) {
    return codec.sign(
        Draft.builder(Verb.FINALIZE, thread)
            .need(new NeedId(needId))
            .lamport(2)
            .parents(List.of(need.id()))
            .policyHash(policy.hash())
            .payload(PAYLOAD)
            .build(),
        by,
        2);
  }

  @Test
  void aCoordinatorsFinalizeOfTheNeedIsBelieved() {
    Envelope end = finalized(coordinator, "t", need.id());
    assertThat(check.of(end.bytes(), need)).map(Envelope::id).hasValue(end.id());
  }

  @Test
  void oneByAnotherKeyIsNot() {
    assertThat(check.of(finalized(client, "t", need.id()).bytes(), need)).isEmpty();
    assertThat(check.of(finalized(key(3), "t", need.id()).bytes(), need)).isEmpty();
  }

  @Test
  void oneThatWasChangedIsNot() {
    String text =
        new String(finalized(coordinator, "t", need.id()).bytes(), StandardCharsets.UTF_8);
    String changed = text.replace("ACCEPTED", "REJECTED");
    assertThat(changed).isNotEqualTo(text);
    assertThat(check.of(changed.getBytes(StandardCharsets.UTF_8), need)).isEmpty();
    assertThat(check.of("{\"kind\":\"FINALIZE\"}".getBytes(StandardCharsets.UTF_8), need))
        .isEmpty();
  }

  @Test
  void oneOfAnotherNeedOrThreadIsNot() {
    assertThat(check.of(finalized(coordinator, "t", "f".repeat(64)).bytes(), need)).isEmpty();
    assertThat(check.of(finalized(coordinator, "u", need.id()).bytes(), need)).isEmpty();
  }
}
