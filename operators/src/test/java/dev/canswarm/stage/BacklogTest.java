package dev.canswarm.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.port.ForwardingBus;
import dev.canswarm.protocol.Deadlines.Timer;
import org.junit.jupiter.api.Test;
import reactor.test.scheduler.VirtualTimeScheduler;

/** Only records that waited when a timer ran out are processed before the role is judged. */
class BacklogTest {
  private long lag;

  private final Backlog backlog =
      new Backlog(
          0,
          new ForwardingBus(new MemorySwarm(VirtualTimeScheduler.create()).bus()) {
            @Override
            public long lag(String topic, int partition) {
              return topic.equals("swarm.attest") ? lag : 0;
            }
          });

  @Test
  void aRecordThatIsStillDecodedMayAnswer() {
    backlog.came("swarm.attest");
    Backlog.Mark mark = backlog.mark(Timer.SILENCE);
    assertThat(backlog.isBefore(mark)).isTrue();
    backlog.taken("swarm.attest");
    assertThat(backlog.isBefore(mark)).isFalse();
  }

  @Test
  void aRecordThatLiesAtTheBrokerMayAnswer() {
    lag = 2;
    Backlog.Mark mark = backlog.mark(Timer.SILENCE);
    lag = 0;
    backlog.came("swarm.attest");
    backlog.came("swarm.attest");
    backlog.taken("swarm.attest");
    assertThat(backlog.isBefore(mark)).isTrue();
    backlog.taken("swarm.attest");
    assertThat(backlog.isBefore(mark)).isFalse();
  }

  @Test
  void whatComesLaterPutsNothingOff() {
    backlog.came("swarm.attest");
    Backlog.Mark mark = backlog.mark(Timer.SILENCE);
    for (int i = 0; i < 100; i++) {
      backlog.came("swarm.attest");
      backlog.taken("swarm.attest");
      lag = 100;
      assertThat(backlog.isBefore(mark)).isFalse();
    }
  }

  @Test
  void whatCannotAnswerIsNotWaitedFor() {
    backlog.came("swarm.need");
    backlog.came("swarm.finalize");
    backlog.came("swarm.intake");
    assertThat(backlog.isBefore(backlog.mark(Timer.SILENCE))).isFalse();
    assertThat(backlog.isBefore(backlog.mark(Timer.NO_PLAN))).isTrue();
  }

  @Test
  void aGapBetweenOffsetsIsNotWaitedForForEver() {
    lag = 1;
    Backlog.Mark mark = backlog.mark(Timer.SILENCE);
    assertThat(backlog.isBefore(mark)).isTrue();
    lag = 0;
    assertThat(backlog.isBefore(mark)).isFalse();
  }
}
