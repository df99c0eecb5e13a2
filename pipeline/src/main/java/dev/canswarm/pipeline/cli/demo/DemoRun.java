package dev.canswarm.pipeline.cli.demo;

import dev.canswarm.config.KafkaEndpoint;
import dev.canswarm.config.SwarmSettings;
import dev.canswarm.config.TrustFile;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.StrictJson;
import dev.canswarm.pipeline.cli.command.ChainText;
import dev.canswarm.pipeline.cli.command.CommandContext;
import dev.canswarm.pipeline.cli.command.CommandException;
import dev.canswarm.pipeline.cli.command.Console;
import dev.canswarm.pipeline.cli.command.ExitCode;
import dev.canswarm.pipeline.cli.data.ModuleFiles;
import dev.canswarm.pipeline.cli.data.SeedSource;
import dev.canswarm.pipeline.cli.kafka.TopicTail;
import dev.canswarm.pipeline.cli.kafka.UnverifiedEnvelope;
import dev.canswarm.pipeline.cli.stack.Closing;
import dev.canswarm.pipeline.cli.stack.LocalSwarm;
import dev.canswarm.pipeline.cli.stack.SwarmPlan;
import dev.canswarm.pipeline.embedded.DataDirectory;
import dev.canswarm.pipeline.embedded.DemoDirectories;
import dev.canswarm.pipeline.embedded.Ports;
import dev.canswarm.port.Topics;
import dev.canswarm.task.TaskHandler;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** One demo in a temporary directory, which is deleted at the end. */
public final class DemoRun {
  /** Longest wait for all NEEDs, in addition to {@link #WAIT_MILLIS_PER_NEED} for each. */
  static final long WAIT_MILLIS_BASE = 120_000;

  /** A fifth of the slowest rate seen on two cores that had other work. */
  static final long WAIT_MILLIS_PER_NEED = 200;

  private static final long CHAIN_MILLIS_MAX = 5_000;
  private static final int ENDS_QUEUED_MAX = 1024;
  private static final long POLL_MILLIS = 100;
  private static final double NANOS_PER_SECOND = 1e9;

  private final CommandContext context;
  private final Console console;
  private final DemoOptions options;
  private final DemoResults results = new DemoResults();
  private final BlockingQueue<DemoResults.End> ends = new ArrayBlockingQueue<>(ENDS_QUEUED_MAX);
  private final PolicyStory story = new PolicyStory();
  private final RotationStory rotation = new RotationStory();
  private volatile long startNanos;
  private @Nullable LyingWorker workers;

  public DemoRun(CommandContext context, DemoOptions options) {
    this.context = context;
    this.console = context.console();
    this.options = options;
  }

  /**
   * Runs the demo from the start of the servers to the check of what it left.
   *
   * @param settings with embedded servers and all roles
   * @param policy the policy's bytes, with the demo's K in it
   * @return OK if and only if every NEED ended as it should and every replay passed
   * @throws Exception of a type that names the cause
   */
  public int run(SwarmSettings settings, byte[] policy) throws Exception {
    long seed = options.seed().orElseGet(context.random()::nextLong);
    List<String> threads =
        IntStream.rangeClosed(1, options.needs()).mapToObj(number -> "demo-" + number).toList();
    List<byte[]> needs = needs(seed);
    try (Closing closing = new Closing()) {
      DemoDirectories directories = DemoDirectories.inTempDir();
      directories.sweep();
      DataDirectory data = closing.add("the demo's directory", directories.create()).data();
      console.note("swarm: starting Kafka, PostgreSQL and Redis in " + data.root());
      long started = System.nanoTime();
      LocalSwarm swarm =
          closing.add("the swarm", LocalSwarm.start(plan(settings, data, policy), context));
      console.note(
          "swarm: up after %.1f s; feeding %d NEED%s, each to be accepted by %d of %d verifiers"
              .formatted(
                  (System.nanoTime() - started) / NANOS_PER_SECOND,
                  options.needs(),
                  options.needs() == 1 ? "" : "s",
                  options.k(),
                  options.attesters()));
      workers =
          is(DemoScenario.CHALLENGE) ? closing.add("the workers", LyingWorker.start(swarm)) : null;
      if (is(DemoScenario.ROTATION)) {
        closing.add(
            "the administrator",
            rotation.begin(swarm, data.root(), settings, policy, seeds(), context));
      }
      feed(swarm, threads, needs);
      if (workers != null) {
        workers.close();
      }
      swarm.stopNode();
      keep(data);
      return finish(threads, replay(swarm, data, settings), swarm.envelopeCacheHitRate());
    }
  }

  private List<byte[]> needs(long seed) {
    Corpus corpus = Corpus.load();
    SplittableRandom random = new SplittableRandom(seed);
    return options
        .scenario()
        .map(scenario -> scenario.needs(corpus.passage(random)))
        .orElseGet(() -> corpus.needs(options.needs(), random));
  }

  private void keep(DataDirectory data) throws IOException {
    if (options.kept().isPresent()) {
      options.kept().get().copyFrom(data.root());
      console.note("swarm: kept in " + options.kept().get());
    }
  }

  private boolean is(DemoScenario scenario) {
    return options.scenario().equals(Optional.of(scenario));
  }

  private SeedSource seeds() {
    return options.seed().isPresent()
        ? SeedSource.derived(options.seed().getAsLong())
        : SeedSource.random(context.random());
  }

  private List<TaskHandler> tasks() {
    return is(DemoScenario.ROTATION)
        ? rotation.tasks()
        : options.scenario().map(DemoScenario::tasks).orElse(List.of());
  }

  private SwarmPlan plan(SwarmSettings settings, DataDirectory data, byte[] policy) {
    return SwarmPlan.of(
            settings, data, data.resolve(TrustFile.NAME), policy, seeds(), Ports.anyFree())
        .withModules(options.scenario().map(DemoScenario::modules).orElse(ModuleFiles.none()))
        .withTasks(tasks());
  }

  private void feed(LocalSwarm swarm, List<String> threads, List<byte[]> needs) throws Exception {
    KafkaEndpoint kafka = swarm.servers().kafka();
    List<String> shown = threads.subList(0, options.scenario().map(DemoScenario::shown).orElse(1));
    int openMax = options.scenario().map(DemoScenario::openMax).orElse(DemoFeed.OPEN_MAX);
    ChainView chain = new ChainView(console, shown, swarm.keys().nameByKey());
    console.result(
        "%nThread %s: %s%n"
            .formatted(
                threads.get(0), ChainText.remark(Verb.NEED, StrictJson.parseObject(needs.get(0)))));
    options.scenario().ifPresent(one -> console.result("  %s%n".formatted(one.story())));
    try (TopicTail counting =
            TopicTail.start(
                kafka, List.of(Verb.FINALIZE.topic()), true, "swarm-demo-count", this::count);
        TopicTail showing =
            TopicTail.start(
                kafka,
                Topics.ofVerbs(),
                true,
                "swarm-demo-chain",
                message ->
                    UnverifiedEnvelope.of(message)
                        .ifPresent(
                            seen -> {
                              chain.seen(seen, System.nanoTime() - startNanos);
                              story.seen(seen);
                              rotation.seen(seen);
                            }));
        DemoFeed feed =
            new DemoFeed(KafkaEndpoint.open(swarm.openKafka()), threads, needs, openMax)) {
      startNanos = System.nanoTime();
      feed.start();
      await(feed, counting, chain);
      // Another consumer counts the ends; it may be ahead of the one that prints.
      chain.awaitOver(results.ended() < options.needs() ? 0 : CHAIN_MILLIS_MAX);
      if (is(DemoScenario.POLICY)) {
        story.await(CHAIN_MILLIS_MAX);
      }
      showPlan(chain);
      if (showing.failure().isPresent()) {
        console.note("swarm: the chain could not be shown: " + showing.failure().get());
      }
    }
  }

  /** Prints which tasks each task waited for. */
  private void showPlan(ChainView chain) {
    if (chain.plan().isEmpty()) {
      return;
    }
    console.result("");
    chain
        .plan()
        .forEach(
            (task, after) ->
                console.result(
                    "  %-10s released %s"
                        .formatted(
                            task,
                            after.isEmpty()
                                ? "by the DECIDE"
                                : "after " + String.join(" and ", after))));
  }

  private DemoReplay replay(LocalSwarm swarm, DataDirectory data, SwarmSettings settings)
      throws Exception {
    context.stop().check();
    console.note("swarm: replaying every thread from the audit log");
    return DemoReplay.of(swarm, data.root(), settings, context);
  }

  private void count(ConsumerRecord<byte[], byte[]> message) throws InterruptedException {
    long now = System.nanoTime();
    Optional<UnverifiedEnvelope> seen = UnverifiedEnvelope.of(message);
    if (seen.isPresent() && seen.get().verb() == Verb.FINALIZE) {
      UnverifiedEnvelope end = seen.get();
      ends.put(
          new DemoResults.End(
              end.needId(), end.threadId(), end.text("outcome"), end.text("result_hash"), now));
    }
  }

  private void await(DemoFeed feed, TopicTail counting, ChainView chain) throws Exception {
    long millisMax = WAIT_MILLIS_BASE + WAIT_MILLIS_PER_NEED * options.needs();
    long deadline = startNanos + TimeUnit.MILLISECONDS.toNanos(millisMax);
    DemoProgress progress = new DemoProgress(console, options.needs());
    progress.show(0, startNanos);
    while (results.ended() < options.needs()) {
      context.stop().check();
      if (workers != null && chain.committed()) {
        workers.honestJoins();
      }
      rotation.act();
      DemoResults.End end = ends.poll(POLL_MILLIS, TimeUnit.MILLISECONDS);
      if (end != null && results.add(end)) {
        feed.finalized();
        progress.show(results.ended(), System.nanoTime());
      }
      if (feed.failure() != null) {
        throw feed.failure();
      }
      if (counting.failure().isPresent()) {
        throw new CommandException(
            ExitCode.ENVIRONMENT,
            "the results cannot be read from Kafka: " + counting.failure().get(),
            counting.failure().get());
      }
      if (System.nanoTime() - deadline > 0) {
        break;
      }
    }
    progress.done();
  }

  /** How each thread's NEED must end. */
  private Map<String, String> expected(List<String> threads) {
    Map<String, String> expected = new TreeMap<>();
    for (int i = 0; i < threads.size(); i++) {
      int number = i;
      expected.put(
          threads.get(i),
          options.scenario().map(one -> one.outcomes().get(number)).orElse("ACCEPTED"));
    }
    return expected;
  }

  private int finish(List<String> threads, DemoReplay replay, OptionalDouble hitRate) {
    boolean timedOut = results.ended() < options.needs();
    boolean passed = results.endedAs(expected(threads)) && replay.passed() == options.needs();
    double seconds = Math.max(0, (results.lastNanos() - startNanos) / NANOS_PER_SECOND);
    double rate = seconds > 0 ? results.ended() / seconds : 0;
    console.result("");
    console.result(
        "%d of %d NEEDs finalized ACCEPTED in %.2f s (%.1f per second)"
            .formatted(results.accepted(), options.needs(), seconds, rate));
    results
        .otherEnds()
        .forEach((thread, outcome) -> console.note("swarm: " + thread + " ended " + outcome));
    story.reasons().forEach((thread, reason) -> console.result("%s  %s".formatted(thread, reason)));
    replay.remarks().forEach(remark -> console.note("swarm: " + remark));
    console.result(
        "%d of %d replays passed every check".formatted(replay.passed(), options.needs()));
    hitRate.ifPresent(
        known ->
            console.result(
                "%.1f %% of the envelopes read were known to be genuine already"
                    .formatted(known * 100)));
    int exit = timedOut ? ExitCode.TIMED_OUT : passed ? ExitCode.OK : ExitCode.FAILED;
    Map<String, Object> summary = new LinkedHashMap<>();
    options.scenario().ifPresent(one -> summary.put("scenario", one.label()));
    summary.put("needs", options.needs());
    summary.put("finalized", results.accepted());
    summary.put("replayed_ok", replay.passed());
    summary.put("seconds", Math.round(seconds * 1000) / 1000.0);
    summary.put("needs_per_s", Math.round(rate * 10) / 10.0);
    if (hitRate.isPresent()) {
      summary.put("envelope_cache_hit_rate", Math.round(hitRate.getAsDouble() * 1000) / 1000.0);
    }
    summary.put("result_hashes", results.hashes(threads));
    if (!story.reasons().isEmpty()) {
      summary.put("given_back", story.reasons());
    }
    console.summary(exit, summary);
    return exit;
  }
}
