package dev.canswarm.pipeline.cli.replay;

import dev.canswarm.config.PolicyFile;
import dev.canswarm.config.TrustFile;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.json.JsonException;
import dev.canswarm.json.ShapeException;
import dev.canswarm.pipeline.cli.command.CliCommand;
import dev.canswarm.pipeline.cli.command.CommandContext;
import dev.canswarm.pipeline.cli.command.CommandException;
import dev.canswarm.pipeline.cli.command.ConfiguredEngine;
import dev.canswarm.pipeline.cli.command.DataAccess;
import dev.canswarm.pipeline.cli.command.ExitCode;
import dev.canswarm.pipeline.cli.command.StoppedException;
import dev.canswarm.pipeline.cli.data.ModuleFiles;
import dev.canswarm.pipeline.cli.stack.Closing;
import dev.canswarm.pipeline.embedded.ServerKind;
import dev.canswarm.pipeline.postgres.PostgresSlotStore;
import dev.canswarm.policy.Policy;
import dev.canswarm.port.SlotStore;
import dev.canswarm.replay.ReplayReport;
import dev.canswarm.replay.Status;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ./swarm replay}. */
@Command(
    name = "replay",
    header = "Checks a recorded log: derives again everything that follows from it.",
    description = {
      "Reads the audit log, the topics or the op-log, and checks, for every NEED of the",
      "thread: signatures, policy, Lamport order, one DECIDE and one FINALIZE, leases, votes, and",
      "derives again every envelope that follows from others, byte for byte. An audit log's chain",
      "and checkpoints are verified first. If a database is reachable, its op-log is compared too.",
      "If no stack runs on the data directory, Kafka and PostgreSQL are started on it for the",
      "duration of the replay, if it reads from them.%n"
    },
    footer = {
      "",
      "Exit: 0 all checks pass, 1 one failed, 5 records are missing, so the result is unknown."
    })
public final class ReplayCommand extends CliCommand {
  private static final String AUDIT = "audit";
  private static final String POLICY = "policy.json";
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

  @Parameters(index = "0", arity = "0..1", paramLabel = "THREAD", description = "The thread.")
  private @Nullable String thread;

  @Option(names = "--all", description = "Every thread; prints details only of failures.")
  private boolean all;

  @Option(
      names = "--from",
      paramLabel = "SOURCE",
      defaultValue = "audit",
      description = "${COMPLETION-CANDIDATES}; default: ${DEFAULT-VALUE}.")
  private SourceKind from = SourceKind.AUDIT;

  @Option(
      names = "--audit",
      paramLabel = "DIR",
      description = {
        "Audit log of a node; several to merge several nodes'. Default: DATA/audit and the logs in"
            + " its directories."
      })
  private List<Path> audit = new ArrayList<>();

  @Option(names = "--no-op-log", description = "Does not compare with the database.")
  private boolean withoutOpLog;

  /** Creates the command; use once. */
  public ReplayCommand(CommandContext context) {
    super(context);
  }

  @Override
  protected List<String> settingsShown() {
    return List.of("data", "trust.file", "policy.file", "postgres.url", "kafka.bootstrap");
  }

  @Override
  protected int run() throws Exception {
    checkUsage();
    DataAccess access = DataAccess.of(this);
    try (Closing closing = new Closing()) {
      ReplayServers servers = closing.add("the servers", servers(access));
      ReplayInput input = input(access);
      Optional<PostgresSlotStore> store =
          withoutOpLog ? Optional.empty() : servers.postgres().map(PostgresSlotStore::new);
      store.ifPresent(
          opened ->
              closing.add(
                  "the store", () -> opened.closeLater().onErrorComplete().block(CLOSE_TIMEOUT)));
      RecordSource source = source(input, servers, store, closing);
      return replay(input, new StoppableSource(source, context().stop()), store);
    } catch (JsonException | ShapeException e) {
      throw new CommandException(
          ExitCode.ENVIRONMENT,
          "no policy: " + e.getMessage() + "; pass the one that was in force by --policy-file",
          e);
    } catch (StoppableSource.Ended e) {
      throw new StoppedException();
    }
  }

  private void checkUsage() throws CommandException {
    if ((thread == null) != all) {
      throw new CommandException(ExitCode.USAGE, "expected either a THREAD or --all");
    }
    if (from != SourceKind.AUDIT && !audit.isEmpty()) {
      throw new CommandException(ExitCode.USAGE, "--audit goes with --from audit alone");
    }
    if (from == SourceKind.STORE && withoutOpLog) {
      throw new CommandException(ExitCode.USAGE, "--from store reads the op-log: drop --no-op-log");
    }
  }

  /** A replay of the audit log starts no servers: it needs only files. */
  private ReplayServers servers(DataAccess access) throws Exception {
    Set<ServerKind> needed =
        switch (from) {
          case AUDIT -> EnumSet.noneOf(ServerKind.class);
          case KAFKA -> EnumSet.of(ServerKind.KAFKA);
          case STORE -> EnumSet.of(ServerKind.POSTGRES);
        };
    Set<ServerKind> useful =
        from == SourceKind.AUDIT || withoutOpLog
            ? EnumSet.noneOf(ServerKind.class)
            : EnumSet.of(ServerKind.POSTGRES);
    return ReplayServers.open(access, needed, useful, context());
  }

  private RecordSource source(
      ReplayInput input, ReplayServers servers, Optional<PostgresSlotStore> store, Closing closing)
      throws Exception {
    return switch (from) {
      case AUDIT -> ReplayService.logs(input);
      case KAFKA -> closing.add("the reader of the topics", TopicRecords.open(servers.kafka()));
      case STORE ->
          new StoreRecords(store.orElseThrow(), Optional.ofNullable(thread).map(ThreadId::new));
    };
  }

  private ReplayInput input(DataAccess access) throws Exception {
    List<AuditSource> logs = from == SourceKind.AUDIT ? logs(access) : List.of();
    Instant now = Instant.ofEpochSecond(0, context().time().epochNanos());
    Optional<Path> file = policyFile(access);
    byte[] policy = PolicyFile.load(file);
    return new ReplayInput(
        access.settings().swarmId(),
        logs,
        policy,
        ModuleFiles.beside(file, Policy.parse(policy)).withKept(access.dataDir()),
        TrustFile.read(access.trustFile()),
        now,
        ConfiguredEngine.of(access.settings()).engine());
  }

  private List<AuditSource> logs(DataAccess access) throws Exception {
    List<Path> directories =
        audit.isEmpty()
            ? List.of(access.dataDir().resolve(AUDIT))
            : audit.stream().map(context().workingDirectory()::resolve).toList();
    List<AuditSource> logs = new ArrayList<>();
    for (Path directory : directories) {
      List<AuditSource> found = AuditSource.in(directory);
      if (found.isEmpty()) {
        throw new CommandException(
            ExitCode.ENVIRONMENT,
            "no audit log in %s; name one with --audit or --data".formatted(directory));
      }
      logs.addAll(found);
    }
    return logs;
  }

  /** Returns the named policy, or else the last one in force here; empty for the built-in one. */
  private static Optional<Path> policyFile(DataAccess access) {
    Path kept = access.dataDir().resolve(POLICY);
    return access.settings().policyFile().isEmpty() && Files.exists(kept)
        ? Optional.of(kept)
        : access.settings().policyFile();
  }

  private int replay(ReplayInput input, StoppableSource source, Optional<PostgresSlotStore> store) {
    ReportText text = new ReportText(ReportText.showsUtf8(context().environment()));
    ReplayTotals totals;
    try {
      totals =
          new ReplayService(input, source, store.map(SlotStore.class::cast))
              .replay(
                  Optional.ofNullable(thread).map(ThreadId::new),
                  report -> {
                    source.check();
                    print(report, text);
                  });
    } catch (BrokenLogException e) {
      return broken(e, text);
    }
    console()
        .result("%s  %s: %s".formatted(text.status(Status.PASS), source.name(), totals.source()));
    if (thread != null && totals.threads() == 0) {
      console().note("swarm: thread " + thread + " is not there: " + totals.source());
      return summary(totals, ExitCode.INCOMPLETE, text);
    }
    return summary(totals, exitCode(totals.status()), text);
  }

  private static int exitCode(Status status) {
    return switch (status) {
      case PASS -> ExitCode.OK;
      case INCOMPLETE -> ExitCode.INCOMPLETE;
      case FAIL -> ExitCode.FAILED;
    };
  }

  private void print(ReplayReport report, ReportText text) {
    console().object("need", ReportJson.of(report));
    if (all && report.status() == Status.PASS) {
      console().result(text.line(report));
    } else {
      text.lines(report).forEach(console()::result);
    }
  }

  private int broken(BrokenLogException failure, ReportText text) {
    String message = String.valueOf(failure.getMessage());
    console().result(text.status(Status.FAIL) + "  audit: " + message);
    console()
        .object("audit", Map.of("status", "FAIL", "where", failure.where(), "detail", message));
    return summary(new ReplayTotals("", 0, 0, 0, 0, 0, 0), ExitCode.FAILED, text);
  }

  private int summary(ReplayTotals totals, int exit, ReportText text) {
    Status status =
        exit == ExitCode.OK
            ? Status.PASS
            : exit == ExitCode.INCOMPLETE ? Status.INCOMPLETE : Status.FAIL;
    console()
        .result(
            "%s  replay: %s, %s: %d passed, %d failed, %d incomplete"
                .formatted(
                    text.status(status),
                    CountText.counted(totals.threads(), "thread"),
                    CountText.counted(totals.needs(), "NEED"),
                    totals.passed(),
                    totals.failed(),
                    totals.incomplete()));
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("from", from.toString());
    members.put("records", totals.records());
    members.put("threads", totals.threads());
    members.put("needs", totals.needs());
    members.put("passed", totals.passed());
    members.put("failed", totals.failed());
    members.put("incomplete", totals.incomplete());
    console().summary(exit, members);
    return exit;
  }
}
