package dev.canswarm.pipeline.cli.replay;

import dev.canswarm.crypto.Sha256;
import dev.canswarm.pipeline.cli.command.CliCommand;
import dev.canswarm.pipeline.cli.command.CommandContext;
import dev.canswarm.pipeline.cli.command.DataAccess;
import dev.canswarm.pipeline.cli.command.ExitCode;
import dev.canswarm.pipeline.cli.command.StoppedException;
import dev.canswarm.pipeline.cli.stack.Closing;
import dev.canswarm.pipeline.embedded.ServerKind;
import dev.canswarm.pipeline.postgres.DerivedState;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import reactor.core.scheduler.Schedulers;

/** {@code ./swarm rebuild}. */
@Command(
    name = "rebuild",
    header = "Rebuilds tasks and edges from ops, and compares them byte for byte.",
    description = {
      "Merges all operations of the op-log again, NEED by NEED, and writes the resulting rows of tasks",
      "and edges as lines of canonical JSON; does the same with the rows that PostgreSQL shows; and",
      "prints whether the bytes are equal, with the SHA-256 of both. It changes nothing: tasks and",
      "edges are views over the op-log. Works beside a running stack, or without one on a data",
      "directory.%n"
    },
    footer = {"", "Exit: 0 the same, 1 they differ; the first difference is shown."})
public final class RebuildCommand extends CliCommand {
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

  /** Filled when the command runs: the first digest loads a native library. */
  private final List<Compared> views = new ArrayList<>();

  private long scopes;
  private long ops;
  private @Nullable Difference first;

  /** The rows of one view in both versions. */
  private static final class Compared {
    private final String view;
    private final MessageDigest rebuilt = Sha256.newDigest();
    private final MessageDigest stored = Sha256.newDigest();
    private long rows;

    Compared(String view) {
      this.view = view;
    }
  }

  /** A row that only one version has; the other's is empty. */
  private record Difference(String view, String expected, String actual) {}

  /** Creates the command; use once. */
  public RebuildCommand(CommandContext context) {
    super(context);
  }

  @Override
  protected List<String> settingsShown() {
    return List.of("data", "postgres.url");
  }

  @Override
  protected int run() throws Exception {
    DataAccess access = DataAccess.of(this);
    try (Closing closing = new Closing()) {
      ReplayServers servers =
          closing.add(
              "the servers",
              ReplayServers.open(
                  access,
                  EnumSet.of(ServerKind.POSTGRES),
                  EnumSet.noneOf(ServerKind.class),
                  context()));
      DerivedState derived = new DerivedState(servers.postgres().orElseThrow());
      closing.add("the database", () -> derived.closeLater().block(CLOSE_TIMEOUT));
      // On this thread, because computing on a page would block the connection's event loop.
      // The hand-over takes a lock, for which the connection's event loop must not wait.
      compare(derived.pages().publishOn(Schedulers.boundedElastic(), 1).toIterable(1));
    }
    return finish();
  }

  /** Compares the rows of all pages, page by page. */
  void compare(Iterable<DerivedState.Page> pages) throws StoppedException {
    DerivedState.VIEWS.forEach(view -> views.add(new Compared(view)));
    for (DerivedState.Page page : pages) {
      if (context().stop().requested()) {
        throw new StoppedException();
      }
      add(page);
    }
  }

  private void add(DerivedState.Page page) {
    scopes += page.scopes();
    ops += page.ops();
    for (Compared compared : views) {
      SortedSet<String> expected = page.merged().getOrDefault(compared.view, new TreeSet<>());
      SortedSet<String> actual = page.stored().getOrDefault(compared.view, new TreeSet<>());
      compared.rows += expected.size();
      update(compared.rebuilt, expected);
      update(compared.stored, actual);
      if (first == null && !expected.equals(actual)) {
        first = difference(compared.view, expected, actual);
      }
    }
  }

  private static void update(MessageDigest digest, SortedSet<String> lines) {
    for (String line : lines) {
      digest.update((line + "\n").getBytes(StandardCharsets.UTF_8));
    }
  }

  private static Difference difference(
      String view, SortedSet<String> expected, SortedSet<String> actual) {
    TreeSet<String> missing = new TreeSet<>(expected);
    missing.removeAll(actual);
    TreeSet<String> surplus = new TreeSet<>(actual);
    surplus.removeAll(expected);
    return new Difference(
        view, missing.isEmpty() ? "" : missing.first(), surplus.isEmpty() ? "" : surplus.first());
  }

  /** Prints the result. */
  int finish() {
    int exit = first == null ? ExitCode.OK : ExitCode.FAILED;
    Map<String, Object> summary = new LinkedHashMap<>();
    summary.put("scopes", scopes);
    summary.put("ops", ops);
    for (Compared compared : views) {
      String rebuilt = HexFormat.of().formatHex(compared.rebuilt.digest());
      String stored = HexFormat.of().formatHex(compared.stored.digest());
      console()
          .result(
              "%s: %s, %s"
                  .formatted(
                      compared.view,
                      CountText.counted(compared.rows, "row"),
                      rebuilt.equals(stored) ? "the same bytes" : "DIFFERENT"));
      console().result("  rebuilt from ops  sha256 " + rebuilt);
      console().result("  in PostgreSQL     sha256 " + stored);
      summary.put(compared.view, compared.rows);
      summary.put(compared.view + "_rebuilt_sha256", rebuilt);
      summary.put(compared.view + "_stored_sha256", stored);
    }
    if (first != null) {
      show(first);
    }
    console().summary(exit, summary);
    return exit;
  }

  private void show(Difference difference) {
    console().result("the first difference, in " + difference.view() + ":");
    console().result("  expected " + orNone(difference.expected()));
    console().result("  actual   " + orNone(difference.actual()));
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("view", difference.view());
    members.put("expected", difference.expected());
    members.put("actual", difference.actual());
    console().object("difference", members);
  }

  private static String orNone(String line) {
    return line.isEmpty() ? "no such row" : line;
  }
}
