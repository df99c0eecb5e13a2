package dev.canswarm.pipeline.cli.replay;

import dev.canswarm.crypto.PublicKey;
import dev.canswarm.json.JsonArray;
import dev.canswarm.json.JsonException;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonString;
import dev.canswarm.json.JsonValue;
import dev.canswarm.json.ShapeException;
import dev.canswarm.json.StrictJson;
import dev.canswarm.policy.Policy;
import dev.canswarm.policy.Role;
import dev.canswarm.policy.TrustRegistry;
import dev.canswarm.port.SlotStore;
import dev.canswarm.replay.RulesBook;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Brings together the rules by which a log may have been made. */
final class RulesArchive {
  private RulesArchive() {}

  /**
   * The given rules, and those that are named and archived in the store. Blocks.
   *
   * @param named hashes
   * @throws JsonException or {@link ShapeException} where the given policy is none
   */
  static RulesBook book(
      ReplayInput input, Set<String> named, Optional<SlotStore> store, Duration timeout) {
    List<Policy> policies = new ArrayList<>(List.of(Policy.parse(input.policy())));
    List<TrustRegistry> trusts = new ArrayList<>(TrustTimeline.of(input.trust(), input.now()));
    for (String hash : named) {
      boolean known =
          policies.stream().anyMatch(policy -> policy.hash().equals(hash))
              || trusts.stream().anyMatch(trust -> trust.hash().equals(hash));
      if (!known && store.isPresent()) {
        store
            .get()
            .archived(hash)
            .blockOptional(timeout)
            .ifPresent(bytes -> add(hash, bytes, policies, trusts));
      }
    }
    return new RulesBook(policies, trusts);
  }

  /** Whichever of the two it is; only what has that hash is taken, so it need not be trusted. */
  private static void add(
      String hash, byte[] bytes, List<Policy> policies, List<TrustRegistry> trusts) {
    try {
      Policy policy = Policy.parse(bytes);
      if (policy.hash().equals(hash)) {
        policies.add(policy);
      }
    } catch (JsonException | ShapeException noPolicy) {
      trust(bytes).filter(trust -> trust.hash().equals(hash)).ifPresent(trusts::add);
    }
  }

  private static Optional<TrustRegistry> trust(byte[] bytes) {
    try {
      TreeMap<PublicKey, Set<Role>> roles = new TreeMap<>();
      JsonObject json = StrictJson.parseObject(bytes);
      for (Map.Entry<String, JsonValue> entry : json.members().entrySet()) {
        roles.put(PublicKey.ofBase64(entry.getKey()), roles(entry.getValue()));
      }
      return Optional.of(TrustRegistry.of(roles));
    } catch (JsonException | IllegalArgumentException noTrustFile) {
      return Optional.empty();
    }
  }

  private static Set<Role> roles(JsonValue labels) {
    Set<Role> roles = EnumSet.noneOf(Role.class);
    if (labels instanceof JsonArray array) {
      for (JsonValue label : array.elements()) {
        if (label instanceof JsonString text) {
          Role.ofLabel(text.value()).ifPresent(roles::add);
        }
      }
    }
    return roles;
  }
}
