package dev.canswarm.policy;

import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.Sha256;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonObject;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** The roles of each public key: the trust file. Immutable; a DECIDE pins its hash. */
public final class TrustRegistry {
  private final SortedMap<PublicKey, Set<RoleName>> roles;
  private final JsonObject json;
  private final String hash;
  private final List<PublicKey> verifiers;
  private final String verifiersHash;

  private TrustRegistry(SortedMap<PublicKey, Set<RoleName>> roles) {
    this.roles = roles;
    JsonObject.Builder builder = JsonObject.builder();
    roles.forEach(
        (key, held) ->
            builder.put(key.base64(), held.stream().map(RoleName::label).sorted().toList()));
    this.json = builder.build();
    this.hash = Sha256.hex(CanonicalJson.write(json));
    this.verifiers = withRole(RoleName.VERIFIER);
    this.verifiersHash = hashOfVerifiers(verifiers);
  }

  /** A registry of these keys; a key without roles may do nothing. */
  public static TrustRegistry of(Map<PublicKey, ? extends Set<RoleName>> roles) {
    TreeMap<PublicKey, Set<RoleName>> copy = new TreeMap<>();
    roles.forEach(
        (key, held) -> {
          EnumSet<RoleName> set = EnumSet.noneOf(RoleName.class);
          set.addAll(held);
          copy.put(key, Collections.unmodifiableSet(set));
        });
    return new TrustRegistry(Collections.unmodifiableSortedMap(copy));
  }

  /**
   * The hash by which a DECIDE pins a set of verifiers: of the sorted keys' canonical JSON array.
   */
  public static String hashOfVerifiers(List<PublicKey> keys) {
    return Sha256.hex(
        CanonicalJson.write(
            JsonObject.builder()
                .put("verifiers", keys.stream().map(PublicKey::base64).sorted().toList())
                .build()));
  }

  /** Whether that key is listed for that role. */
  public boolean holds(PublicKey key, RoleName role) {
    return roles.getOrDefault(key, Set.of()).contains(role);
  }

  /** Whether that key may say that verb. */
  public boolean maySend(PublicKey key, Verb verb) {
    return roles.getOrDefault(key, Set.of()).stream().anyMatch(role -> role.maySend(verb));
  }

  /** The roles of a key; empty when it is not listed. */
  public Set<RoleName> rolesOf(PublicKey key) {
    return roles.getOrDefault(key, Set.of());
  }

  /** Keys with a role, sorted. */
  public List<PublicKey> withRole(RoleName role) {
    return roles.entrySet().stream()
        .filter(entry -> entry.getValue().contains(role))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** The verifiers, sorted by key. */
  public List<PublicKey> verifiers() {
    return verifiers;
  }

  /** The hash that a DECIDE pins as {@code verifiers}: {@link #hashOfVerifiers}. */
  public String verifiersHash() {
    return verifiersHash;
  }

  /**
   * The hash that a DECIDE pins as {@code trust}: hex SHA-256 of {@link #json} in canonical form.
   */
  public String hash() {
    return hash;
  }

  /** Key to its sorted role labels. */
  public JsonObject json() {
    return json;
  }
}
