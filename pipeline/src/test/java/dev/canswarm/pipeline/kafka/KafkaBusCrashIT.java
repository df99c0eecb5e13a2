package dev.canswarm.pipeline.kafka;

import static dev.canswarm.pipeline.kafka.KafkaBuses.keyOf;
import static dev.canswarm.port.BusRecords.send;
import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.port.BusProbe;
import dev.canswarm.port.BusRecords;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KafkaBusCrashIT {
  private final KafkaBuses buses = new KafkaBuses();

  @AfterEach
  void close() {
    buses.close();
  }

  @Test
  void ofThreeRecordsInFlightTheFirstIsNotDoneTheProcessIsKilledAndAllThreeComeAgain()
      throws Exception {
    KafkaBus bus = buses.open("crash", 100, 10);
    String topic = buses.topics().get(0);
    for (String value : new String[] {"one", "two", "three"}) {
      send(bus, topic, keyOf(bus, 0), value);
    }
    send(bus, topic, keyOf(bus, 1), "elsewhere");

    Process process = startReader(topic);
    try {
      BusProbe.await(
          "what is done elsewhere is committed, so commits work",
          () -> buses.committed("crash", topic, 1).orElse(0) == 1);
    } finally {
      process.destroyForcibly();
      assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }

    BusProbe probe = BusProbe.on(bus);
    assertThat(probe.next(3)).extracting(BusRecords::value).containsExactly("one", "two", "three");
    probe.expectQuiet();
  }

  private Process startReader(String topic) throws Exception {
    ProcessBuilder reader =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-cp",
                System.getProperty("java.class.path"),
                CrashingReader.class.getName(),
                KafkaBuses.bootstrap(),
                buses.group("crash"),
                buses.cluster(),
                topic,
                "0")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.INHERIT);
    KafkaBuses.bequeath(reader.environment());
    return reader.start();
  }
}
