package dev.canswarm.config;

import java.net.URI;
import java.util.Optional;

/**
 * The export of traces.
 *
 * @param endpoint the collector; empty traces nothing
 * @param sampleRatio the share of NEEDs that are traced, 0 to 1
 * @param timeoutMillis the longest duration of one export, in milliseconds
 * @param queueSpansMax the most spans that wait for their export
 */
public record TracingSettings(
    Optional<URI> endpoint, double sampleRatio, int timeoutMillis, int queueSpansMax) {
  private static final String PATH = "/v1/traces";

  /** Returns the URL to which spans are posted: the endpoint, with OTLP's path if it has none. */
  public Optional<URI> target() {
    return endpoint.map(
        uri -> uri.getPath().isEmpty() || uri.getPath().equals("/") ? uri.resolve(PATH) : uri);
  }
}
