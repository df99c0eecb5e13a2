package dev.canswarm.pipeline.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.crypto.Sha256;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.RecordPosition;
import io.opentelemetry.api.trace.SpanContext;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ids of traces that several processes have to name alike. */
class NeedIdsTest {
  private static final String NEED = Sha256.hex("a NEED".getBytes(StandardCharsets.UTF_8));

  @Test
  void traceAndRootAreTheFirstBytesOfTheNeedsId() {
    SpanContext root = NeedIds.root(new NeedId(NEED));
    assertThat(root.getTraceId()).isEqualTo(NEED.substring(0, 32));
    assertThat(root.getSpanId()).isEqualTo(NEED.substring(32, 48));
    assertThat(root.isValid()).isTrue();
    assertThat(root.isSampled()).isTrue();
    assertThat(root.isRemote()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "ab", "need", "zz", "0"})
  void anIdOfAnotherFormHasNoTrace(String text) {
    assertThat(NeedIds.root(new NeedId(text)).isValid()).isFalse();
    assertThat(NeedIds.root(new NeedId(text.repeat(64))).isValid())
        .as("of a length that suffices")
        .isEqualTo(text.equals("ab"));
  }

  @Test
  void everyPositionHasATraceOfItsOwnTheSameEachTime() {
    RecordPosition position = new RecordPosition("cluster", "swarm.need", 1, 23);
    SpanContext root = NeedIds.root(position);
    assertThat(root.isValid()).isTrue();
    assertThat(NeedIds.root(new RecordPosition("cluster", "swarm.need", 1, 23))).isEqualTo(root);
    for (RecordPosition other :
        new RecordPosition[] {
          new RecordPosition("another", "swarm.need", 1, 23),
          new RecordPosition("cluster", "swarm.lease", 1, 23),
          new RecordPosition("cluster", "swarm.need", 12, 3),
          new RecordPosition("cluster", "swarm.need", 1, 24)
        }) {
      assertThat(NeedIds.root(other).getTraceId()).isNotEqualTo(root.getTraceId());
    }
  }
}
