package dev.canswarm.policy;

import dev.canswarm.crypto.Sha256;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonArray;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonValue;
import dev.canswarm.json.ObjectReader;
import dev.canswarm.json.ShapeException;
import dev.canswarm.json.StrictJson;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The rules of a swarm. Its version is its hash: an envelope names the policy it was made under,
 * and a DECIDE pins one for its NEED.
 *
 * @param kinds verbs that are allowed
 * @param payloadBytesMax most bytes of a payload in canonical form
 * @param planTasksMax most tasks of a plan
 * @param parentsMax most parents of an envelope
 * @param artifactRequired whether a COMMIT must name an artifact
 * @param artifactBytesMax most bytes of an artifact
 * @param k accepting attestations that a result needs at least, unless the NEED asks for more
 * @param kMax most that a NEED may ask for
 * @param kPlan accepting attestations that a plan needs before it is decided; 0 for none
 * @param attemptsMax most attempts at a task
 * @param planMillis how long a NEED waits for a DECIDE
 * @param leaseMillis how long a CLAIM holds, and the longest that a task may run
 * @param verifyMillis how long a verifier may be silent, and the longest that one verification may
 *     run
 * @param gateMillis how long a decider that the gate refused waits for the gate's proposal
 * @param deadlineMillis how long a NEED may take when it does not say
 * @param deadlineMillisMax the longest that it may say
 * @param gasPerEvaluation most gas that the built-in rules may use for one envelope
 * @param maySend what a role may send, for the roles that may not send all that the {@link Chain}
 *     lets them
 * @param rules modules that judge further, in this order
 * @param hash lower-case hex SHA-256 of the canonical form
 */
public record Policy(
    Set<Verb> kinds,
    int payloadBytesMax,
    int planTasksMax,
    int parentsMax,
    boolean artifactRequired,
    long artifactBytesMax,
    int k,
    int kMax,
    int kPlan,
    int attemptsMax,
    long planMillis,
    long leaseMillis,
    long verifyMillis,
    long gateMillis,
    long deadlineMillis,
    long deadlineMillisMax,
    long gasPerEvaluation,
    Map<RoleName, Set<Verb>> maySend,
    List<RuleModule> rules,
    String hash) {

  /** The only form of policy file that this reads. */
  public static final int VERSION = 1;

  /** Most modules that a policy may have. */
  public static final int RULES_MAX = 8;

  private static final long MILLIS_MAX = 30L * 24 * 3600 * 1000;

  /**
   * Reads a policy from JSON.
   *
   * @throws dev.canswarm.json.JsonException when it is not I-JSON
   * @throws ShapeException when a rule is missing, unknown or out of bounds
   */
  public static Policy parse(byte[] json) {
    JsonObject object = StrictJson.parseObject(json);
    ObjectReader reader = new ObjectReader(object, "policy");
    reader.requiredSafeInteger("version", VERSION, VERSION);
    EnumSet<Verb> kinds = EnumSet.noneOf(Verb.class);
    for (String name : reader.requiredStringList("kinds")) {
      kinds.add(verbOf(name));
    }
    ObjectReader artifact = new ObjectReader(reader.requiredObject("artifact"), "policy.artifact");
    Policy policy =
        new Policy(
            Collections.unmodifiableSet(kinds),
            (int) reader.requiredSafeInteger("payload_bytes_max", 1024, 1 << 24),
            (int) reader.requiredSafeInteger("plan_tasks_max", 1, 4096),
            (int) reader.requiredSafeInteger("parents_max", 16, 1 << 16),
            !Boolean.FALSE.equals(artifact.optionalBoolean("required_on_commit")),
            artifact.requiredSafeInteger("bytes_max", 1, 1L << 40),
            (int) reader.requiredSafeInteger("k", 1, 1024),
            (int) reader.requiredSafeInteger("k_max", 1, 1024),
            (int) reader.requiredSafeInteger("k_plan", 0, 1024),
            (int) reader.requiredSafeInteger("attempts_max", 1, 1024),
            reader.requiredSafeInteger("plan_ms", 1, MILLIS_MAX),
            reader.requiredSafeInteger("lease_ms", 1, MILLIS_MAX),
            reader.requiredSafeInteger("verify_ms", 1, MILLIS_MAX),
            reader.requiredSafeInteger("gate_ms", 1, MILLIS_MAX),
            reader.requiredSafeInteger("deadline_ms", 1, MILLIS_MAX),
            reader.requiredSafeInteger("deadline_ms_max", 1, MILLIS_MAX),
            reader.requiredSafeInteger("gas_per_evaluation", 1, Integer.MAX_VALUE),
            Narrowing.of(reader),
            rules(reader),
            Sha256.hex(CanonicalJson.write(object)));
    artifact.noOthers();
    reader.noOthers();
    return policy;
  }

  /** Whether a sender with these roles may say that verb. */
  public boolean maySend(Set<RoleName> roles, Verb verb) {
    for (RoleName role : Chain.of(verb).saidBy()) {
      if (roles.contains(role)) {
        Set<Verb> narrowed = maySend.get(role);
        if (narrowed == null || narrowed.contains(verb)) {
          return true;
        }
      }
    }
    return false;
  }

  private static List<RuleModule> rules(ObjectReader reader) {
    JsonValue value = reader.optional("rules");
    if (value == null) {
      return List.of();
    }
    if (!(value instanceof JsonArray array) || array.elements().size() > RULES_MAX) {
      throw reader.mismatch("rules", "an array of at most " + RULES_MAX + " objects", value);
    }
    List<RuleModule> rules = new ArrayList<>();
    TreeSet<String> names = new TreeSet<>();
    for (JsonValue element : array.elements()) {
      String where = reader.where("rules") + "/" + rules.size();
      if (!(element instanceof JsonObject object)) {
        throw new ShapeException(where, "an object", "another value");
      }
      RuleModule rule = RuleModule.parse(object, where);
      if (!names.add(rule.name())) {
        throw new ShapeException(where, "a name of its own", rule.name());
      }
      rules.add(rule);
    }
    return List.copyOf(rules);
  }

  private static Verb verbOf(String name) {
    for (Verb verb : Verb.values()) {
      if (verb.name().equals(name) && !verb.isOfNoNeed()) {
        return verb;
      }
    }
    throw new ShapeException("policy.kinds", "one of " + Verb.ofNeeds(), name);
  }
}
