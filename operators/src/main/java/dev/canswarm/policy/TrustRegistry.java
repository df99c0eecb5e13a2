package dev.canswarm.policy;

import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.Sha256;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonArray;
import dev.canswarm.json.JsonException;
import dev.canswarm.json.JsonNumber;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonString;
import dev.canswarm.json.JsonValue;
import dev.canswarm.json.StrictJson;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The roles of each public key in force: those of the trust file, as the entries of the control
 * chain have changed them. Immutable; a DECIDE pins its hash.
 */
public final class TrustRegistry {
  /** The member of the document that says how many administrators a change needs. */
  public static final String ADMINS_REQUIRED = "admins_required";

  /** The member of the document that names the entry of the control chain that it follows from. */
  public static final String CONTROL = "control";

  /** In the order of the keys. Looked up for every envelope, so not a sorted map. */
  private final Map<PublicKey, Set<RoleName>> roles;

  private final Set<PublicKey> refused;
  private final EnvelopeId controlId;
  private final JsonObject json;
  private final String hash;
  private final List<PublicKey> verifiers;
  private final String verifiersHash;

  private TrustRegistry(
      SortedMap<PublicKey, Set<RoleName>> roles, int adminsRequired, EnvelopeId controlId) {
    this.roles = Collections.unmodifiableMap(new LinkedHashMap<>(roles));
    this.refused = Set.of();
    this.controlId = controlId;
    JsonObject.Builder builder = JsonObject.builder();
    roles.forEach(
        (key, held) ->
            builder.put(key.base64(), held.stream().map(RoleName::label).sorted().toList()));
    if (adminsRequired > 1) {
      builder.put(ADMINS_REQUIRED, adminsRequired);
    }
    if (!controlId.isNone()) {
      builder.put(CONTROL, controlId.text());
    }
    this.json = builder.build();
    this.hash = Sha256.hex(CanonicalJson.write(json));
    this.verifiers = withRole(RoleName.VERIFIER);
    this.verifiersHash = hashOfVerifiers(verifiers);
  }

  /** The same document, of which some keys may do nothing. */
  private TrustRegistry(TrustRegistry document, Set<PublicKey> refused) {
    this.roles = document.roles;
    this.refused = refused;
    this.controlId = document.controlId;
    this.json = document.json;
    this.hash = document.hash;
    this.verifiers = document.verifiers;
    this.verifiersHash = document.verifiersHash;
  }

  /**
   * A registry of these keys, of which one administrator changes any; a key without roles may do
   * nothing.
   */
  public static TrustRegistry of(Map<PublicKey, ? extends Set<RoleName>> roles) {
    return of(roles, 1, EnvelopeId.NONE);
  }

  /**
   * A registry of the keys that are in force after an entry of the control chain.
   *
   * @param adminsRequired how many administrators a change needs, from 1
   * @param controlId id of the entry; empty before the first one
   */
  public static TrustRegistry of(
      Map<PublicKey, ? extends Set<RoleName>> roles, int adminsRequired, EnvelopeId controlId) {
    TreeMap<PublicKey, Set<RoleName>> copy = new TreeMap<>();
    roles.forEach(
        (key, held) -> {
          EnumSet<RoleName> set = EnumSet.noneOf(RoleName.class);
          set.addAll(held);
          copy.put(key, Collections.unmodifiableSet(set));
        });
    return new TrustRegistry(copy, adminsRequired, controlId);
  }

  /**
   * Reads a document, as {@link #json} returns it; empty for bytes that are none. Whether it has
   * the hash under which it was kept is for the caller to check.
   */
  public static Optional<TrustRegistry> ofDocument(byte[] bytes) {
    try {
      TreeMap<PublicKey, Set<RoleName>> roles = new TreeMap<>();
      JsonObject json = StrictJson.parseObject(bytes);
      for (Map.Entry<String, JsonValue> entry : json.members().entrySet()) {
        if (entry.getValue() instanceof JsonArray labels) {
          roles.put(PublicKey.ofBase64(entry.getKey()), roles(labels));
        }
      }
      String entry = json.get(CONTROL) instanceof JsonString id ? id.value() : "";
      return Optional.of(of(roles, adminsRequired(json), new EnvelopeId(entry)));
    } catch (JsonException | IllegalArgumentException noDocument) {
      return Optional.empty();
    }
  }

  private static Set<RoleName> roles(JsonArray labels) {
    Set<RoleName> roles = EnumSet.noneOf(RoleName.class);
    for (JsonValue label : labels.elements()) {
      if (label instanceof JsonString text) {
        RoleName.ofLabel(text.value()).ifPresent(roles::add);
      }
    }
    return roles;
  }

  private static int adminsRequired(JsonObject json) {
    return json.get(ADMINS_REQUIRED) instanceof JsonNumber number ? (int) number.value() : 1;
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
    return rolesOf(key).contains(role);
  }

  /** Whether that key may say that verb. */
  public boolean maySend(PublicKey key, Verb verb) {
    return rolesOf(key).stream().anyMatch(role -> role.maySend(verb));
  }

  /** The roles of a key; empty when it is not listed, or refused. */
  public Set<RoleName> rolesOf(PublicKey key) {
    Set<RoleName> held = roles.get(key);
    return held == null || refused.contains(key) ? Set.of() : held;
  }

  /**
   * Returns this document without the roles of some keys. Its hashes and its lists of keys with a
   * role stay as they are, since a DECIDE pinned them.
   *
   * @param keys all keys to refuse, including those that this registry refuses already
   */
  public TrustRegistry without(Set<PublicKey> keys) {
    return keys.isEmpty() && refused.isEmpty() ? this : new TrustRegistry(this, keys);
  }

  /** All keys, sorted. */
  public Set<PublicKey> keys() {
    return roles.keySet();
  }

  /** Keys with a role in the document, sorted. */
  public List<PublicKey> withRole(RoleName role) {
    List<PublicKey> keys = new ArrayList<>();
    for (Map.Entry<PublicKey, Set<RoleName>> entry : roles.entrySet()) {
      if (entry.getValue().contains(role)) {
        keys.add(entry.getKey());
      }
    }
    return Collections.unmodifiableList(keys);
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

  /** How many administrators a change needs, from 1. */
  public int adminsRequired() {
    return adminsRequired(json);
  }

  /** The id of the entry of the control chain that this follows from; empty if from none. */
  public EnvelopeId controlId() {
    return controlId;
  }

  /**
   * The document: key to its sorted role labels, and, where they are not the usual ones, the number
   * of administrators that a change needs and the entry of the control chain.
   */
  public JsonObject json() {
    return json;
  }
}
