package dev.canswarm.pipeline.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.port.RetryableException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

class StoredNeedsTest {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final List<Sinks.One<Long>> counts = new ArrayList<>();
  private long nanos = 1;
  private final StoredNeeds needs =
      new StoredNeeds(
          Mono.defer(
              () -> {
                counts.add(Sinks.one());
                return counts.get(counts.size() - 1).asMono();
              }),
          registry,
          () -> nanos);

  private double shown() {
    return registry.get("swarm.needs.stored.open").gauge().value();
  }

  @Test
  void aCountIsShownOnceItIsThereAndNobodyWaitsForIt() {
    assertThat(shown()).isNaN();
    needs.refresh();
    assertThat(shown()).isNaN();
    counts.get(0).tryEmitValue(7L);
    assertThat(shown()).isEqualTo(7);
  }

  @Test
  void oneCountRunsAtATimeAndTheNextOneComesAfterARest() {
    needs.refresh();
    nanos += 10 * StoredNeeds.REST.toNanos();
    needs.refresh();
    assertThat(counts).hasSize(1);

    counts.get(0).tryEmitValue(7L);
    nanos += StoredNeeds.REST.toNanos() - 1;
    needs.refresh();
    assertThat(counts).hasSize(1);
    nanos++;
    needs.refresh();
    assertThat(counts).hasSize(2);
    counts.get(1).tryEmitValue(8L);
    assertThat(shown()).isEqualTo(8);
  }

  @Test
  void aNumberThatCannotBeReadAnyMoreIsNotShown() {
    needs.refresh();
    counts.get(0).tryEmitValue(7L);
    nanos += StoredNeeds.REST.toNanos();
    needs.refresh();
    counts.get(1).tryEmitError(new RetryableException("count", new IOException("away")));
    assertThat(shown()).isNaN();

    nanos += StoredNeeds.REST.toNanos();
    needs.refresh();
    counts.get(2).tryEmitValue(9L);
    assertThat(shown()).isEqualTo(9);
  }
}
