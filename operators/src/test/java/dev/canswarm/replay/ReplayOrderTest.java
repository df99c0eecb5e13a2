package dev.canswarm.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.Verb;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Logs of several nodes are merged in any order. */
class ReplayOrderTest {
  private final ReplayFixture whole =
      new ReplayFixture().lying("worker-1").run(ReplayFixture.twoTasks());
  private final ReplayFixture damaged = damaged();
  private final ReplayReport wholeReport = whole.replay();
  private final ReplayReport damagedReport = damaged.replay();

  private static ReplayFixture damaged() {
    ReplayFixture need = new ReplayFixture().lying("worker-2").run(ReplayFixture.twoTasks());
    Envelope vote = need.all(Verb.ATTEST).get(0);
    need.forge(vote, draft -> draft, need.key("stranger"));
    need.remove(need.all(Verb.CLAIM).get(0));
    return need;
  }

  @Property(tries = 10)
  void anyOrderAndRepetitionGiveTheSameReport(@ForAll long seed) {
    Random random = new Random(seed);
    assertThat(whole.replay(shuffled(whole.records(), random))).isEqualTo(wholeReport);
    assertThat(damaged.replay(shuffled(damaged.records(), random))).isEqualTo(damagedReport);
    assertThat(wholeReport.status()).isEqualTo(Status.PASS);
    assertThat(damagedReport.status()).isEqualTo(Status.FAIL);
  }

  private static List<ReplayRecord> shuffled(List<ReplayRecord> records, Random random) {
    List<ReplayRecord> shuffled = new ArrayList<>(records);
    records.stream().filter(record -> random.nextBoolean()).forEach(shuffled::add);
    Collections.shuffle(shuffled, random);
    return shuffled;
  }
}
