package dev.canswarm.port;

import reactor.core.publisher.Mono;

/**
 * The policies, their modules, and the trust files that were in force, by hash. Non-blocking, safe
 * to call from any thread; an outage is a {@link RetryableException}.
 */
public interface Archive {
  /** Keeps a policy, a module or a trust file by its hash; keeping it again changes nothing. */
  Mono<Void> archive(String hash, String kind, byte[] bytes);

  /** Returns the bytes archived under a hash; empty if there are none. */
  Mono<byte[]> archived(String hash);
}
