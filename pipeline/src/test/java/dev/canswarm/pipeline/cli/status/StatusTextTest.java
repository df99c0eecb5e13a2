package dev.canswarm.pipeline.cli.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.pipeline.cli.status.KafkaSnapshot.Group;
import dev.canswarm.pipeline.cli.status.KafkaSnapshot.Member;
import dev.canswarm.pipeline.health.HealthStatus.State;
import dev.canswarm.pipeline.postgres.OpenNeedsReader.Oldest;
import dev.canswarm.pipeline.postgres.OpenNeedsReader.OpenNeeds;
import dev.canswarm.pipeline.postgres.OpenState;
import dev.canswarm.policy.RoleName;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class StatusTextTest {
  private static final StatusText TEXT =
      new StatusText(
          "my-swarm",
          "/data",
          new StatusText.Addresses(
              "127.0.0.1:1", "127.0.0.1:2", Optional.of("127.0.0.1:3"), Optional.of("h:4")));

  private static final KafkaSnapshot KAFKA =
      new KafkaSnapshot(
          1,
          List.of(
              new Group(
                  "can-swarm-1",
                  "Stable",
                  List.of(
                      new Member(
                          "node-1\u001b[2J",
                          EnumSet.of(RoleName.WORKER, RoleName.DECIDER),
                          "h",
                          8)),
                  new TreeMap<>(Map.of("swarm.need", 7L, "swarm.commit", 0L)))),
          120,
          90,
          2,
          5);

  private static final OpenNeeds NEEDS =
      new OpenNeeds(
          3,
          Map.of(OpenState.WORKING, 2L, OpenState.NEW, 1L),
          Optional.of(
              new Oldest(new NeedId("ab12"), new ThreadId("thread\u001b]0;x\u0007"), 2_500)));

  private static final HealthSnapshot HEALTH =
      new HealthSnapshot(
          true,
          List.of(
              new HealthSnapshot.Check("postgres", State.UP, ""),
              new HealthSnapshot.Check("redis", State.DEGRADED, "no answer")));

  private static StatusSnapshot well() {
    return new StatusSnapshot(
        1, Optional.of(KAFKA), "", Optional.of(NEEDS), "", Optional.of(HEALTH), "");
  }

  @Test
  void aSnapshotIsAFewLines() {
    assertThat(TEXT.lines(well()))
        .isEqualTo(
            """
            swarm      my-swarm on /data
            kafka      127.0.0.1:1            up
            postgres   127.0.0.1:2            up
            redis      127.0.0.1:3            away
            http       h:4                    ready
                       redis is degraded: no answer
            group      can-swarm-1  stable, lag 7 (swarm.need 7)
              process  node-1\\u001b[2J  decider,worker, 8 partitions
            open       3 NEEDs: 1 new, 2 working
            oldest     2.5 s  ab12  thread thread\\u001b]0;x\\u0007
            last min   120 NEEDs came (2.0/s), 90 ended (1.5/s), 2 refused; 5 dead letters kept\
            """);
    assertThat(well().isWell()).isTrue();
  }

  @Test
  void whatDoesNotAnswerIsAwayAndSaysWhy() {
    StatusSnapshot snapshot =
        new StatusSnapshot(
            1,
            Optional.empty(),
            "timed\nout",
            Optional.empty(),
            "refused",
            Optional.empty(),
            "closed");
    assertThat(snapshot.isWell()).isFalse();
    assertThat(TEXT.lines(snapshot))
        .isEqualTo(
            """
            swarm      my-swarm on /data
            kafka      127.0.0.1:1            away: timed\\u000aout
            postgres   127.0.0.1:2            away: refused
            redis      127.0.0.1:3            unknown
            http       h:4                    away: closed\
            """);
    assertThat(TEXT.members(snapshot)).doesNotContainKeys("groups", "open", "checks");
  }

  @Test
  void anUnreadyProcessIsNotWell() {
    StatusSnapshot snapshot =
        new StatusSnapshot(
            1,
            Optional.of(KAFKA),
            "",
            Optional.of(NEEDS),
            "",
            Optional.of(new HealthSnapshot(false, List.of())),
            "");
    assertThat(snapshot.isWell()).isFalse();
    assertThat(TEXT.lines(snapshot)).contains("http       h:4                    not ready");
  }
}
