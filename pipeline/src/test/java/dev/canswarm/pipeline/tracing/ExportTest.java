package dev.canswarm.pipeline.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.clock.TimeSource;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.stage.trace.NeedTrace;
import dev.canswarm.stage.trace.TracePart;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The exporter in front of a collector, and of none. */
class ExportTest {
  private static final String NEED = "ab".repeat(32);
  private static final Tracing.Origin ORIGIN = new Tracing.Origin("swarm", "process", "group");

  private static Tracing to(URI target, Duration timeout) {
    return Tracing.to(
        target,
        ORIGIN,
        new Tracing.Bounds(1, timeout, 1024),
        TimeSource.system(),
        System::nanoTime);
  }

  private static void turns(Tracing tracing, int count) {
    for (int i = 0; i < count; i++) {
      NeedTrace turn = tracing.tracer().begin(TracePart.TURN, new NeedId(NEED), new ThreadId("t"));
      turn.end();
    }
  }

  @Test
  void whatWaitsIsExportedWhenItIsClosed() throws Exception {
    try (TraceCollector collector = TraceCollector.start()) {
      Tracing tracing = to(URI.create(collector.endpoint() + "/v1/traces"), Duration.ofSeconds(20));
      turns(tracing, 3);
      tracing.close();

      assertThat(tracing.exported()).isEqualTo(3);
      assertThat(tracing.failed() + tracing.dropped()).isZero();
      assertThat(collector.spans())
          .hasSize(3)
          .allSatisfy(
              span -> {
                assertThat(span.instance()).isEqualTo("process");
                assertThat(span.traceId()).isEqualTo("ab".repeat(16));
                assertThat(span.parentId()).isEqualTo("ab".repeat(8));
              });
    }
  }

  @Test
  @Timeout(20)
  void withoutACollectorSpansAreLostAndCountedAndClosingEnds() throws Exception {
    int port;
    try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = closed.getLocalPort();
    }
    Tracing tracing =
        to(URI.create("http://127.0.0.1:" + port + "/v1/traces"), Duration.ofSeconds(1));
    turns(tracing, 3);
    tracing.close();

    assertThat(tracing.exported()).isZero();
    assertThat(tracing.dropped()).isZero();
  }

  @Test
  @Timeout(20)
  void aCollectorThatNeverAnswersHoldsUpNobodyForLongerThanTheTimeout() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 16, InetAddress.getLoopbackAddress())) {
      Tracing tracing =
          to(
              URI.create("http://127.0.0.1:" + silent.getLocalPort() + "/v1/traces"),
              Duration.ofMillis(300));
      turns(tracing, 5_000);
      assertThat(tracing.dropped()).isPositive();
      long begun = System.nanoTime();
      tracing.close();

      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(3));
      assertThat(tracing.exported()).isZero();
    }
  }
}
