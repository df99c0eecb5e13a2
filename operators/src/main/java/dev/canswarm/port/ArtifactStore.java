package dev.canswarm.port;

import reactor.core.publisher.Mono;

/**
 * Content-addressed bytes: the address is the lower-case hex SHA-256 of the content. Non-blocking,
 * safe to call from any thread; an outage is a {@link RetryableException}.
 */
public interface ArtifactStore {
  /**
   * Stores content; storing it again changes nothing.
   *
   * @return its address, once durable; or an error {@link ArtifactException}
   */
  Mono<String> put(byte[] content);

  /**
   * The content, checked against its address.
   *
   * @return empty when there is none; an error {@link ArtifactException} when it is not what its
   *     address says
   */
  Mono<byte[]> get(String address);

  /** Most bytes of one artifact. */
  long bytesMax();
}
