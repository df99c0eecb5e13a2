package dev.canswarm.simulation.command;

import dev.canswarm.pipeline.cli.command.CliCommand;
import dev.canswarm.pipeline.cli.command.CommandContext;
import dev.canswarm.pipeline.cli.command.CommandException;
import dev.canswarm.pipeline.cli.command.ExitCode;
import dev.canswarm.simulation.Overrides;
import dev.canswarm.simulation.Simulator;
import dev.canswarm.simulation.Simulator.Failure;
import dev.canswarm.simulation.Simulator.Order;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ./swarm sim}. */
@Command(
    name = "sim",
    header = "Simulates swarms under faults and attacks and checks P1 to P7.",
    description = {
      "Runs the stages and roles of ./swarm up in one thread on virtual time, over in-memory servers.",
      "Messages are lost, delayed and duplicated; processes crash at any call, pause and are cut off;",
      "clocks jump, stores fail, agents lie. P1 to P7 are checked after every event. The same seed",
      "gives the same run, to the byte, on any machine.%n"
    },
    footer = {
      "",
      "Exit: 0 all invariants held, 1 one was violated; then the command that repeats it is shown."
    })
public final class SimCommand extends CliCommand {
  private static final double NANOS_PER_SECOND = 1e9;
  private static final long PROGRESS_NANOS = 1_000_000_000L;
  private static final long QUIET_PROGRESS_NANOS = 10_000_000_000L;
  private static final int NEEDS_MAX = 1000;

  @Option(
      names = "--seed",
      paramLabel = "S",
      description = "The first seed. Default: ${DEFAULT-VALUE}.")
  private long seed = 1;

  @Option(
      names = "--seeds",
      paramLabel = "N",
      description = "Number of seeds, one after the other. Default: ${DEFAULT-VALUE}.")
  private int seeds = 100;

  @Option(
      names = "--needs",
      paramLabel = "M",
      description = "NEEDs per seed. Default: ${DEFAULT-VALUE}.")
  private int needs = 20;

  @Option(
      names = "--ed25519",
      description =
          "Signs with Ed25519; otherwise only one seed in 64 does, the others with a keyed hash.")
  private boolean ed25519;

  @Option(
      names = "--only",
      paramLabel = "PART",
      split = ",",
      description = "Keeps only these elements of a seed, as a failure prints them: n3,f0,m1.")
  private List<String> only = new ArrayList<>();

  private final Supplier<Overrides> overrides;

  SimCommand(CommandContext context) {
    this(context, () -> Overrides.NONE);
  }

  /**
   * @param overrides makes the overrides for each run
   */
  SimCommand(CommandContext context, Supplier<Overrides> overrides) {
    super(context);
    this.overrides = overrides;
  }

  @Override
  protected List<String> settingsShown() {
    return List.of();
  }

  @Override
  protected int run() throws Exception {
    if (seeds < 1 || needs < 1 || needs > NEEDS_MAX) {
      throw new CommandException(
          ExitCode.USAGE, "expected at least 1 seed and 1 to " + NEEDS_MAX + " NEEDs");
    }
    Set<String> kept = new TreeSet<>(only);
    Order order = new Order(seed, seeds, needs, ed25519, kept);
    long began = now();
    Simulator simulator = new Simulator(this::now, overrides);
    Progress progress = new Progress(simulator, began);
    simulator.run(order, progress::goOn);
    double seconds = Math.max(1, now() - began) / NANOS_PER_SECOND;
    console().progressDone();
    int exit = simulator.failures().isEmpty() ? ExitCode.OK : ExitCode.FAILED;
    simulator.failures().forEach(this::show);
    show(simulator, seconds);
    console().summary(exit, summary(simulator, seconds));
    return exit;
  }

  private long now() {
    return context().time().epochNanos();
  }

  /** Prints progress periodically; stops between two seeds on request. */
  private final class Progress {
    private final Simulator simulator;
    private final long every;
    private long next;

    Progress(Simulator simulator, long began) {
      this.simulator = simulator;
      this.every = console().terminal() ? PROGRESS_NANOS : QUIET_PROGRESS_NANOS;
      this.next = began + every;
    }

    boolean goOn() {
      if (now() >= next) {
        next = now() + every;
        console()
            .progress(
                "sim: %d of %d seeds, %d failed"
                    .formatted(simulator.seeds(), seeds, simulator.failures().size()));
      }
      return !context().stop().requested();
    }
  }

  private String repeat(Failure failure) {
    String part = failure.kept().isEmpty() ? "" : " --only " + String.join(",", failure.kept());
    return "./swarm sim --seed %d --seeds 1 --needs %d%s%s"
        .formatted(failure.scenario().seed(), needs, ed25519 ? " --ed25519" : "", part);
  }

  private void show(Failure failure) {
    console()
        .result(
            "seed %d breaks %s after %.3f s: %s"
                .formatted(
                    failure.scenario().seed(),
                    failure.violation().invariant(),
                    failure.violation().atMillis() / 1000.0,
                    failure.violation().detail()));
    if (!failure.lines().isEmpty()) {
      console().result("  smallest scenario:");
      failure.scenario().nodes().forEach(node -> console().result("    " + node));
      failure.scenario().needs().forEach(need -> console().result("    " + need));
      failure.scenario().attacks().forEach(one -> console().result("    " + one));
      failure.scenario().faults().forEach(fault -> console().result("    " + fault));
      console().result("  last events:");
      failure.lines().forEach(line -> console().result("    " + line));
    }
    console().result("  repeat with: " + repeat(failure));
  }

  private void show(Simulator simulator, double seconds) {
    console().result("faults    " + counts(simulator.faults()));
    console().result("outcomes  " + counts(simulator.outcomes()));
    List<String> unreached = simulator.unreached();
    console()
        .result(
            unreached.isEmpty()
                ? "branches  all %d were taken".formatted(simulator.coverage().size())
                : "branches  never taken: " + String.join(", ", unreached));
    console()
        .result(
            "sim: %d seeds of %d NEEDs, %d events, %.1f seeds/s: %s"
                .formatted(
                    simulator.seeds(),
                    needs,
                    simulator.events(),
                    simulator.seeds() / seconds,
                    simulator.failures().isEmpty()
                        ? "P1 to P7 held"
                        : simulator.failures().size() + " failed"));
  }

  private static String counts(SortedMap<String, Long> counts) {
    return counts.entrySet().stream()
        .map(entry -> entry.getKey().toLowerCase(Locale.ROOT) + " " + entry.getValue())
        .collect(Collectors.joining(", "));
  }

  private Map<String, Object> summary(Simulator simulator, double seconds) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("seed", seed);
    members.put("seeds", simulator.seeds());
    members.put("needs", needs);
    members.put("seeds_per_s", Math.round(simulator.seeds() / seconds * 10) / 10.0);
    members.put("events", simulator.events());
    members.put("violations", simulator.failures().stream().map(this::violation).toList());
    members.put("outcomes", simulator.outcomes());
    members.put("faults", simulator.faults());
    members.put("branches", simulator.coverage());
    members.put("unreached", simulator.unreached());
    members.put("digest", simulator.digest());
    return members;
  }

  private Map<String, Object> violation(Failure failure) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("seed", failure.scenario().seed());
    members.put("invariant", failure.violation().invariant().name());
    members.put("at_ms", failure.violation().atMillis());
    members.put("detail", failure.violation().detail());
    members.put("kept", failure.kept());
    members.put("history", failure.lines());
    members.put("repeat", repeat(failure));
    return members;
  }
}
