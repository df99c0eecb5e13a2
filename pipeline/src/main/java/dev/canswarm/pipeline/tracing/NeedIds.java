package dev.canswarm.pipeline.tracing;

import dev.canswarm.crypto.Sha256;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.RecordPosition;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceId;
import io.opentelemetry.api.trace.TraceState;
import java.nio.charset.StandardCharsets;

/**
 * Ids that follow from what is traced, so that processes which share nothing but a NEED's id name
 * the same trace and the same root.
 */
final class NeedIds {
  private NeedIds() {}

  /**
   * Returns the root of a NEED's trace: the trace's id is the first 16 bytes of the NEED's id, the
   * root span's the next 8. Not valid where the id has another form.
   */
  static SpanContext root(NeedId needId) {
    return rootOf(needId.text());
  }

  private static SpanContext rootOf(String hash) {
    int traceEnd = TraceId.getLength();
    int spanEnd = traceEnd + SpanId.getLength();
    return hash.length() < spanEnd
        ? SpanContext.getInvalid()
        : remote(hash.substring(0, traceEnd), hash.substring(traceEnd, spanEnd));
  }

  /** Returns the root of the trace of a record that belongs to no NEED, made from its position. */
  static SpanContext root(RecordPosition position) {
    String name = position.cluster() + "/" + position;
    return rootOf(Sha256.hex(name.getBytes(StandardCharsets.UTF_8)));
  }

  private static SpanContext remote(String traceId, String spanId) {
    return SpanContext.createFromRemoteParent(
        traceId, spanId, TraceFlags.getSampled(), TraceState.getDefault());
  }
}
