package dev.canswarm.pipeline.sim.scenario;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Everything that a run is made of. The same scenario is the same run, to the byte.
 *
 * @param k accepting votes that a result needs
 * @param kPlan votes that a plan needs; 0 for none
 * @param verifiers how many there are, dishonest and silent ones included
 * @param twoFaced whether the last verifier is in nobody's process and says yes and no
 * @param realKeys whether it signs with Ed25519, and not with a keyed hash
 */
public record Scenario(
    long seed,
    int k,
    int kPlan,
    int attemptsMax,
    int verifiers,
    boolean twoFaced,
    boolean realKeys,
    List<NodeSpec> nodes,
    List<NeedSpec> needs,
    List<Mischief> mischief,
    List<Fault> faults) {

  /** Milliseconds that a NEED waits for a plan. */
  public static final long PLAN_MILLIS = 5_000;

  /** Milliseconds that a CLAIM holds. */
  public static final long LEASE_MILLIS = 4_000;

  /** Milliseconds that a verifier may be silent. */
  public static final long VERIFY_MILLIS = 2_000;

  /** Milliseconds that a decider waits for the gate's winner. */
  public static final long GATE_MILLIS = 500;

  /** Milliseconds that a NEED may take. */
  public static final long DEADLINE_MILLIS = 40_000;

  /** Longest that a NEED may ask for, and longest that anything waits. */
  public static final long DEADLINE_MILLIS_MAX = 60_000;

  /** Most bytes of a payload. */
  public static final int PAYLOAD_BYTES_MAX = 4096;

  public Scenario {
    nodes = List.copyOf(nodes);
    needs = List.copyOf(needs);
    mischief = List.copyOf(mischief);
    faults = List.copyOf(faults);
  }

  /** The same with a part of what is fed and of what goes wrong. */
  public Scenario with(List<NeedSpec> fewer, List<Mischief> less, List<Fault> rarer) {
    return new Scenario(
        seed, k, kPlan, attemptsMax, verifiers, twoFaced, realKeys, nodes, fewer, less, rarer);
  }

  /** The same, signed with Ed25519 or with a keyed hash. */
  public Scenario signedWith(boolean ed25519) {
    return new Scenario(
        seed, k, kPlan, attemptsMax, verifiers, twoFaced, ed25519, nodes, needs, mischief, faults);
  }

  /** Whether nothing at all goes wrong and nobody is dishonest. */
  public boolean isCalm() {
    return faults.isEmpty()
        && mischief.isEmpty()
        && !twoFaced
        && nodes.stream().noneMatch(NodeSpec::lying);
  }

  /** Whether there are so few honest verifiers that the others can stop a right result. */
  public boolean isOutvoted() {
    Set<String> honest = new TreeSet<>();
    for (NodeSpec node : nodes) {
      if (!node.lying()) {
        node.agents().stream().filter(name -> name.startsWith(Names.VERIFIER)).forEach(honest::add);
      }
    }
    return verifiers < k + 2 * (verifiers - honest.size());
  }

  /** When the last fault is over and everything was fed, in virtual milliseconds. */
  public long quietFromMillis() {
    long needed = needs.stream().mapToLong(NeedSpec::atMillis).max().orElse(0);
    long mischievous = mischief.stream().mapToLong(Mischief::atMillis).max().orElse(0);
    long faulty = faults.stream().mapToLong(Fault::endMillis).max().orElse(0);
    return Math.max(needed, Math.max(mischievous, faulty)) + 1;
  }

  /** The policy that the run is under, as JSON. */
  public String policy() {
    return """
        {"version":1,"kinds":["ATTEST","CLAIM","COMMIT","DECIDE","FINALIZE","NEED","PROPOSE",\
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
