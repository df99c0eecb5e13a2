package dev.canswarm.simulation.hostile;

import dev.canswarm.config.KafkaEndpoint;
import dev.canswarm.config.PolicyFile;
import dev.canswarm.config.SwarmSettings;
import dev.canswarm.config.TrustFile;
import dev.canswarm.config.TrustFileException;
import dev.canswarm.control.TrustState;
import dev.canswarm.crypto.Engines;
import dev.canswarm.crypto.Sha256;
import dev.canswarm.crypto.SignatureEngine;
import dev.canswarm.crypto.SigningKey;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeCodec;
import dev.canswarm.envelope.EnvelopeLimits;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonNumber;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonValue;
import dev.canswarm.json.StrictJson;
import dev.canswarm.pipeline.cli.command.CommandContext;
import dev.canswarm.pipeline.cli.command.ConfiguredKeys;
import dev.canswarm.pipeline.cli.command.Console;
import dev.canswarm.pipeline.cli.command.ExitCode;
import dev.canswarm.pipeline.cli.data.KeyAccess;
import dev.canswarm.pipeline.cli.stack.Closing;
import dev.canswarm.pipeline.cli.stack.TrustRoles;
import dev.canswarm.pipeline.embedded.DemoDirectories;
import dev.canswarm.policy.Policy;
import dev.canswarm.policy.RoleName;
import dev.canswarm.simulation.chaos.ChaosStack;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** One {@code ./swarm hostile}: a stack of its own, the flood, the figures. */
public final class HostileRun {
  private static final String SWARM = "can-swarm";

  /** An orphan waits for its parent until the longest deadline; the default's is an hour. */
  private static final long DEADLINE_MILLIS = 120_000;

  private static final Duration MODEL_MAX = Duration.ofSeconds(60);
  private static final Duration PATIENCE_MIN = Duration.ofMinutes(5);
  private static final long PATIENCE_MILLIS_PER_RECORD = 20;

  private final CommandContext context;
  private final int bad;
  private final int needs;
  private final long seed;

  /**
   * @param bad records and good {@code needs}
   */
  public HostileRun(CommandContext context, int bad, int needs, long seed) {
    this.context = context;
    this.bad = bad;
    this.needs = needs;
    this.seed = seed;
  }

  /**
   * Runs it and prints the result.
   *
   * @param settings the policy, and the passphrase with which the stack encrypts its key files
   * @return OK if and only if everything ended as it must
   * @throws Exception of a type that names the cause
   */
  public int run(SwarmSettings settings) throws Exception {
    Console console = context.console();
    try (Closing closing = new Closing()) {
      DemoDirectories directories = DemoDirectories.inTempDir();
      directories.sweep();
      Path root = closing.add("the directory", directories.create()).data().root();
      Path policyFile = root.resolve("policy.json");
      byte[] hasty = hasty(PolicyFile.load(settings.policyFile()));
      Files.write(policyFile, hasty);
      console.note("swarm: %d bad records among %d NEEDs in %s".formatted(bad, needs, root));
      ChaosStack stack =
          closing.add(
              "the process",
              new ChaosStack(
                  root, context.environment(), Insiders.variables(settings.keys()), policyFile, 0));
      stack.owner().start();
      stack.owner().awaitReady();
      SignatureEngine engine = Engines.fastest().engine();
      try (KeyAccess kept = ConfiguredKeys.ofFiles(settings, engine, context, false)) {
        Map<RoleName, SigningKey> insiders = Insiders.of(stack.data(), kept);
        List<SigningKey> workers = Insiders.workers(stack.data(), kept);
        return flood(stack, engine, insiders, workers, hasty);
      }
    }
  }

  private static byte[] hasty(byte[] policy) {
    JsonObject object = StrictJson.parseObject(policy);
    Map<String, JsonValue> members = new TreeMap<>(object.members());
    members.put("deadline_ms", JsonNumber.of(DEADLINE_MILLIS));
    members.put("deadline_ms_max", JsonNumber.of(DEADLINE_MILLIS));
    return CanonicalJson.write(JsonObject.of(members));
  }

  private int flood(
      ChaosStack stack,
      SignatureEngine engine,
      Map<RoleName, SigningKey> insiders,
      List<SigningKey> workers,
      byte[] policy)
      throws Exception {
    Console console = context.console();
    EnvelopeCodec codec = new EnvelopeCodec(SWARM, engine, EnvelopeLimits.DEFAULT);
    KafkaEndpoint kafka = stack.kafka();
    Map<String, Object> client = new HashMap<>(kafka.properties());
    client.put("bootstrap.servers", kafka.bootstrap());
    HostileFlood flood = new HostileFlood(client, codec, line -> console.note("swarm: " + line));
    Retirements retired =
        Retirements.of(
            genesis(stack, policy), policy, codec, admin(insiders), key(engine, "retired"));
    flood.enter(retired.entries());
    try (Connection connection = DriverManager.getConnection(stack.jdbcUrl())) {
      retired.awaitStored(connection, MODEL_MAX);
    }
    List<Envelope> model = flood.model(MODEL_MAX);
    HostileRecords records =
        new HostileRecords(
            new HostileRecords.Means(
                codec,
                new EnvelopeCodec("other", engine, EnvelopeLimits.DEFAULT),
                insiders,
                new HostileRecords.Outsiders(
                    key(engine, "stranger"), Insiders.rival(workers, model)),
                retired,
                Policy.parse(policy).hash(),
                model),
            seed);
    long rssBefore = residentBytes(stack, "VmRSS");
    Duration patience = PATIENCE_MIN.plusMillis(PATIENCE_MILLIS_PER_RECORD * (bad + (long) needs));
    FloodReport report =
        flood.run(
            records,
            bad,
            needs,
            patience,
            positions -> AuditLookup.positions(stack.data(), "SUPERSEDED", positions));
    FloodCost cost =
        new FloodCost(
            rssBefore,
            residentBytes(stack, "VmRSS"),
            rowBytes(stack),
            AuditLookup.lineBytes(stack.data(), "DEAD_LETTERED"));
    report = report.withCost(cost);
    cost.problems().forEach(line -> console.note("swarm: " + line));
    report.wrong().forEach(line -> console.note("swarm: " + line));
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("bad", bad);
    members.put("sent", report.sent());
    members.put("needs", report.needs());
    members.put("accepted", report.accepted());
    members.put("wrong", report.wrongCount());
    members.put("seconds", Math.round(report.seconds() * 10) / 10.0);
    members.put("rss_before_bytes", rssBefore);
    members.put("rss_after_bytes", cost.memoryAfterBytes());
    members.put("rss_peak_bytes", residentBytes(stack, "VmHWM"));
    members.put("oplog_bytes_per_letter", cost.rowBytes());
    members.put("audit_bytes_per_letter", cost.auditBytes());
    int exit = report.isGood() ? ExitCode.OK : ExitCode.FAILED;
    console.result(
        "%d of %d NEEDs accepted, %d of %d bad records ended wrong, in %.0f s"
            .formatted(
                report.accepted(), report.needs(), report.wrongCount(), bad, report.seconds()));
    console.summary(exit, members);
    return exit;
  }

  private SigningKey key(SignatureEngine engine, String name) {
    return engine.signingKey(Sha256.hash((name + " " + seed).getBytes(StandardCharsets.UTF_8)));
  }

  private static SigningKey admin(Map<RoleName, SigningKey> insiders) {
    SigningKey admin = insiders.get(RoleName.ADMIN);
    if (admin == null) {
      throw new IllegalArgumentException("expected a key of an administrator");
    }
    return admin;
  }

  private TrustState genesis(ChaosStack stack, byte[] policy) throws TrustFileException {
    return TrustRoles.genesis(
        SWARM,
        TrustFile.read(stack.data().resolve(TrustFile.NAME)),
        Instant.ofEpochMilli(context.time().epochMillis()),
        Policy.parse(policy));
  }

  private static long residentBytes(ChaosStack stack, String field) throws IOException {
    long pid = stack.owner().handle().map(ProcessHandle::pid).orElse(-1L);
    Path status = Path.of("/proc", Long.toString(pid), "status");
    if (!Files.isReadable(status)) {
      return 0;
    }
    for (String line : Files.readAllLines(status)) {
      if (line.startsWith(field + ":")) {
        return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
      }
    }
    return 0;
  }

  private static long rowBytes(ChaosStack stack) throws SQLException {
    try (Connection connection = DriverManager.getConnection(stack.jdbcUrl())) {
      return LetterRows.meanBytes(connection);
    }
  }
}
