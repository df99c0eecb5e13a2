package dev.canswarm.pipeline.tracing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/** A collector that keeps what is posted to it by OTLP over HTTP. */
public final class TraceCollector implements AutoCloseable {
  /**
   * A span that was received.
   *
   * @param instance the process that exported it
   * @param parentId empty for a root
   * @param attributes of text and numbers, as text
   * @param links ids of spans, as {@code trace/span}
   */
  public record Seen(
      String instance,
      String name,
      String traceId,
      String spanId,
      String parentId,
      Map<String, String> attributes,
      List<String> links) {
    /** The span's id with that of its trace, as links name it. */
    public String link() {
      return traceId + "/" + spanId;
    }

    /** The attribute, or nothing. */
    public String attribute(String key) {
      return attributes.getOrDefault(key, "");
    }
  }

  private static final String INSTANCE = "service.instance.id";
  private static final String PATH = "/v1/traces";
  private static final int BACKLOG = 16;

  private final List<Seen> seen = new CopyOnWriteArrayList<>();
  private final HttpServer server;

  private TraceCollector(HttpServer server) {
    this.server = server;
  }

  /** Starts one on a free port of loopback. */
  public static TraceCollector start() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
    TraceCollector collector = new TraceCollector(server);
    server.createContext(PATH, collector::take);
    server.start();
    return collector;
  }

  /** Where it listens, without a path. */
  public String endpoint() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** All spans so far. */
  public List<Seen> spans() {
    return List.copyOf(seen);
  }

  private void take(HttpExchange exchange) throws IOException {
    try (exchange) {
      ExportTraceServiceRequest request =
          ExportTraceServiceRequest.parseFrom(exchange.getRequestBody());
      for (ResourceSpans resource : request.getResourceSpansList()) {
        String instance =
            texts(resource.getResource().getAttributesList()).getOrDefault(INSTANCE, "");
        for (ScopeSpans scope : resource.getScopeSpansList()) {
          scope.getSpansList().forEach(span -> seen.add(seen(instance, span)));
        }
      }
      byte[] answer = ExportTraceServiceResponse.getDefaultInstance().toByteArray();
      exchange.getResponseHeaders().add("Content-Type", "application/x-protobuf");
      exchange.sendResponseHeaders(200, answer.length == 0 ? -1 : answer.length);
    }
  }

  private static Seen seen(String instance, Span span) {
    return new Seen(
        instance,
        span.getName(),
        hex(span.getTraceId().toByteArray()),
        hex(span.getSpanId().toByteArray()),
        hex(span.getParentSpanId().toByteArray()),
        texts(span.getAttributesList()),
        span.getLinksList().stream()
            .map(
                link ->
                    hex(link.getTraceId().toByteArray())
                        + "/"
                        + hex(link.getSpanId().toByteArray()))
            .toList());
  }

  private static Map<String, String> texts(List<KeyValue> attributes) {
    return attributes.stream()
        .collect(
            Collectors.toMap(
                KeyValue::getKey,
                one ->
                    one.getValue().hasStringValue()
                        ? one.getValue().getStringValue()
                        : Long.toString(one.getValue().getIntValue()),
                (first, second) -> second,
                TreeMap::new));
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
