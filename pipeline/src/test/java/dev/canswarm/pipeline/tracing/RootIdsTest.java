package dev.canswarm.pipeline.tracing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.crypto.Sha256;
import dev.canswarm.envelope.NeedId;
import io.opentelemetry.api.trace.SpanContext;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class RootIdsTest {
  private static final SpanContext ROOT = NeedIds.root(new NeedId(Sha256.hex(new byte[1])));

  private final RootIds ids = new RootIds();

  private boolean areGiven() {
    return ids.generateTraceId().equals(ROOT.getTraceId())
        && ids.generateSpanId().equals(ROOT.getSpanId());
  }

  @Test
  void givenIdsHoldForOneBeginningAlone() {
    assertThat(ids.with(ROOT, this::areGiven)).isTrue();
    assertThat(areGiven()).isFalse();
  }

  @Test
  void otherIdsAreDifferentEachTime() {
    assertThat(ids.generateTraceId()).isNotEqualTo(ids.generateTraceId()).hasSize(32);
    assertThat(ids.generateSpanId()).isNotEqualTo(ids.generateSpanId()).hasSize(16);
  }

  @Test
  void aBeginningThatFailsLeavesNoIdsBehind() {
    assertThatThrownBy(
            () ->
                ids.with(
                    ROOT,
                    () -> {
                      throw new IllegalStateException("no span");
                    }))
        .isInstanceOf(IllegalStateException.class);
    assertThat(areGiven()).isFalse();
  }

  @Test
  void otherThreadsHaveRandomIdsMeanwhile() {
    assertThat(ids.with(ROOT, () -> CompletableFuture.supplyAsync(this::areGiven).join()))
        .isFalse();
  }
}
