package dev.canswarm.simulation.scenario;

import dev.canswarm.envelope.ThreadId;
import dev.canswarm.simulation.scenario.NeedSpec.Cancel;
import dev.canswarm.simulation.scenario.NeedSpec.Sort;
import dev.canswarm.simulation.time.SeededRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Generates a scenario from a seed: processes, dishonest participants, NEEDs and faults. */
public final class ScenarioGenerator {
  private static final int CALM_PERMILLE = 60;
  private static final int NO_FAULTS_PERMILLE = 120;
  private static final int PLAN_VOTES_PERMILLE = 200;
  private static final int RIVAL_PLAN_VOTES_PERMILLE = 600;

  /** One seed in this many signs with Ed25519, which then takes most of the run's time. */
  private static final long ED25519_SEEDS = 64;

  private static final int TOO_FEW_PERMILLE = 150;
  private static final int CANCEL_PERMILLE = 150;
  private static final int KEY_CHANGES_PERMILLE = 300;
  private static final int KEY_CHANGES_MAX = 3;
  private static final int COMPROMISED_PERMILLE = 500;
  private static final int AT_WORK_PERMILLE = 700;
  private static final long AGAIN_AFTER_MILLIS = 600;
  private static final int POLICY_CHANGE_PERMILLE = 250;
  private static final int RETIRED_PERMILLE = 600;
  private static final long RETIRED_AFTER_MILLIS = 2_000;
  private static final int STOLEN_KEYS_PERMILLE = 300;
  private static final List<Attack.Sort> WITH_OWN_KEYS =
      Arrays.stream(Attack.Sort.values()).filter(sort -> !sort.needsStolenKey()).toList();

  private static final long WORK_MILLIS = 100;
  private static final int THREADS = 6;
  private static final long FEED_MILLIS = 5_000;
  private static final long FAULTS_UNTIL_MILLIS = 9_000;
  private static final int FAULTS_MAX = 14;
  private static final int CALLS_MAX = 120;

  private enum Shape {
    ONE,
    TWINS,
    SPLIT,
    RIVALS,
    EACH
  }

  private enum Dishonest {
    NOBODY,
    LIAR,
    SILENT,
    TWO_FACED
  }

  private final SeededRandom random;
  private final SeededRandom cancels;
  private final long seed;
  private final int needs;

  private ScenarioGenerator(long seed, int needs) {
    this.random = SeededRandom.of(seed, 1);
    this.cancels = SeededRandom.of(seed, 8);
    this.seed = seed;
    this.needs = needs;
  }

  /** Returns the scenario of a seed. */
  public static Scenario of(long seed, int needs) {
    Scenario scenario = new ScenarioGenerator(seed, needs).scenario();
    return scenario.changing(keyChanges(scenario), policyChange(scenario));
  }

  /** Activates a policy that asks for other votes, as far as there are verifiers for it. */
  private static @Nullable PolicyChange policyChange(Scenario scenario) {
    SeededRandom random = SeededRandom.of(scenario.seed(), 10);
    if (!random.hits(POLICY_CHANGE_PERMILLE)) {
      return null;
    }
    int k = 3 - scenario.k();
    PolicyChange other =
        new PolicyChange(
            random.between(0, FEED_MILLIS),
            k,
            5 - scenario.attemptsMax(),
            random.hits(RETIRED_PERMILLE) ? random.between(1, RETIRED_AFTER_MILLIS) : 0);
    Scenario changed = scenario.changing(List.of(), other);
    boolean isSafe = scenario.isHonest() && changed.isOutvoted() == scenario.isOutvoted();
    return isSafe
        ? other
        : new PolicyChange(
            other.atMillis(), scenario.k(), other.attemptsMax(), other.retiresAfterMillis());
  }

  /**
   * Changes keys of honest agents. Only keys of workers and verifiers are declared compromised:
   * others can do their work, and nobody else can end what a coordinator has begun.
   */
  private static List<KeyChange> keyChanges(Scenario scenario) {
    SeededRandom random = SeededRandom.of(scenario.seed(), 9);
    if (!random.hits(KEY_CHANGES_PERMILLE)) {
      return List.of();
    }
    TreeSet<String> agents = new TreeSet<>();
    for (SimNodeSpec node : scenario.nodes()) {
      if (!node.lying()) {
        agents.addAll(node.agents());
      }
    }
    List<KeyChange> changes = new ArrayList<>();
    for (int i = random.between(1, KEY_CHANGES_MAX); i > 0 && !agents.isEmpty(); i--) {
      String agent = List.copyOf(agents).get(random.below(agents.size()));
      agents.remove(agent);
      boolean isCompromised =
          (agent.startsWith(Names.WORKER) || agent.startsWith(Names.VERIFIER))
              && random.hits(COMPROMISED_PERMILLE);
      KeyChange.Way way =
          !isCompromised
              ? KeyChange.Way.ROTATED
              : random.hits(AT_WORK_PERMILLE)
                  ? KeyChange.Way.COMPROMISED_AND_REPLACED
                  : KeyChange.Way.ROTATED_AND_COMPROMISED;
      changes.add(
          new KeyChange(
              random.between(0, FEED_MILLIS),
              agent,
              way,
              isCompromised ? random.between(1, AGAIN_AFTER_MILLIS) : 0));
    }
    return changes;
  }

  private Scenario scenario() {
    boolean calm = random.hits(CALM_PERMILLE);
    boolean faultless = calm || random.hits(NO_FAULTS_PERMILLE);
    Dishonest dishonest =
        calm ? Dishonest.NOBODY : Dishonest.values()[random.below(Dishonest.values().length)];
    int f = dishonest == Dishonest.NOBODY ? 0 : 1;
    int k = random.between(f + 1, 2);
    int enough = k + 2 * f + random.below(2);
    // With one honest verifier too few, a wrong result must still not pass, but a correct one may
    // fail.
    int verifiers =
        f > 0 && SeededRandom.of(seed, 7).hits(TOO_FEW_PERMILLE) ? k + 2 * f - 1 : enough;
    int honest = dishonest == Dishonest.NOBODY ? verifiers : verifiers - 1;
    int attemptsMax = random.between(2, 3);
    Shape shape = shape();
    List<SimNodeSpec> nodes = nodes(shape, honest);
    // Rival deciders that count votes on plans disagree most often.
    int often = shape == Shape.RIVALS ? RIVAL_PLAN_VOTES_PERMILLE : PLAN_VOTES_PERMILLE;
    int kPlan = random.hits(often) ? Math.min(honest, random.between(1, 2)) : 0;
    if (dishonest == Dishonest.LIAR) {
      nodes.add(
          new SimNodeSpec("liar", List.of(Names.LYING_WORKER, Names.verifier(verifiers)), true));
    }
    List<NeedSpec> fed = new ArrayList<>();
    for (int i = 0; i < needs; i++) {
      fed.add(need(i, fed, honest));
    }
    return new Scenario(
        seed,
        k,
        kPlan,
        attemptsMax,
        verifiers,
        dishonest == Dishonest.TWO_FACED,
        Long.remainderUnsigned(seed, ED25519_SEEDS) == 0,
        nodes,
        fed,
        calm ? List.of() : attacks(dishonest == Dishonest.TWO_FACED),
        faultless ? List.of() : faults(nodes.size()));
  }

  /** More processes take more time, so small shapes are drawn more often. */
  private Shape shape() {
    return Shape.values()[Math.min(random.below(6), random.below(Shape.values().length))];
  }

  private static List<SimNodeSpec> nodes(Shape shape, int honestVerifiers) {
    List<String> verifiers = new ArrayList<>();
    for (int i = 1; i <= honestVerifiers; i++) {
      verifiers.add(Names.verifier(i));
    }
    List<String> all = new ArrayList<>(Names.core());
    all.addAll(verifiers);
    List<SimNodeSpec> nodes = new ArrayList<>();
    switch (shape) {
      case ONE -> nodes.add(node("all", all));
      case TWINS -> {
        nodes.add(node("twin", all));
        nodes.add(node("twin", all));
      }
      case SPLIT -> {
        nodes.add(
            node("core", List.of(Names.GATEWAY, Names.PLANNER, Names.DECIDER, Names.COORDINATOR)));
        nodes.add(node("work", List.of(Names.WORKER, Names.WORKER + "-2")));
        nodes.add(node("judge", verifiers));
      }
      case RIVALS -> {
        nodes.add(node("all", all));
        nodes.add(
            node(
                "rival",
                List.of(
                    Names.PLANNER + "-2",
                    Names.DECIDER + "-2",
                    Names.WORKER + "-2",
                    Names.COORDINATOR + "-2")));
      }
      case EACH -> {
        Names.core().forEach(name -> nodes.add(node(name, List.of(name))));
        nodes.add(node("judge", verifiers));
      }
    }
    return nodes;
  }

  private static SimNodeSpec node(String name, List<String> agents) {
    return new SimNodeSpec(name, agents, false);
  }

  private NeedSpec need(int number, List<NeedSpec> before, int honest) {
    Sort sort = sort();
    long at = random.between(0, FEED_MILLIS);
    ThreadId thread = new ThreadId("t" + random.below(THREADS));
    boolean signed = random.hits(250);
    if (sort == Sort.REPEATED) {
      NeedSpec first =
          before.stream().filter(spec -> !spec.idempotencyKey().isEmpty()).findFirst().orElse(null);
      if (first != null) {
        return new NeedSpec(
            number, at, sort, false, first.thread(), first.idempotencyKey(), first.payload(), null);
      }
      sort = Sort.ONE_TASK;
    }
    String key = !signed && random.hits(250) ? "key-" + number : "";
    return new NeedSpec(
        number, at, sort, signed, thread, key, payload(number, sort, key, honest), cancel());
  }

  /** Some come while the NEED is worked on, which takes some tens of milliseconds, some late. */
  private @Nullable Cancel cancel() {
    if (!cancels.hits(CANCEL_PERMILLE)) {
      return null;
    }
    long after = cancels.between(0, cancels.hits(700) ? WORK_MILLIS : FEED_MILLIS);
    return new Cancel(after, Cancel.By.values()[cancels.below(Cancel.By.values().length)]);
  }

  private Sort sort() {
    int drawn = random.below(100);
    if (drawn < 55) {
      return Sort.ONE_TASK;
    }
    if (drawn < 68) {
      return Sort.GRAPH;
    }
    if (drawn < 78) {
      return Sort.CHECKED;
    }
    if (drawn < 86) {
      return Sort.FLAKY;
    }
    if (drawn < 89) {
      return Sort.HOPELESS;
    }
    if (drawn < 92) {
      return Sort.UNKNOWN_TYPE;
    }
    return drawn < 96 ? Sort.HURRIED : Sort.REPEATED;
  }

  private String payload(int number, Sort sort, String key, int honest) {
    String input = "{\"number\":" + number + ",\"seed\":\"" + Long.toHexString(seed) + "\"}";
    StringBuilder json = new StringBuilder("{");
    if (sort == Sort.HURRIED) {
      json.append("\"deadline_ms\":").append(random.between(1, 40)).append(',');
    }
    if (!key.isEmpty()) {
      json.append("\"idempotency_key\":\"").append(key).append("\",");
    }
    if (honest > 2 && random.hits(100)) {
      json.append("\"k\":2,");
    }
    if (sort == Sort.GRAPH) {
      return json.append(graph(input)).append('}').toString();
    }
    String type =
        switch (sort) {
          case CHECKED -> "sim.checked";
          case FLAKY -> "sim.flaky";
          case HOPELESS -> "sim.hopeless";
          case UNKNOWN_TYPE -> "sim.unknown";
          case ONE_TASK, GRAPH, HURRIED, REPEATED -> "sim.digest";
        };
    return json.append("\"input\":")
        .append(input)
        .append(",\"task_type\":\"")
        .append(type)
        .append("\"}")
        .toString();
  }

  /** Returns two to four tasks, each of which may require any earlier ones. */
  private String graph(String input) {
    int tasks = random.between(2, 4);
    StringBuilder json = new StringBuilder("\"tasks\":[");
    for (int i = 0; i < tasks; i++) {
      List<String> requires = new ArrayList<>();
      for (int j = 0; j < i; j++) {
        if (random.hits(600)) {
          requires.add("\"t" + j + "\"");
        }
      }
      json.append(i == 0 ? "" : ",")
          .append("{\"input\":")
          .append(input)
          .append(",\"name\":\"t")
          .append(i)
          .append("\",\"produces\":[\"p")
          .append(i)
          .append("\"],\"requires\":[")
          .append(String.join(",", requires))
          .append("],\"task_type\":\"sim.digest\"}");
    }
    return json.append(']').toString();
  }

  private List<Attack> attacks(boolean twoFaced) {
    List<Attack> all = new ArrayList<>();
    int count = random.below(7);
    for (int i = 0; i < count; i++) {
      Attack.Sort sort = WITH_OWN_KEYS.get(random.below(WITH_OWN_KEYS.size()));
      if (!sort.needsVerifier() || twoFaced) {
        all.add(new Attack(all.size(), random.between(0, FEED_MILLIS), sort));
      }
    }
    if (twoFaced) {
      for (int i = 0; i < 3; i++) {
        all.add(new Attack(all.size(), random.between(0, FEED_MILLIS), Attack.Sort.EQUIVOCATION));
      }
    }
    SeededRandom stolen = SeededRandom.of(seed, 9);
    if (stolen.hits(STOLEN_KEYS_PERMILLE)) {
      for (Attack.Sort sort : Attack.Sort.STOLEN) {
        all.add(new Attack(all.size(), stolen.between(0, FEED_MILLIS), sort));
      }
    }
    return all;
  }

  private List<Fault> faults(int nodes) {
    List<Fault> all = new ArrayList<>();
    int count = random.between(1, FAULTS_MAX);
    for (int i = 0; i < count; i++) {
      all.add(fault(random.between(0, FAULTS_UNTIL_MILLIS), random.below(nodes)));
    }
    return all;
  }

  private Fault fault(long at, int node) {
    long lasting = random.between(100, 3_000);
    Server server = Server.values()[random.below(Server.values().length)];
    return switch (random.below(22)) {
      case 0, 1, 2, 3, 4 ->
          new Fault.Crash(at, node, random.below(CALLS_MAX), random.between(1, 3_000));
      case 5 -> new Fault.Pause(at, node, random.between(10, 6_000));
      case 6 -> new Fault.Cut(at, node, server, lasting);
      case 7, 8 -> new Fault.Failing(at, server, random.between(50, 900), lasting);
      case 9 -> new Fault.Slow(at, server, random.between(5, 1_500), lasting);
      case 10, 11 -> new Fault.Lose(at, random.between(50, 700), lasting);
      case 12, 13 -> new Fault.Duplicate(at, random.between(100, 1_000), lasting);
      case 14 -> new Fault.Delay(at, random.between(5, 800), lasting);
      case 15 -> new Fault.Reorder(at, lasting);
      case 16 -> new Fault.Rebalance(at, node, random.between(1, 1_500));
      case 17 ->
          new Fault.ClockJump(at, random.below(node + 2) - 1, random.between(-15_000, 15_000));
      case 18 -> new Fault.ClockDrift(at, random.below(node + 2) - 1, random.between(-200, 200));
      case 19 ->
          random.hits(500)
              ? emptyOrStrangeRedis(at, lasting)
              : new Fault.RollBackRedis(at, random.between(50, 3_000));
      case 20 -> new Fault.Stall(at, node, random.between(500, 7_000), lasting);
      default -> new Fault.Rot(at, random.between(200, 1_000), lasting);
    };
  }

  private static Fault emptyOrStrangeRedis(long at, long lasting) {
    return at % 2 == 0 ? new Fault.EmptyRedis(at) : new Fault.StrangeRedis(at, lasting);
  }
}
