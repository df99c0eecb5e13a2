package dev.canswarm.pipeline.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.crypto.Sha256;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.stage.trace.TracePart;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NeedTracerTest {
  private final KeptSpans kept = new KeptSpans();
  private final RootIds ids = new RootIds();
  private final SdkTracerProvider provider =
      SdkTracerProvider.builder()
          .setIdGenerator(ids)
          .addSpanProcessor(SimpleSpanProcessor.create(kept))
          .build();
  private final SpanMaker spans = new SpanMaker(provider.get("test"), ids, () -> 7, "group");
  private final Locale locale = Locale.getDefault();

  @AfterEach
  void close() {
    Locale.setDefault(locale);
    provider.close();
  }

  private NeedTracer tracer(double ratio) {
    return new NeedTracer(spans, new FailureSpans(spans, () -> true, () -> {}), ratio);
  }

  @Test
  void aPartHasTheSameNameInEveryLanguage() {
    Locale.setDefault(Locale.forLanguageTag("tr"));
    for (TracePart part : TracePart.values()) {
      tracer(1).begin(part, new NeedId("ab".repeat(32)), new ThreadId("t")).end();
    }
    assertThat(kept.spans())
        .extracting(SpanData::getName)
        .containsExactly("turn", "submit", "cancel");
  }

  @Test
  void aNeedThatASmallRatioChoosesALargerOneChoosesToo() {
    for (int i = 0; i < 500; i++) {
      NeedId id = new NeedId(Sha256.hex(("need " + i).getBytes(StandardCharsets.UTF_8)));
      if (isTraced(0.2, id)) {
        assertThat(isTraced(0.6, id)).isTrue();
      }
      assertThat(isTraced(1, id)).isTrue();
      assertThat(isTraced(0, id)).isFalse();
    }
  }

  private boolean isTraced(double ratio, NeedId id) {
    return tracer(ratio).begin(TracePart.TURN, id, new ThreadId("t")) instanceof SampledTrace;
  }
}
