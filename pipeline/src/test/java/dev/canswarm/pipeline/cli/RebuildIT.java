package dev.canswarm.pipeline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.canswarm.pipeline.cli.command.ExitCode;
import dev.canswarm.pipeline.postgres.PostgresPoolSettings;
import dev.canswarm.pipeline.postgres.PostgresSlotStore;
import dev.canswarm.pipeline.postgres.TestDatabase;
import dev.canswarm.port.StoredRows;
import dev.canswarm.replay.ReplayFixture;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./swarm rebuild} on NEEDs that the roles carried out, and on views that lie. */
class RebuildIT {
  private final Path home;
  private final TestDatabase created = TestDatabase.create("rebuild_it");
  private final PostgresPoolSettings database = created.settings();

  RebuildIT(@TempDir Path home) {
    this.home = home;
  }

  private Invocation rebuild(String... more) throws Exception {
    Path password = Files.writeString(home.resolve("password"), database.address().password());
    String url =
        "postgresql://%s@%s:%d/%s"
            .formatted(
                database.address().user(),
                database.address().host(),
                database.address().port(),
                database.address().database());
    String[] args = {
      "rebuild",
      "--postgres-url",
      url,
      "--postgres-password-file",
      password.toString(),
      "--data",
      home.resolve("d").toString()
    };
    String[] all = Arrays.copyOf(args, args.length + more.length);
    System.arraycopy(more, 0, all, args.length, more.length);
    return Invocation.of(home, all);
  }

  @Test
  void rebuiltRowsAreThoseOfTheViewsAndADifferenceIsShown() throws Exception {
    PostgresSlotStore store = new PostgresSlotStore(database);
    for (int i = 0; i < 3; i++) {
      StoredRows.fill(store, new ReplayFixture().on("t-" + i).run(ReplayFixture.twoTasks()).rows())
          .block();
    }
    ReplayFixture open = new ReplayFixture().hanging("worker-1", "worker-2");
    StoredRows.fill(store, open.on("open").run(ReplayFixture.oneTask()).rows()).block();
    store.closeLater().block();

    Invocation same = rebuild("--json");
    JsonNode summary = same.summary();
    assertThat(same.exit()).as(same.out() + same.err()).isZero();
    assertThat(summary.get("tasks").asInt()).isEqualTo(7);
    assertThat(summary.get("edges").asInt()).isGreaterThan(7);
    assertThat(summary.get("tasks_rebuilt_sha256")).isEqualTo(summary.get("tasks_stored_sha256"));
    assertThat(summary.get("edges_rebuilt_sha256")).isEqualTo(summary.get("edges_stored_sha256"));
    assertThat(home.resolve("d")).doesNotExist();
    assertThat(rebuild().out()).contains("tasks: 7 rows, the same bytes");

    execute(
        "alter view tasks rename to true_tasks",
        "create view tasks as select task_id, thread_id, need_id, task_type, attempt,"
            + " 'FINAL'::text as state, scope from true_tasks",
        "grant select on tasks to public");
    Invocation lie = rebuild("--json");
    assertThat(lie.exit()).isEqualTo(ExitCode.FAILED);
    assertThat(lie.summary().get("tasks_rebuilt_sha256"))
        .isEqualTo(summary.get("tasks_rebuilt_sha256"))
        .isNotEqualTo(lie.summary().get("tasks_stored_sha256"));
    JsonNode difference = lie.objects().get(0);
    assertThat(difference.get("view").asText()).isEqualTo("tasks");
    assertThat(difference.get("expected").asText()).contains("\"state\":\"DECIDED\"");
    assertThat(difference.get("actual").asText()).contains("\"state\":\"FINAL\"");
    assertThat(rebuild().out()).contains("DIFFERENT").contains("the first difference, in tasks:");
  }

  @Test
  void whereNothingEverRanItSaysSoAndMakesNothing() {
    Path nowhere = home.resolve("nowhere");
    Invocation rebuild = Invocation.of(home, "rebuild", "--data", nowhere.toString());
    assertThat(rebuild.exit()).isEqualTo(ExitCode.ENVIRONMENT);
    assertThat(rebuild.err()).contains("no stack is running on").contains("--postgres-url");
    assertThat(nowhere).doesNotExist();
  }

  private void execute(String... statements) {
    created.execute(String.join(";", statements));
  }
}
