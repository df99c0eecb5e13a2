package dev.canswarm.pipeline.wiring;

import dev.canswarm.control.ControlKey;
import dev.canswarm.control.TrustState;
import dev.canswarm.json.JsonArray;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonValue;
import dev.canswarm.policy.RoleName;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The keys that a swarm knows, as the API shows them. Stateless. */
final class AgentDocument {
  private AgentDocument() {}

  /**
   * Returns every key at a head of the control chain with its roles and its status; a key that is
   * no longer in force has the roles that it had last.
   *
   * @param names of this process's agents by public key in base64; other agents have the name that
   *     the chain gives them, if any
   */
  static JsonObject of(TrustState head, Map<String, String> names) {
    List<JsonValue> agents = head.keys().stream().<JsonValue>map(key -> agent(key, names)).toList();
    return JsonObject.builder().put("agents", new JsonArray(agents)).build();
  }

  private static JsonObject agent(ControlKey key, Map<String, String> names) {
    String publicKey = key.key().base64();
    JsonObject.Builder agent =
        JsonObject.builder()
            .put("public_key", publicKey)
            .put("roles", key.roles().stream().map(RoleName::label).sorted().toList())
            .put("status", key.status().name().toLowerCase(Locale.ROOT));
    String name = names.getOrDefault(publicKey, key.name());
    // Without a trust file with names, a key is its own name.
    if (!name.equals(publicKey)) {
      agent.put("name", name);
    }
    return agent.build();
  }
}
