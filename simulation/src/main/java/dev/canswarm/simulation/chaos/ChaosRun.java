package dev.canswarm.simulation.chaos;

import dev.canswarm.config.KafkaEndpoint;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonNumber;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonValue;
import dev.canswarm.json.StrictJson;
import dev.canswarm.pipeline.cli.command.CommandContext;
import dev.canswarm.pipeline.cli.command.Console;
import dev.canswarm.pipeline.cli.command.ExitCode;
import dev.canswarm.pipeline.cli.kafka.TopicTail;
import dev.canswarm.pipeline.cli.stack.Closing;
import dev.canswarm.pipeline.embedded.DemoDirectories;
import dev.canswarm.simulation.checker.CheckedSwarm;
import dev.canswarm.simulation.checker.CheckerReport;
import dev.canswarm.simulation.checker.EvidenceChecker;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/** One chaos run in a temporary directory, which is deleted at the end. Use once. */
public final class ChaosRun {
  private static final String SWARM_ID = "can-swarm";
  private static final String FINALIZE = "swarm.finalize";
  private static final String DEAD_LETTERS = "swarm.dlq";
  private static final String INTAKE = "swarm.intake";
  private static final int JOINERS = 2;
  private static final int LEASE_MILLIS = 5_000;
  private static final int PLAN_MILLIS = 240_000;

  /** Longest time to end the open NEEDs once no more faults are injected. */
  private static final long REST_MILLIS_MAX = 120_000;

  /** About three of four faults are kills that hit work in flight. */
  private static final long FAULTS_OF_KILLS_NUMERATOR = 4;

  private static final long FAULTS_OF_KILLS_DIVISOR = 3;

  private static final long POLL_MILLIS = 250;
  private static final long PROGRESS_NANOS = 5_000_000_000L;
  private static final long NANOS_PER_MILLI = 1_000_000;
  private static final double NANOS_PER_SECOND = 1e9;

  private final CommandContext context;
  private final Console console;
  private final ChaosOptions options;
  private final LongSupplier millis;
  private final NeedLedger ledger = new NeedLedger();
  private long began;
  private long rested;
  private long shown;

  public ChaosRun(CommandContext context, ChaosOptions options) {
    this.context = context;
    this.console = context.console();
    this.options = options;
    this.millis = () -> context.time().epochNanos() / NANOS_PER_MILLI;
  }

  /**
   * Runs it and prints the result.
   *
   * @param policy the policy's bytes
   * @return OK if and only if nothing was lost, no invariant was violated and no process ended
   *     unexpectedly
   * @throws Exception of a type that names the cause
   */
  public int run(byte[] policy) throws Exception {
    SplittableRandom random = new SplittableRandom(options.seed());
    try (Closing closing = new Closing()) {
      DemoDirectories directories = DemoDirectories.inTempDir();
      directories.sweep();
      Path root = closing.add("the directory", directories.create()).data().root();
      Path policyFile = root.resolve("policy.json");
      Files.write(policyFile, disturbed(policy));
      console.note(
          "swarm: chaos with seed %d in %s: one up and %d joined processes"
              .formatted(options.seed(), root, JOINERS));
      ChaosStack stack =
          closing.add(
              "the processes",
              new ChaosStack(root, context.environment(), Map.of(), policyFile, JOINERS));
      stack.owner().start();
      stack.owner().awaitReady();
      for (SwarmProcess process : stack.joined()) {
        process.start();
      }
      for (SwarmProcess process : stack.joined()) {
        process.awaitReady();
      }
      FaultInjector injector = new FaultInjector(stack, ledger, random.split(), millis);
      ChaosWorkload workload =
          closing.add(
              "the feed", new ChaosWorkload(stack.bootstrap(), ledger, random.split(), millis));
      CheckerReport report;
      try (TopicTail tail =
          TopicTail.start(
              KafkaEndpoint.open(stack.bootstrap()),
              List.of(FINALIZE, DEAD_LETTERS),
              true,
              "swarm-chaos-ends",
              this::ended)) {
        disturb(workload, injector);
        report = judge(stack, workload, injector, tail);
      }
      return finish(stack, injector, workload, report);
    }
  }

  /**
   * Returns the policy with a short lease, so that a killed worker's task is soon given to another,
   * and with more time for a plan, which a swarm under constant kills may not finish in the usual
   * time.
   */
  static byte[] disturbed(byte[] policy) {
    JsonObject object = StrictJson.parseObject(policy);
    Map<String, JsonValue> members = new TreeMap<>(object.members());
    members.put("lease_ms", JsonNumber.of(LEASE_MILLIS));
    members.put("plan_ms", JsonNumber.of(PLAN_MILLIS));
    return CanonicalJson.write(JsonObject.of(members));
  }

  private void ended(ConsumerRecord<byte[], byte[]> message) {
    if (message.topic().equals(FINALIZE)) {
      ledger.ended(new String(message.key(), StandardCharsets.US_ASCII), message.timestamp());
    } else if (header(message, "swarm-topic").equals(INTAKE)) {
      ledger.refused(
          header(message, "swarm-partition") + "/" + header(message, "swarm-offset"),
          message.timestamp());
    }
  }

  private static String header(ConsumerRecord<byte[], byte[]> message, String name) {
    Header header = message.headers().lastHeader(name);
    return header == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
  }

  private void disturb(ChaosWorkload workload, FaultInjector injector) throws Exception {
    began = System.nanoTime();
    workload.start();
    while (System.nanoTime() - began < options.length().toNanos() && !enough(injector)) {
      awaitDue(injector);
      ChaosFault fault = injector.next();
      double seconds = (System.nanoTime() - began) / NANOS_PER_SECOND;
      Map<String, Object> members = new LinkedHashMap<>();
      members.put("fault", fault.label());
      members.put("at_s", Math.round(seconds * 1000) / 1000.0);
      if (fault.isKill()) {
        List<Kill> kills = injector.kills();
        members.put("in_flight", kills.get(kills.size() - 1).inFlight(ledger));
      }
      console.object("fault", members);
      show(injector, "");
    }
  }

  /**
   * If a number of NEEDs and kills was requested, spreads the faults over the NEEDs: a slow machine
   * gets no more faults than a fast one, and makes progress between them.
   */
  private void awaitDue(FaultInjector injector) throws Exception {
    long done = injector.counts().values().stream().mapToInt(Integer::intValue).sum();
    long planned =
        Math.max(1, options.kills() * FAULTS_OF_KILLS_NUMERATOR / FAULTS_OF_KILLS_DIVISOR);
    do {
      context.stop().check();
      if (options.kills() == 0 || ledger.fed() >= options.needs() * done / planned) {
        return;
      }
      injector.mendAll();
      show(injector, "");
      Thread.sleep(POLL_MILLIS);
    } while (System.nanoTime() - began < options.length().toNanos());
  }

  private boolean enough(FaultInjector injector) {
    boolean asked = options.needs() > 0 || options.kills() > 0;
    return asked && ledger.fed() >= options.needs() && inFlight(injector) >= options.kills();
  }

  /** Returns the number of kills that hit work in flight. */
  private long inFlight(FaultInjector injector) {
    return injector.kills().stream().filter(kill -> kill.inFlight(ledger) > 0).count();
  }

  private void show(FaultInjector injector, String more) {
    long now = System.nanoTime();
    if (now - shown < PROGRESS_NANOS && !console.terminal()) {
      return;
    }
    shown = now;
    int done = injector.counts().values().stream().mapToInt(Integer::intValue).sum();
    console.progress(
        "swarm: %.0f s: %d faults, %d of %d kills in flight, %d NEEDs published, %d open%s"
            .formatted(
                (now - began) / NANOS_PER_SECOND,
                done,
                inFlight(injector),
                injector.kills().size(),
                ledger.fed(),
                ledger.fed() - ledger.ended(),
                more));
  }

  private CheckerReport judge(
      ChaosStack stack, ChaosWorkload workload, FaultInjector injector, TopicTail tail)
      throws Exception {
    workload.stop();
    CheckedSwarm swarm =
        new CheckedSwarm(stack.bootstrap(), stack.jdbcUrl(), SWARM_ID, ledger.places());
    long deadline = System.nanoTime() + REST_MILLIS_MAX * NANOS_PER_MILLI;
    boolean ended = false;
    while (!ended && System.nanoTime() - deadline < 0) {
      context.stop().check();
      injector.mendAll();
      show(injector, ", waiting for them to end");
      ended = ledger.awaitOpenBelow(1, POLL_MILLIS) && EvidenceChecker.atRest(swarm);
      if (!ended) {
        Thread.sleep(POLL_MILLIS);
      }
      if (tail.failure().isPresent()) {
        throw new IllegalStateException("the ends cannot be read", tail.failure().get());
      }
    }
    rested = System.nanoTime();
    console.progressDone();
    for (SwarmProcess process : stack.joined()) {
      process.awaitReady();
    }
    console.note("swarm: judging what is on the topics and in the tables");
    return EvidenceChecker.check(swarm);
  }

  private int finish(
      ChaosStack stack, FaultInjector injector, ChaosWorkload workload, CheckerReport report) {
    long inFlight = inFlight(injector);
    boolean passed =
        report.passed() && injector.unexpectedEnds().isEmpty() && inFlight >= options.kills();
    int exit = passed ? ExitCode.OK : ExitCode.FAILED;
    Map<String, Integer> counts = new LinkedHashMap<>();
    for (ChaosFault fault : ChaosFault.values()) {
      counts.put(fault.label(), injector.counts().getOrDefault(fault, 0));
    }
    double seconds = Math.round((rested - began) / 1e8) / 10.0;
    console.result("faults injected:");
    counts.forEach((fault, count) -> console.result("  %-18s %d".formatted(fault, count)));
    console.result(
        "%d kills, %d of them with work in flight".formatted(injector.kills().size(), inFlight));
    Map<String, Integer> taken = new LinkedHashMap<>();
    stack.all().forEach(process -> taken.put(process.name(), process.trail().everTaken()));
    console.result("NEEDs that each process worked on: " + taken);
    console.result(
        "%d NEEDs published in %.1f s: %s, %d dead-lettered, %d lost"
            .formatted(
                ledger.fed(),
                seconds,
                new TreeMap<>(report.outcomes()),
                report.deadLettered(),
                report.lost()));
    console.result(
        "%d envelopes and %d records checked, %d violations"
            .formatted(report.envelopes(), report.messages(), report.violationCount()));
    report.violations().forEach(violation -> console.result("  " + violation));
    injector.unexpectedEnds().forEach(end -> console.result("  " + end));
    Map<String, Object> summary = new LinkedHashMap<>();
    summary.put("seed", options.seed());
    summary.put("seconds", seconds);
    summary.put("faults", counts);
    summary.put("kills", injector.kills().size());
    summary.put("kills_in_flight", inFlight);
    summary.put("needs_taken", taken);
    summary.put("needs_fed", ledger.fed());
    summary.put("sends_failed", workload.failed());
    summary.put("outcomes", new TreeMap<>(report.outcomes()));
    summary.put("dead_lettered", report.deadLettered());
    summary.put("lost", report.lost());
    summary.put("envelopes_checked", report.envelopes());
    summary.put("records_checked", report.messages());
    summary.put("violations", report.violations().stream().map(Object::toString).toList());
    summary.put("violation_count", report.violationCount());
    summary.put("ended_otherwise", injector.unexpectedEnds());
    console.summary(exit, summary);
    return exit;
  }
}
