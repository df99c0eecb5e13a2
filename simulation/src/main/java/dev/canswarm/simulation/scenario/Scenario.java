package dev.canswarm.simulation.scenario;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The full input of a run. The same scenario gives the same run, to the byte.
 *
 * @param k ACCEPT votes that a result needs
 * @param kPlan votes that a plan needs; 0 for no vote
 * @param verifiers number of verifiers, including dishonest and silent ones
 * @param twoFaced whether the last verifier is in no process and votes both ACCEPT and REJECT
 * @param keyChanges entries of the control chain
 * @param policyChange further entries of it; null if the first policy is the only one
 * @param realKeys whether agents sign with Ed25519 rather than with a keyed hash
 */
public record Scenario(
    long seed,
    int k,
    int kPlan,
    int attemptsMax,
    int verifiers,
    boolean twoFaced,
    boolean realKeys,
    List<SimNodeSpec> nodes,
    List<NeedSpec> needs,
    List<Attack> attacks,
    List<Fault> faults,
    List<KeyChange> keyChanges,
    @Nullable PolicyChange policyChange) {

  /** Milliseconds for which a NEED waits for a plan. */
  public static final long PLAN_MILLIS = 5_000;

  /** Milliseconds until a CLAIM's lease expires. */
  public static final long LEASE_MILLIS = 4_000;

  /** Milliseconds for which a verifier may be silent before all verifiers are asked. */
  public static final long VERIFY_MILLIS = 2_000;

  /** Milliseconds for which a decider waits for the gate's winner. */
  public static final long GATE_MILLIS = 500;

  /** Milliseconds until a NEED's default deadline. */
  public static final long DEADLINE_MILLIS = 40_000;

  /** Longest deadline that a NEED may request. */
  public static final long DEADLINE_MILLIS_MAX = 60_000;

  /** Most bytes of a payload. */
  public static final int PAYLOAD_BYTES_MAX = 4096;

  public Scenario {
    nodes = List.copyOf(nodes);
    needs = List.copyOf(needs);
    attacks = List.copyOf(attacks);
    faults = List.copyOf(faults);
    keyChanges = List.copyOf(keyChanges);
  }

  /** A scenario without a control chain. */
  public Scenario(
      long seed,
      int k,
      int kPlan,
      int attemptsMax,
      int verifiers,
      boolean twoFaced,
      boolean realKeys,
      List<SimNodeSpec> nodes,
      List<NeedSpec> needs,
      List<Attack> attacks,
      List<Fault> faults) {
    this(
        seed,
        k,
        kPlan,
        attemptsMax,
        verifiers,
        twoFaced,
        realKeys,
        nodes,
        needs,
        attacks,
        faults,
        List.of(),
        null);
  }

  /** Returns the same scenario, in which these keys and this policy are changed. */
  public Scenario changing(List<KeyChange> keys, @Nullable PolicyChange policy) {
    return new Scenario(
        seed,
        k,
        kPlan,
        attemptsMax,
        verifiers,
        twoFaced,
        realKeys,
        nodes,
        needs,
        attacks,
        faults,
        keys,
        policy);
  }

  /** Whether the control chain has entries. */
  public boolean hasEntries() {
    return !keyChanges.isEmpty() || policyChange != null;
  }

  /** Whether a key is declared compromised with which work was begun. */
  public boolean isCompromised() {
    return keyChanges.stream().anyMatch(KeyChange::isCompromise);
  }

  /** Returns the same scenario with other NEEDs, attacks and faults. */
  public Scenario with(List<NeedSpec> fewer, List<Attack> less, List<Fault> rarer) {
    return new Scenario(
        seed,
        k,
        kPlan,
        attemptsMax,
        verifiers,
        twoFaced,
        realKeys,
        nodes,
        fewer,
        less,
        rarer,
        keyChanges,
        policyChange);
  }

  /** Returns the same scenario, signed with Ed25519 or with a keyed hash. */
  public Scenario signedWith(boolean ed25519) {
    return new Scenario(
        seed,
        k,
        kPlan,
        attemptsMax,
        verifiers,
        twoFaced,
        ed25519,
        nodes,
        needs,
        attacks,
        faults,
        keyChanges,
        policyChange);
  }

  /** Whether there is no fault and nobody is dishonest. */
  public boolean isCalm() {
    return faults.isEmpty()
        && attacks.isEmpty()
        && !twoFaced
        && nodes.stream().noneMatch(SimNodeSpec::lying);
  }

  /** Whether all verifiers are honest, and none is silent. */
  public boolean isHonest() {
    return dishonestVerifiers() == 0;
  }

  /** Whether there are so few honest verifiers that the others can block a correct result. */
  public boolean isOutvoted() {
    int most = policyChange == null ? k : Math.max(k, policyChange.k());
    return verifiers < most + 2 * dishonestVerifiers();
  }

  private int dishonestVerifiers() {
    Set<String> honest = new TreeSet<>();
    for (SimNodeSpec node : nodes) {
      if (!node.lying()) {
        node.agents().stream().filter(name -> name.startsWith(Names.VERIFIER)).forEach(honest::add);
      }
    }
    return verifiers - honest.size();
  }

  /**
   * Returns the virtual milliseconds after which no fault is active and everything has been
   * published.
   */
  public long quietFromMillis() {
    long needed = needs.stream().mapToLong(NeedSpec::lastMillis).max().orElse(0);
    long attacked = attacks.stream().mapToLong(Attack::atMillis).max().orElse(0);
    long faulty = faults.stream().mapToLong(Fault::endMillis).max().orElse(0);
    long changed = keyChanges.stream().mapToLong(KeyChange::lastMillis).max().orElse(0);
    long ruled = policyChange == null ? 0 : policyChange.lastMillis();
    return Math.max(Math.max(needed, Math.max(changed, ruled)), Math.max(attacked, faulty)) + 1;
  }

  /** Returns the policy with which the run begins, as JSON. */
  public String policy() {
    return policy(k, attemptsMax, 100_000);
  }

  /** Returns the policy that is activated, as JSON. */
  public String policy(PolicyChange second) {
    return policy(second.k(), second.attemptsMax(), PolicyChange.GAS_MAX);
  }

  private String policy(int votes, int attempts, long gas) {
    return """
    {"version":1,"kinds":["ATTEST","CANCEL","CLAIM","COMMIT","DECIDE","FINALIZE","NEED","PROPOSE",\
    "RELEASE","YIELD"],"payload_bytes_max":%d,"plan_tasks_max":8,"parents_max":256,\
    "artifact":{"required_on_commit":true,"bytes_max":65536},"k":%d,"k_max":8,"k_plan":%d,\
    "attempts_max":%d,"plan_ms":%d,"lease_ms":%d,"verify_ms":%d,"gate_ms":%d,\
    "deadline_ms":%d,"deadline_ms_max":%d,"gas_per_evaluation":%d}\
    """
        .formatted(
            PAYLOAD_BYTES_MAX,
            votes,
            kPlan,
            attempts,
            PLAN_MILLIS,
            LEASE_MILLIS,
            VERIFY_MILLIS,
            GATE_MILLIS,
            DEADLINE_MILLIS,
            DEADLINE_MILLIS_MAX,
            gas);
  }
}
