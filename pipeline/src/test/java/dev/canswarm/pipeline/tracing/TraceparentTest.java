package dev.canswarm.pipeline.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.trace.SpanContext;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceparentTest {
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String SPAN = "b7ad6b7169203331";

  private static SpanContext read(String header) {
    return Traceparent.read(header.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void whatIsWrittenIsReadBack() {
    SpanContext sender = read("00-" + TRACE + "-" + SPAN + "-01");
    assertThat(sender.getTraceId()).isEqualTo(TRACE);
    assertThat(sender.getSpanId()).isEqualTo(SPAN);
    assertThat(sender.isRemote()).isTrue();
    assertThat(Traceparent.of(sender)).isEqualTo("00-" + TRACE + "-" + SPAN + "-01");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-011",
        "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
        "00-0af7651916cd43dd8448eb211c80319g-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c_b7ad6b7169203331-01",
        "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-of-a-later-version",
        "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-zz"
      })
  void anyOtherFormIsInvalid(String header) {
    assertThat(read(header).isValid()).isFalse();
  }

  @Test
  void withoutAHeaderTheContextIsInvalid() {
    assertThat(Traceparent.read(null).isValid()).isFalse();
  }

  @Property(tries = 500)
  void arbitraryBytesAreInvalidAndThrowNothing(@ForAll @Size(55) byte[] header) {
    assertThat(Traceparent.read(header).isValid()).isFalse();
  }
}
