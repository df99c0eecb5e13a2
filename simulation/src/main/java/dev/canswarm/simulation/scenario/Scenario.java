package dev.canswarm.simulation.scenario;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The full input of a run. The same scenario gives the same run, to the byte.
 *
 * @param k ACCEPT votes that a result needs
 * @param kPlan votes that a plan needs; 0 for no vote
 * @param verifiers number of verifiers, including dishonest and silent ones
 * @param twoFaced whether the last verifier is in no process and votes both ACCEPT and REJECT
 * @param keyChanges entries of the control chain
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
    List<KeyChange> keyChanges) {

  /** Milliseconds for which a NEED waits for a plan. */
  public static final long PLAN_MILLIS = 5_000;

  /** Milliseconds until a CLAIM's lease expires. */
  public static final long LEASE_MILLIS = 4_000;

  /** Milliseconds until a silent verifier is replaced. */
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
        List.of());
  }

  /** Returns the same scenario, in which these keys are changed. */
  public Scenario changing(List<KeyChange> keys) {
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
        keys);
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
        keyChanges);
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
        keyChanges);
  }

  /** Whether there is no fault and nobody is dishonest. */
  public boolean isCalm() {
    return faults.isEmpty()
        && attacks.isEmpty()
        && !twoFaced
        && nodes.stream().noneMatch(SimNodeSpec::lying);
  }

  /** Whether there are so few honest verifiers that the others can block a correct result. */
  public boolean isOutvoted() {
    Set<String> honest = new TreeSet<>();
    for (SimNodeSpec node : nodes) {
      if (!node.lying()) {
        node.agents().stream().filter(name -> name.startsWith(Names.VERIFIER)).forEach(honest::add);
      }
    }
    return verifiers < k + 2 * (verifiers - honest.size());
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
    return Math.max(Math.max(needed, changed), Math.max(attacked, faulty)) + 1;
  }

  /** Returns the policy of the run, as JSON. */
  public String policy() {
    return """
    {"version":1,"kinds":["ATTEST","CANCEL","CLAIM","COMMIT","DECIDE","FINALIZE","NEED","PROPOSE",\
    "RELEASE","YIELD"],"payload_bytes_max":%d,"plan_tasks_max":8,"parents_max":256,\
    "artifact":{"required_on_commit":true,"bytes_max":65536},"k":%d,"k_max":8,"k_plan":%d,\
    "attempts_max":%d,"plan_ms":%d,"lease_ms":%d,"verify_ms":%d,"gate_ms":%d,\
    "deadline_ms":%d,"deadline_ms_max":%d,"gas_per_evaluation":100000}\
    """
        .formatted(
            PAYLOAD_BYTES_MAX,
            k,
            kPlan,
            attemptsMax,
            PLAN_MILLIS,
            LEASE_MILLIS,
            VERIFY_MILLIS,
            GATE_MILLIS,
            DEADLINE_MILLIS,
            DEADLINE_MILLIS_MAX);
  }
}
