package dev.canswarm.pipeline.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.port.SlotRow;
import dev.canswarm.port.SlotStore;
import dev.canswarm.port.StoredRows;
import dev.canswarm.port.memory.MemorySlotStore;
import dev.canswarm.replay.CheckName;
import dev.canswarm.replay.ReplayFixture;
import dev.canswarm.replay.ReplayReport;
import dev.canswarm.replay.Status;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplayServiceTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  private final Path data;

  ReplayServiceTest(@TempDir Path data) {
    this.data = data;
  }

  private static List<ReplayFixture> needs() {
    List<ReplayFixture> needs = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      needs.add(new ReplayFixture().on("thread-" + i).run(ReplayFixture.oneTask()));
    }
    return needs;
  }

  private static SlotStore store(List<ReplayFixture> needs, String without) {
    SlotStore store = new MemorySlotStore(() -> 1_700_000_000_000_000_000L);
    for (ReplayFixture need : needs) {
      List<SlotRow> rows = need.rows().stream().filter(row -> !row.kind().equals(without)).toList();
      StoredRows.fill(store, rows).block();
    }
    return store;
  }

  @Test
  void smallBatchesGiveTheSameReports() throws Exception {
    new RecordedSwarm(data).write(needs());
    List<ReplayReport> whole =
        ReplayService.replayAll(data, ReplayFixture.SWARM, NOW, Optional.empty());
    assertThat(whole).hasSize(5).extracting(ReplayReport::status).containsOnly(Status.PASS);
    List<ReplayReport> parts = new ArrayList<>();
    ReplayInput input = ReplayInput.of(data, ReplayFixture.SWARM, NOW);
    ReplayTotals totals =
        new ReplayService(input, ReplayService.logs(input), Optional.empty(), 1)
            .replay(Optional.empty(), parts::add);
    parts.sort(Comparator.comparing(ReplayReport::threadId));
    assertThat(parts).isEqualTo(whole);
    assertThat(totals.threads()).isEqualTo(5);
    assertThat(totals.passed()).isEqualTo(5);
  }

  @Test
  void opLogIsComparedWhereThereIsOne() throws Exception {
    List<ReplayFixture> needs = needs();
    new RecordedSwarm(data).write(needs);
    List<ReplayReport> whole =
        ReplayService.replayAll(data, ReplayFixture.SWARM, NOW, Optional.of(store(needs, "none")));
    assertThat(whole).extracting(ReplayReport::status).containsOnly(Status.PASS);
    assertThat(whole.get(0).check(CheckName.OPLOG).summary()).endsWith("rows compared");
    List<ReplayReport> damaged =
        ReplayService.replayAll(data, ReplayFixture.SWARM, NOW, Optional.of(store(needs, "CLAIM")));
    assertThat(damaged)
        .extracting(report -> report.check(CheckName.OPLOG).status())
        .containsOnly(Status.FAIL);
  }
}
