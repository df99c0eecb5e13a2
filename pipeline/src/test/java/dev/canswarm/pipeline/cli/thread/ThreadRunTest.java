package dev.canswarm.pipeline.cli.thread;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.Verb;
import dev.canswarm.pipeline.cli.command.Console;
import dev.canswarm.pipeline.reader.RecordedNeed;
import dev.canswarm.port.SlotRow;
import dev.canswarm.protocol.Deadlines.Timer;
import dev.canswarm.replay.ReplayFixture;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ThreadRunTest {
  private static List<String> shown(RecordedNeed need) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);
    List<SlotRow> rows = new ArrayList<>(List.of(need.row(Verb.NEED)));
    need.rows().stream().filter(row -> !row.id().equals(rows.get(0).id())).forEach(rows::add);
    new ThreadRun(new Console(print, print, false), Map.of())
        .show(rows, need.check(), noted -> List.of());
    return out.toString(StandardCharsets.UTF_8).lines().toList();
  }

  /** A RELEASE after an expiry is stored twice: as the lease's end and as the next grant. */
  @Test
  void aMessageInTwoSlotsIsShownOnce() {
    RecordedNeed need =
        new RecordedNeed(
            new ReplayFixture()
                .hanging("worker-1", "worker-2")
                .fire(Timer.LEASE)
                .run(ReplayFixture.oneTask()));
    SlotRow release = need.row(Verb.RELEASE);
    assertThat(need.rows()).filteredOn(row -> row.id().equals(release.id())).hasSize(2);
    String shortId = release.id().substring(0, 8);
    assertThat(shown(need)).filteredOn(line -> line.contains("RELEASE   " + shortId)).hasSize(1);
  }
}
