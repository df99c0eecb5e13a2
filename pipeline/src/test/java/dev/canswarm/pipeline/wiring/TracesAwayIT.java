package dev.canswarm.pipeline.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.pipeline.tracing.TraceCollector;
import dev.canswarm.policy.RoleName;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Traces cost the swarm nothing that matters, whether or not somebody takes them. */
class TracesAwayIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int NEEDS = 200;

  /** Feeds NEEDs to a process that traces, and returns the threads whose NEEDs were accepted. */
  private static Set<String> accepted(String endpoint) throws Exception {
    Set<String> accepted = new ConcurrentSkipListSet<>();
    try (TestSwarm swarm = TestSwarm.start()) {
      SwarmNode node =
          swarm.node(
              "node-1",
              EnumSet.allOf(RoleName.class),
              Map.of("tracing.otlp-endpoint", endpoint, "tracing.timeout-ms", "1000"));
      for (String thread : threads()) {
        swarm.intake(thread, "{\"task_type\":\"text.wordcount\",\"input\":{\"text\":\"a b\"}}");
      }
      swarm.await(
          "swarm.finalize",
          PATIENCE,
          record -> {
            if (TestSwarm.text(record.value()).contains("\"ACCEPTED\"")) {
              accepted.add(TestSwarm.text(record.key()));
            }
            return accepted.size() == NEEDS;
          });
      assertThat(node.failure()).isEmpty();
    }
    return accepted;
  }

  private static Set<String> threads() {
    return IntStream.range(0, NEEDS).mapToObj(i -> "thread-" + i).collect(Collectors.toSet());
  }

  @Test
  void withoutACollectorEveryNeedEndsAsItDoesOtherwise() throws Exception {
    String endpoint;
    try (TraceCollector collector = TraceCollector.start()) {
      endpoint = collector.endpoint();
    }
    assertThat(accepted(endpoint)).isEqualTo(threads());
  }

  @Test
  void withACollectorEveryNeedEndsAndNoReactiveThreadBlocks() throws Exception {
    try (TraceCollector collector = TraceCollector.start()) {
      assertThat(accepted(collector.endpoint())).isEqualTo(threads());
      assertThat(collector.spans()).hasSizeGreaterThan(NEEDS);
    }
  }
}
