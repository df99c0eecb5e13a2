package dev.canswarm.pipeline.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.clock.TimeSource;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.pipeline.kafka.BusSettings;
import dev.canswarm.pipeline.tracing.TraceCollector;
import dev.canswarm.stage.trace.TracePart;
import dev.canswarm.stage.trace.Tracer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NodeTracesTest {
  private static final BusSettings OF_GROUP =
      BusSettings.builder("127.0.0.1:1", "group").topics(List.of("topic"), 1).build();

  private static NodeTraces traces(Map<String, String> settings, BusSettings kafka)
      throws Exception {
    return NodeTraces.of(
        NodeSpecs.of(settings, Path.of("/audit"), "worker-1"), kafka, TimeSource.system());
  }

  @Test
  void withoutACollectorNothingIsTraced() throws Exception {
    try (NodeTraces traces = traces(Map.of(), OF_GROUP)) {
      assertThat(traces.tracer()).isSameAs(Tracer.NONE);
    }
  }

  @Test
  void closingExportsWhatWaitsInTheNameOfTheMemberOrElseOfTheGroup() throws Exception {
    try (TraceCollector collector = TraceCollector.start()) {
      Map<String, String> settings =
          Map.of("tracing.otlp-endpoint", collector.endpoint(), "tracing.sample-ratio", "1");
      for (BusSettings kafka : List.of(OF_GROUP.with().memberId("member").build(), OF_GROUP)) {
        try (NodeTraces traces = traces(settings, kafka)) {
          traces
              .tracer()
              .begin(TracePart.TURN, new NeedId("ab".repeat(32)), new ThreadId("t"))
              .end();
        }
      }
      assertThat(collector.spans())
          .extracting(TraceCollector.Seen::instance)
          .containsExactly("member", "group");
    }
  }
}
