package dev.canswarm.pipeline.wiring;

import dev.canswarm.config.KafkaEndpoint;
import dev.canswarm.config.PostgresEndpoint;
import dev.canswarm.config.Secret;
import dev.canswarm.config.SettingsLoader;
import dev.canswarm.control.ControlFixture;
import dev.canswarm.crypto.TestKeys;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.policy.RoleName;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Processes that nobody starts. */
final class NodeSpecs {
  private NodeSpecs() {}

  /**
   * Agents named by their role and a number.
   *
   * @param settings as the command line has them
   */
  static NodeSpec of(Map<String, String> settings, Path audit, String... agents) throws Exception {
    return new NodeSpec(
        SettingsLoader.load(settings, Map.of(), Optional.empty(), Path.of("/")).settings(),
        new NodeSpec.Servers(
            new KafkaEndpoint("127.0.0.1:1", Map.of("client.rack", new Secret("rack-1"))),
            new PostgresEndpoint("user", new Secret("secret"), "127.0.0.1", 1, "swarm"),
            Optional.empty(),
            "redis://127.0.0.1:1"),
        Arrays.stream(agents).map(NodeSpecs::agent).toList(),
        RotatedKeys.NONE,
        Optional.empty(),
        ControlFixture.ENGINE,
        new NodeSpec.Audit(TestKeys.key("audit"), audit),
        new NodeSpec.Shared(
            ControlFixture.genesis(1),
            CanonicalJson.write(ControlFixture.policyJson(2)),
            Path.of("/artifacts")),
        List.of());
  }

  private static AgentKey agent(String name) {
    RoleName role = RoleName.ofLabel(name.substring(0, name.indexOf('-'))).orElseThrow();
    return new AgentKey(name, role, TestKeys.key(name));
  }
}
