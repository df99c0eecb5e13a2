package dev.canswarm.pipeline.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.config.PolicyFile;
import dev.canswarm.control.ControlChain;
import dev.canswarm.control.ControlKey;
import dev.canswarm.control.TrustState;
import dev.canswarm.crypto.PublicKey;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.policy.Policy;
import dev.canswarm.policy.RoleName;
import dev.canswarm.policy.TrustRegistry;
import dev.canswarm.protocol.payload.ControlChange;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AgentDocumentTest {
  private static final Policy POLICY = Policy.parse(PolicyFile.builtIn());
  private static final PublicKey ADMIN = key("admin-1");
  private static final PublicKey OLD = key("worker-1");
  private static final PublicKey NEW = key("worker-1 again");
  private static final TrustState GENESIS =
      TrustState.genesis(
          "test",
          List.of(
              ControlKey.ofTrustFile("admin-1", ADMIN, Set.of(RoleName.ADMIN)),
              ControlKey.ofTrustFile("worker-1", OLD, Set.of(RoleName.WORKER))),
          1,
          POLICY);

  private static PublicKey key(String name) {
    return TestSwarm.key(name).publicKey();
  }

  private static String document(TrustState head) {
    return document(head, Map.of());
  }

  private static String document(TrustState head, Map<String, String> names) {
    return new String(CanonicalJson.write(AgentDocument.of(head, names)), StandardCharsets.UTF_8);
  }

  private static String agent(PublicKey key, String name, String role, String status) {
    return "{\"name\":\"%s\",\"public_key\":\"%s\",\"roles\":[\"%s\"],\"status\":\"%s\"}"
        .formatted(name, key.base64(), role, status);
  }

  @Test
  void aRotatedKeyIsRetiredAndTheNewOneIsListedUnderItsName() {
    assertThat(document(GENESIS))
        .contains(agent(OLD, "worker-1", "worker", "in_force"))
        .doesNotContain(NEW.base64());

    TrustState head =
        ControlChain.changed(
            GENESIS, new EnvelopeId("1"), new ControlChange.Rotate("worker-1", OLD, NEW));

    assertThat(document(head))
        .contains(
            agent(ADMIN, "admin-1", "admin", "in_force"),
            agent(OLD, "worker-1", "worker", "retired"),
            agent(NEW, "worker-1", "worker", "in_force"));
  }

  @Test
  void anAddedKeyIsListedAndAStolenOneIsCompromised() {
    TrustState added =
        ControlChain.changed(
            GENESIS,
            new EnvelopeId("1"),
            new ControlChange.Add("verifier-9", NEW, Set.of(RoleName.VERIFIER)));
    TrustState head =
        ControlChain.changed(added, new EnvelopeId("2"), new ControlChange.Compromised(OLD));

    assertThat(document(head))
        .contains(
            agent(NEW, "verifier-9", "verifier", "in_force"),
            agent(OLD, "worker-1", "worker", "compromised"));
  }

  @Test
  void nothingButKeysIsListed() {
    TrustState two = TrustState.genesis("test", TrustRegistry.of(Map.of(OLD, Set.of())), POLICY);
    TrustState head =
        ControlChain.changed(
            two, new EnvelopeId("1"), new ControlChange.Add("x", NEW, Set.of(RoleName.WORKER)));

    assertThat(document(head, Map.of(OLD.base64(), "mine")))
        .contains("\"name\":\"mine\"")
        .doesNotContain("control", "admins_required");
    assertThat(document(head))
        .as("a key that is its own name has none")
        .doesNotContain("\"name\":\"" + OLD.base64());
  }
}
