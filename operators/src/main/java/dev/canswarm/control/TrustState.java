package dev.canswarm.control;

import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.Sha256;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonObject;
import dev.canswarm.policy.Policy;
import dev.canswarm.policy.RoleName;
import dev.canswarm.policy.TrustRegistry;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What is in force at one head of the control chain: keys with their roles, and policies. Head 0 is
 * the trust file and the policy that the process was started with. Immutable.
 */
public final class TrustState {
  private final String swarmId;
  private final String genesis;
  private final int adminsRequired;
  private final long number;
  private final EnvelopeId headId;
  private final SortedMap<PublicKey, ControlKey> keys;

  /** In the order in which they were activated, by hash. */
  private final Map<String, Policy> policies;

  private final TrustRegistry registry;
  private final Set<PublicKey> compromised;

  private TrustState(
      String swarmId,
      String genesis,
      int adminsRequired,
      long number,
      EnvelopeId headId,
      SortedMap<PublicKey, ControlKey> keys,
      Map<String, Policy> policies) {
    this.swarmId = swarmId;
    this.genesis = genesis;
    this.adminsRequired = adminsRequired;
    this.number = number;
    this.headId = headId;
    this.keys = keys;
    this.policies = policies;
    TreeMap<PublicKey, Set<RoleName>> roles = new TreeMap<>();
    TreeSet<PublicKey> bad = new TreeSet<>();
    for (ControlKey key : keys.values()) {
      if (key.isInForce()) {
        roles.put(key.key(), key.roles());
      } else if (key.status() == KeyStatus.COMPROMISED) {
        bad.add(key.key());
      }
    }
    this.registry = TrustRegistry.of(roles, adminsRequired, headId);
    this.compromised = Collections.unmodifiableSet(bad);
  }

  /**
   * The state before the first entry.
   *
   * @param keys all keys of the trust file, also those that are out of their time
   * @param adminsRequired how many administrators a change needs, from 1
   * @param policy that is in force
   * @throws IllegalArgumentException if a key is named twice
   */
  public static TrustState genesis(
      String swarmId, Collection<ControlKey> keys, int adminsRequired, Policy policy) {
    TreeMap<PublicKey, ControlKey> byKey = new TreeMap<>();
    for (ControlKey key : keys) {
      if (byKey.put(key.key(), key) != null) {
        throw new IllegalArgumentException("expected each key once, got " + key.key() + " twice");
      }
    }
    LinkedHashMap<String, Policy> policies = new LinkedHashMap<>();
    policies.put(policy.hash(), policy);
    return new TrustState(
        swarmId,
        Sha256.hex(CanonicalJson.write(genesisDocument(keys, adminsRequired))),
        adminsRequired,
        0,
        EnvelopeId.NONE,
        Collections.unmodifiableSortedMap(byKey),
        Collections.unmodifiableMap(policies));
  }

  /**
   * The state before the first entry, of a registry alone: each key is its own name.
   *
   * @param policy that is in force
   */
  public static TrustState genesis(String swarmId, TrustRegistry trust, Policy policy) {
    List<ControlKey> keys =
        trust.keys().stream()
            .map(key -> ControlKey.ofTrustFile(key.base64(), key, trust.rolesOf(key)))
            .toList();
    return genesis(swarmId, keys, trust.adminsRequired(), policy);
  }

  /**
   * Each key of the trust file, also one that is not valid now, and the number of required
   * administrators.
   */
  private static JsonObject genesisDocument(Collection<ControlKey> keys, int adminsRequired) {
    TreeMap<PublicKey, Set<RoleName>> all = new TreeMap<>();
    keys.forEach(key -> all.put(key.key(), key.roles()));
    return TrustRegistry.of(all, adminsRequired, EnvelopeId.NONE).json();
  }

  /** The state after one more entry, which was checked. */
  TrustState next(
      EnvelopeId entryId,
      SortedMap<PublicKey, ControlKey> nextKeys,
      Map<String, Policy> nextPolicies) {
    return new TrustState(
        swarmId,
        genesis,
        adminsRequired,
        number + 1,
        entryId,
        Collections.unmodifiableSortedMap(nextKeys),
        Collections.unmodifiableMap(nextPolicies));
  }

  public String swarmId() {
    return swarmId;
  }

  /** The hash of the document that the chain begins with. */
  public String genesis() {
    return genesis;
  }

  /** How many administrators a change needs, from 1. */
  public int adminsRequired() {
    return adminsRequired;
  }

  /** The number of the last entry; 0 before the first one. */
  public long number() {
    return number;
  }

  /** The id of the last entry; empty before the first one. */
  public EnvelopeId headId() {
    return headId;
  }

  /** The keys in force with their roles, as a DECIDE pins them. */
  public TrustRegistry registry() {
    return registry;
  }

  /** The trust document, whose hash is {@code trust} of a DECIDE. */
  public JsonObject document() {
    return registry.json();
  }

  /** All keys that the chain knows, in every status, sorted. */
  public Collection<ControlKey> keys() {
    return keys.values();
  }

  /** What is known of a key; empty for one that no entry and no trust file names. */
  public Optional<ControlKey> find(PublicKey key) {
    return Optional.ofNullable(keys.get(key));
  }

  /** The status of a key; empty for one that no entry and no trust file names. */
  public Optional<KeyStatus> statusOf(PublicKey key) {
    return find(key).map(ControlKey::status);
  }

  /** The key in force under a name; empty if there is none. */
  public Optional<PublicKey> keyOf(String name) {
    return keys.values().stream()
        .filter(key -> key.isInForce() && key.name().equals(name))
        .map(ControlKey::key)
        .findFirst();
  }

  /** Keys of which nothing is admitted any more, sorted. */
  public Set<PublicKey> compromised() {
    return compromised;
  }

  /** The administrators in force, sorted. */
  public List<PublicKey> admins() {
    return registry.withRole(RoleName.ADMIN);
  }

  /** The policies in force by hash, in the order in which they were activated. */
  public Map<String, Policy> policies() {
    return policies;
  }

  /** The policy that new messages name: the one in force that was activated last. */
  public Policy policy() {
    @Nullable Policy last = null;
    for (Policy policy : policies.values()) {
      last = policy;
    }
    if (last == null) {
      throw new IllegalStateException("no policy in force");
    }
    return last;
  }

  SortedMap<PublicKey, ControlKey> byKey() {
    return keys;
  }

  @Override
  public String toString() {
    return number == 0 ? "head 0" : "head " + number + ", entry " + headId;
  }
}
