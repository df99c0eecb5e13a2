package dev.canswarm.pipeline.cli.replay;

import dev.canswarm.config.PolicyFile;
import dev.canswarm.config.SwarmSettings;
import dev.canswarm.config.TrustFile;
import dev.canswarm.json.JsonException;
import dev.canswarm.json.ShapeException;
import dev.canswarm.pipeline.cli.CliCommand;
import dev.canswarm.pipeline.cli.CommandContext;
import dev.canswarm.pipeline.cli.CommandException;
import dev.canswarm.pipeline.cli.DataAccess;
import dev.canswarm.pipeline.cli.ExitCode;
import dev.canswarm.pipeline.postgres.PostgresSettings;
import dev.canswarm.pipeline.postgres.PostgresSlotStore;
import dev.canswarm.port.SlotStore;
import dev.canswarm.replay.ReplayReport;
import dev.canswarm.replay.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ./swarm replay}. */
@Command(
    name = "replay",
    header = "Checks what was recorded, from the audit log alone.",
    description = {
      "Verifies the chain and the checkpoints of the audit log, then, for every NEED of the thread:",
      "signatures, policy, Lamport order, one DECIDE and one FINALIZE, leases, votes, and derives",
      "again every envelope that follows from others. Where a database is reached, its op-log is",
      "compared too.%n"
    },
    footer = {
      "",
      "Exit: 0 all checks pass, 1 one failed, 5 a piece is missing, so nobody can tell."
    })
public final class ReplayCommand extends CliCommand {
  private static final String AUDIT = "audit";
  private static final String POLICY = "policy.json";
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

  @Parameters(index = "0", arity = "0..1", paramLabel = "THREAD", description = "The thread.")
  private @Nullable String thread;

  @Option(names = "--all", description = "Every thread; says more only where something is wrong.")
  private boolean all;

  @Option(
      names = "--audit",
      paramLabel = "DIR",
      description = {
        "Audit log of a node; several to merge several nodes'. Default: DATA/audit and the logs in"
            + " its directories."
      })
  private List<Path> audit = new ArrayList<>();

  @Option(names = "--no-op-log", description = "Leaves the database out.")
  private boolean withoutOpLog;

  /** A command for one run. */
  public ReplayCommand(CommandContext context) {
    super(context);
  }

  @Override
  protected List<String> settingsShown() {
    return List.of("data", "trust.file", "policy.file", "postgres.url");
  }

  @Override
  protected int run() throws Exception {
    if ((thread == null) != all) {
      throw new CommandException(ExitCode.USAGE, "expected either a THREAD or --all");
    }
    DataAccess access = DataAccess.of(this);
    ReplayInput input = input(access);
    Optional<PostgresSlotStore> store = withoutOpLog ? Optional.empty() : store(access.settings());
    try {
      return replay(input, store.map(SlotStore.class::cast));
    } catch (JsonException | ShapeException e) {
      throw new CommandException(ExitCode.ENVIRONMENT, "no policy: " + e.getMessage(), e);
    } finally {
      store.ifPresent(opened -> opened.closeLater().onErrorComplete().block(CLOSE_TIMEOUT));
    }
  }

  private ReplayInput input(DataAccess access) throws Exception {
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
    Instant now = Instant.ofEpochSecond(0, context().time().epochNanos());
    return new ReplayInput(
        access.settings().swarmId(), logs, policy(access), TrustFile.read(access.trustFile()), now);
  }

  /** The one that is named; else the one that was last in force here; else the built-in one. */
  private static byte[] policy(DataAccess access) throws Exception {
    Path kept = access.dataDir().resolve(POLICY);
    return access.settings().policyFile().isEmpty() && Files.exists(kept)
        ? PolicyFile.load(Optional.of(kept))
        : access.policy();
  }

  private static Optional<PostgresSlotStore> store(SwarmSettings settings) {
    return settings
        .postgres()
        .endpoint()
        .map(
            at ->
                new PostgresSlotStore(
                    new PostgresSettings(
                        at.host(),
                        at.port(),
                        at.database(),
                        at.user(),
                        at.password().reveal(),
                        settings.postgres().connectionsMax(),
                        settings.postgres().batchRowsMax(),
                        settings.postgres().statementTimeoutMillis())));
  }

  private int replay(ReplayInput input, Optional<SlotStore> store) throws IOException {
    ReportText text = new ReportText(ReportText.showsUtf8(context().environment()));
    ReplayTotals totals;
    try {
      totals =
          new ReplayService(input, store)
              .replay(Optional.ofNullable(thread), report -> print(report, text));
    } catch (BrokenLogException e) {
      return broken(e, text);
    }
    console()
        .result(
            "%s  audit: %s in %s, chains and checkpoints whole"
                .formatted(
                    text.status(Status.PASS),
                    counted(totals.records(), "record"),
                    counted(totals.logs(), "log")));
    if (thread != null && totals.threads() == 0) {
      console().note("swarm: thread " + thread + " is in none of the audit logs");
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
    return summary(new ReplayTotals(0, 0, 0, 0, 0, 0, 0), ExitCode.FAILED, text);
  }

  private static String counted(long number, String noun) {
    return number + " " + noun + (number == 1 ? "" : "s");
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
                    counted(totals.threads(), "thread"),
                    counted(totals.needs(), "NEED"),
                    totals.passed(),
                    totals.failed(),
                    totals.incomplete()));
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("threads", totals.threads());
    members.put("needs", totals.needs());
    members.put("passed", totals.passed());
    members.put("failed", totals.failed());
    members.put("incomplete", totals.incomplete());
    console().summary(exit, members);
    return exit;
  }
}
