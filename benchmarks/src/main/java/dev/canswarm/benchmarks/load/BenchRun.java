package dev.canswarm.benchmarks.load;

import dev.canswarm.benchmarks.input.BenchEngines;
import dev.canswarm.benchmarks.load.chart.LoadReport;
import dev.canswarm.benchmarks.load.chart.MemoryWatch;
import dev.canswarm.benchmarks.load.chart.RateRun;
import dev.canswarm.benchmarks.load.collect.EndCheck;
import dev.canswarm.benchmarks.load.collect.EndTail;
import dev.canswarm.benchmarks.load.collect.Ends;
import dev.canswarm.benchmarks.load.collect.TopicSlice;
import dev.canswarm.benchmarks.load.failure.BenchException;
import dev.canswarm.benchmarks.load.failure.BenchExit;
import dev.canswarm.benchmarks.load.feed.PhaseRecords;
import dev.canswarm.benchmarks.load.feed.RateSchedule;
import dev.canswarm.benchmarks.load.figure.CryptoRate;
import dev.canswarm.benchmarks.load.jvm.GcLog;
import dev.canswarm.benchmarks.load.jvm.JvmProbe;
import dev.canswarm.benchmarks.load.proc.DiskUse;
import dev.canswarm.benchmarks.load.sight.OpenPage;
import dev.canswarm.benchmarks.load.stack.BenchStack;
import dev.canswarm.benchmarks.load.stack.Launch;
import dev.canswarm.benchmarks.report.Machine;
import dev.canswarm.config.TrustFile;
import dev.canswarm.crypto.SignatureEngine;
import dev.canswarm.envelope.EnvelopeCodec;
import dev.canswarm.envelope.EnvelopeLimits;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.StrictJson;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/** One run, from the start of the stack to the figures. For one thread. */
final class BenchRun {
  private static final String SWARM_ID = "can-swarm";
  private static final String NEED = "swarm.need";
  private static final RateSchedule AT_ONCE = new RateSchedule(0);
  private static final int AGENTS_BY_DEFAULT = 4;

  /** Shares of the peak rate at which a report measures latencies. */
  private static final int[] RATE_PERCENTS = {1, 10, 25, 50, 75, 90};

  private static final int RATE_SECONDS = 20;

  private static final int SIGHT_ROUNDS = 4;
  private static final List<Boolean> ALONE_FIRST = List.of(false, true);
  private static final List<Boolean> WATCHED_FIRST = List.of(true, false);

  private final BenchCommand.Place place;
  private final Progress progress;

  BenchRun(BenchCommand.Place place, Progress progress) {
    this.place = place;
    this.progress = progress;
  }

  /**
   * Starts a stack, sends the NEEDs, and returns the figures of the run.
   *
   * @throws BenchException if there is nothing to measure
   */
  Summary run(BenchOptions options) throws Exception {
    SignatureEngine engine = BenchEngines.named(BenchEngines.available().get(0));
    var launch = new Launch(place.program(), place.environment());
    progress.note("swarm: starting " + counted(options.processes(), "pipeline process"));
    try (BenchStack stack = BenchStack.start(launch, shape(options))) {
      if (options.keep()) {
        progress.note(
            "swarm: everything is in %s; other commands find this swarm by --data %s"
                .formatted(stack.root(), stack.data()));
      }
      progress.note("swarm: measuring what signatures cost here, by " + engine.name());
      CryptoRate cryptoBefore = CryptoRate.measure(engine);
      warmUp(options, stack);
      Phase.Watch shown = progress.of("run", options.needs());
      if (options.overload().isEmpty()) {
        return measure(options, stack, launch, engine, cryptoBefore, shown);
      }
      int brakeSeconds = options.overload().get().brakeSeconds();
      try (var overload = new Overload(stack, options.needs(), brakeSeconds, progress)) {
        JvmProbe probe = stack.probes().get(0);
        JvmProbe.Mark from = probe.mark();
        Phase.Watch both =
            (sent, ended, seconds) -> {
              shown.sample(sent, ended, seconds);
              overload.sample(sent, ended, seconds);
            };
        Summary summary = measure(options, stack, launch, engine, cryptoBefore, both);
        return overload.judge(summary, probe.between(from, probe.mark()).afterBytes());
      }
    }
  }

  /**
   * Measures the stack with all NEEDs due at once and a profile, then at shares of the rate that
   * this gave, each for {@link #RATE_SECONDS}, on the same stack.
   *
   * @param directory of the report
   * @return the figures of the first run
   * @throws BenchException if there is nothing to measure
   */
  Summary report(BenchOptions options, Path directory) throws Exception {
    Machine machine = Machine.here();
    SignatureEngine engine = BenchEngines.named(BenchEngines.available().get(0));
    var launch = new Launch(place.program(), place.environment());
    progress.note("swarm: starting " + counted(options.processes(), "pipeline process"));
    try (BenchStack stack = BenchStack.start(launch, shape(options))) {
      CryptoRate crypto = CryptoRate.measure(engine);
      warmUp(options, stack);
      var memory =
          new MemoryWatch(() -> stack.processGroup().rssBytes().orElse(0), stack::heapUsedBytes);
      Phase.Watch shown = progress.of("run", options.needs());
      Phase.Watch both =
          (sent, ended, seconds) -> {
            shown.sample(sent, ended, seconds);
            memory.sample(seconds);
          };
      Summary peak = measure(options, stack, launch, engine, crypto, both);
      List<RateRun> rates = new ArrayList<>();
      for (int percent : RATE_PERCENTS) {
        double perSecond = peak.number("needs_per_s") * percent / 100;
        String name = "at-" + percent;
        BenchOptions slower =
            options.atRate(name, perSecond, Math.max(1, (int) (perSecond * RATE_SECONDS)));
        Summary run =
            measure(slower, stack, launch, engine, crypto, progress.of(name, slower.needs()));
        rates.add(new RateRun(perSecond, run.number("p50_ms"), run.number("p99_ms")));
      }
      JsonObject figures = StrictJson.parseObject(peak.json().getBytes(StandardCharsets.UTF_8));
      Path page =
          new LoadReport(machine, figures, rates, memory.samples()).write(directory, peak.json());
      progress.note("swarm: the report is " + page);
      return peak;
    }
  }

  /**
   * Measures alternately, on one stack, without readers and with an open page: twice {@link
   * #SIGHT_ROUNDS} runs of all NEEDs at once. The order within a round changes from round to round,
   * so that what drifts weighs on both.
   *
   * @throws BenchException if there is nothing to measure
   */
  SightSummary sight(BenchOptions options) throws Exception {
    SignatureEngine engine = BenchEngines.named(BenchEngines.available().get(0));
    var launch = new Launch(place.program(), place.environment());
    progress.note("swarm: starting " + counted(options.processes(), "pipeline process"));
    try (BenchStack stack = BenchStack.start(launch, shape(options))) {
      String http =
          stack
              .http()
              .orElseThrow(
                  () -> new BenchException(BenchExit.ENVIRONMENT, "the stack answers no HTTP"));
      CryptoRate crypto = CryptoRate.measure(engine);
      // What answers the page is compiled in the warm-up too, as everything else is.
      try (OpenPage page = OpenPage.open(http)) {
        warmUp(options, stack);
      }
      var summary = new SightSummary.Builder();
      for (int round = 1; round <= SIGHT_ROUNDS; round++) {
        for (boolean watched : round % 2 == 1 ? ALONE_FIRST : WATCHED_FIRST) {
          String name = (watched ? "watched-" : "alone-") + round;
          BenchOptions run = options.atRate(name, 0, options.needs());
          Phase.Watch shown = progress.of(name, run.needs());
          if (watched) {
            try (OpenPage page = OpenPage.open(http)) {
              summary.watched(measure(run, stack, launch, engine, crypto, shown));
              summary.seen(page.events(), page.scrapes());
            }
          } else {
            summary.alone(measure(run, stack, launch, engine, crypto, shown));
          }
        }
      }
      return summary.build();
    }
  }

  private void warmUp(BenchOptions options, BenchStack stack)
      throws BenchException, InterruptedException {
    if (options.warmup() == 0) {
      return;
    }
    progress.note("swarm: warming up with " + counted(options.warmup(), "NEED"));
    Phase phase =
        Phase.run(
            stack,
            options.warmupRecords(),
            AT_ONCE,
            options.stallSeconds(),
            progress.of("warm-up", options.warmup()));
    if (phase.timedOut()) {
      throw new BenchException(
          BenchExit.TIMED_OUT,
          "only %d of %d NEEDs of the warm-up ended"
              .formatted(phase.ledger().count(), options.warmup()));
    }
    Phase.awaitRest(stack);
  }

  private Summary measure(
      BenchOptions options,
      BenchStack stack,
      Launch launch,
      SignatureEngine engine,
      CryptoRate cryptoBefore,
      Phase.Watch watch)
      throws Exception {
    Map<TopicPartition, Long> needsFrom = TopicSlice.ends(stack.bootstrap(), NEED);
    OptionalLong diskBefore = DiskUse.bytes(stack.root());
    var profile = new ProfileRun(options.profile(), place.reports());
    profile.start(stack);
    progress.note("swarm: sending " + counted(options.needs(), "NEED"));
    Usage before = Usage.of(stack);
    Phase phase =
        Phase.run(stack, options.records(), options.schedule(), options.stallSeconds(), watch);
    Phase.awaitRest(stack);
    Usage after = Usage.of(stack);
    Map<String, Map<String, Double>> profiled =
        profile.finish(stack, before, after, options.needs(), progress);
    OptionalLong rssPeak = stack.processGroup().rssPeakBytes();
    Summary.Heap heap = heap(stack, before, after);
    OptionalLong diskAfter = DiskUse.bytes(stack.root());
    progress.note("swarm: checking the FINALIZEs");
    CryptoRate crypto = cryptoBefore.meanWith(CryptoRate.measure(engine));
    Ends ends = check(options.records(), stack, engine, phase, needsFrom);
    return Summary.of(
        new Summary.Measured(
            options,
            new Summary.Course(
                phase.timedOut(),
                ends,
                phase.ledger().repeatedCount(),
                phase.ledger().refusedCount(),
                endNanos(phase, ends)),
            new Summary.Use(before, after, rssPeak, heap, grown(diskBefore, diskAfter)),
            crypto,
            replay(options, launch, stack, phase),
            profiled));
  }

  private static BenchStack.Shape shape(BenchOptions options) {
    List<String> up = new ArrayList<>(List.of("--crypto-engine=" + options.engine()));
    if (options.k() > AGENTS_BY_DEFAULT) {
      up.add("--agents-verifiers=" + options.k());
    }
    up.addAll(options.upOptions());
    return new BenchStack.Shape(
        options.processes(), options.pin(), options.keep(), options.javaOptions(), up);
  }

  private static Summary.Heap heap(BenchStack stack, Usage before, Usage after)
      throws BenchException {
    long allocated = 0;
    long live = 0;
    long peak = 0;
    int collections = 0;
    for (int i = 0; i < stack.probes().size(); i++) {
      JvmProbe probe = stack.probes().get(i);
      GcLog log = probe.between(before.heaps().get(i), after.heaps().get(i));
      allocated += probe.allocatedBytes(before.heaps().get(i), after.heaps().get(i));
      peak += log.afterMaxBytes();
      collections += log.collections();
      live += probe.liveBytes();
    }
    return new Summary.Heap(allocated, live, peak, collections);
  }

  private static OptionalDouble grown(OptionalLong before, OptionalLong after) {
    return before.isPresent() && after.isPresent()
        ? OptionalDouble.of(after.getAsLong() - before.getAsLong())
        : OptionalDouble.empty();
  }

  private static Ends check(
      PhaseRecords records,
      BenchStack stack,
      SignatureEngine engine,
      Phase phase,
      Map<TopicPartition, Long> needsFrom)
      throws Exception {
    Map<String, Set<String>> roles = new HashMap<>();
    for (TrustFile.Entry entry : TrustFile.read(stack.data().resolve(TrustFile.NAME)).entries()) {
      roles.computeIfAbsent(entry.publicKeyBase64(), key -> new HashSet<>()).addAll(entry.roles());
    }
    var codec = new EnvelopeCodec(SWARM_ID, engine, EnvelopeLimits.DEFAULT);
    var check = new EndCheck(records, codec, roles);
    String bootstrap = stack.bootstrap();
    TopicSlice.read(bootstrap, NEED, needsFrom, message -> check.need(message.value()));
    TopicSlice.read(
        bootstrap, EndTail.FINALIZE, phase.finalizeFrom(), message -> check.end(message.value()));
    return check.result(phase.ledger().byNeed().keySet());
  }

  private static Map<Integer, Long> endNanos(Phase phase, Ends ends) {
    Map<String, Long> byNeed = phase.ledger().byNeed();
    Map<Integer, Long> times = new HashMap<>();
    ends.needIds()
        .forEach(
            (number, needId) -> {
              Long end = byNeed.get(needId);
              if (end != null) {
                times.put(number, end - phase.startNanos());
              }
            });
    return times;
  }

  private Optional<ReplaySample> replay(
      BenchOptions options, Launch launch, BenchStack stack, Phase phase) throws Exception {
    Set<String> chosen =
        ReplaySample.choose(
            phase.ledger().byNeed().keySet(), options.replayPercent(), new Random());
    if (chosen.isEmpty()) {
      return Optional.empty();
    }
    progress.note("swarm: replaying " + counted(chosen.size(), "NEED"));
    return Optional.of(ReplaySample.of(launch, stack, chosen));
  }

  private static String counted(int count, String what) {
    String plural = what.endsWith("s") ? "es" : "s";
    return count + " " + what + (count == 1 ? "" : plural);
  }

  /** A flight recording of the first process, if one was asked for. */
  private static final class ProfileRun {
    private final boolean wanted;
    private final Path reports;

    ProfileRun(boolean wanted, Path reports) {
      this.wanted = wanted;
      this.reports = reports;
    }

    void start(BenchStack stack) throws BenchException {
      if (wanted) {
        stack.probes().get(0).startRecording();
      }
    }

    Map<String, Map<String, Double>> finish(
        BenchStack stack, Usage before, Usage after, int needs, Progress progress)
        throws Exception {
      return wanted
          ? Profile.of(stack.probes().get(0), reports, before, after, needs, progress)
          : Map.of();
    }
  }
}
