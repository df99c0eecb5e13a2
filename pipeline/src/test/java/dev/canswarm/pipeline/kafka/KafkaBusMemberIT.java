package dev.canswarm.pipeline.kafka;

import static dev.canswarm.pipeline.kafka.KafkaBuses.keyOf;
import static dev.canswarm.port.BusRecords.send;
import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.port.BusProbe;
import dev.canswarm.port.Delivery;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Processes that share a group with static membership. No session times out within these tests. */
class KafkaBusMemberIT {
  private static final int HALF = KafkaBuses.PARTITIONS / 2;

  private final KafkaBuses buses = new KafkaBuses();

  @AfterEach
  void close() {
    buses.close();
  }

  @Test
  void whoWasKilledAndComesBackHasItsPartitionsAtOnceAndTheOthersKeepTheirs() throws Exception {
    KafkaBus other = buses.openMember("back", "other");
    BusProbe seenByOther = BusProbe.on(other);
    BusProbe.await("a member alone has all", () -> other.assignedPartitions().size() == 2 * HALF);
    Process process = startReader("back", "killed");
    try {
      BusProbe.await("two share", () -> other.assignedPartitions().size() == HALF);
    } finally {
      process.destroyForcibly();
      assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }
    int kept = other.assignedPartitions().iterator().next();
    send(other, buses.topics().get(0), keyOf(other, kept), "held");
    Delivery held = seenByOther.next();

    KafkaBus again = buses.openMember("back", "killed");
    BusProbe.on(again);
    BusProbe.await("it has its share again", () -> again.assignedPartitions().size() == HALF);

    Set<Integer> all = new TreeSet<>(again.assignedPartitions());
    all.addAll(other.assignedPartitions());
    assertThat(all).hasSize(2 * HALF);
    held.acknowledgement().acknowledge();
    BusProbe.await(
        "the other's assignment went on, so what it held counts",
        () -> buses.committed("back", buses.topics().get(0), kept).orElse(0) == 1);
    seenByOther.expectQuiet();
  }

  @Test
  void whoClosesInOrderGivesItsPartitionsAwayAtOnce() {
    KafkaBus first = buses.openMember("leave", "first");
    KafkaBus second = buses.openMember("leave", "second");
    BusProbe.on(first);
    BusProbe.on(second);
    BusProbe.await(
        "two share",
        () ->
            first.assignedPartitions().size() == HALF
                && second.assignedPartitions().size() == HALF);

    second.close();

    BusProbe.await("one has all", () -> first.assignedPartitions().size() == 2 * HALF);
  }

  @Test
  void whosePlaceAnotherProcessTookEnds() {
    KafkaBus first = buses.openMember("twice", "same");
    CompletableFuture<Void> end = first.batches().then().toFuture();
    BusProbe.await("it has all", () -> first.assignedPartitions().size() == 2 * HALF);

    KafkaBus second = buses.openMember("twice", "same");
    BusProbe.on(second);

    BusProbe.await("the first has ended", end::isDone);
    assertThat(end)
        .failsWithin(BusProbe.AWAIT)
        .withThrowableThat()
        .isInstanceOfAny(ExecutionException.class, CompletionException.class)
        .withCauseInstanceOf(BusRefusedException.class);
    BusProbe.await("the second has all", () -> second.assignedPartitions().size() == 2 * HALF);
  }

  private Process startReader(String group, String memberId) throws Exception {
    ProcessBuilder reader =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                CrashingReader.class.getName(),
                KafkaBuses.bootstrap(),
                buses.group(group),
                buses.cluster(),
                String.join(",", buses.topics()),
                "0",
                memberId)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.INHERIT);
    KafkaBuses.bequeath(reader.environment());
    return reader.start();
  }
}
