package dev.canswarm.pipeline.cli.thread;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.Verb;
import dev.canswarm.pipeline.cli.thread.AttemptErrors.Entry;
import dev.canswarm.pipeline.reader.RecordedNeed;
import dev.canswarm.protocol.Deadlines.Timer;
import dev.canswarm.replay.ReplayFixture;
import java.util.List;
import org.junit.jupiter.api.Test;

class LapsesTest {
  private static List<Entry> of(RecordedNeed need) {
    return Lapses.of(need.check().of(need.needId(), ReplayFixture.THREAD, need.rows()));
  }

  private static RecordedNeed run(ReplayFixture fixture) {
    return new RecordedNeed(fixture.run(ReplayFixture.oneTask()));
  }

  @Test
  void nothingLapsedInANeedThatWasAccepted() {
    assertThat(of(RecordedNeed.ofTwoTasks())).isEmpty();
  }

  @Test
  void aLeaseThatRanOutNamesItsWorker() {
    RecordedNeed need = run(new ReplayFixture().hanging("worker-1", "worker-2").fire(Timer.LEASE));
    assertThat(of(need))
        .singleElement()
        .satisfies(
            entry -> {
              assertThat(entry.what()).isEqualTo("let its lease run out");
              assertThat(entry.attempt()).isEqualTo(1);
              assertThat(entry.agent()).isEqualTo(need.message(Verb.CLAIM).sender().base64());
            });
  }

  @Test
  void verifiersThatWereAskedAndDidNotVoteAreNamed() {
    RecordedNeed need =
        run(
            new ReplayFixture()
                .silent("verifier-1", "verifier-2", "verifier-3", "verifier-4", "worker-1")
                .fire(Timer.SILENCE));
    List<String> committers = List.of(need.key("worker-1").publicKey().base64());
    assertThat(of(need))
        .isNotEmpty()
        .allSatisfy(
            entry -> {
              assertThat(entry.what()).isEqualTo("is silent");
              assertThat(entry.error())
                  .startsWith("no vote on COMMIT " + need.row(Verb.COMMIT).id().substring(0, 8));
            });
    assertThat(of(need)).hasSize(isBy(need, committers) ? 4 : 5);
  }

  private static boolean isBy(RecordedNeed need, List<String> keys) {
    return keys.contains(need.message(Verb.COMMIT).sender().base64());
  }
}
