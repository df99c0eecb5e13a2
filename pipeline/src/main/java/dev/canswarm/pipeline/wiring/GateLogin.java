package dev.canswarm.pipeline.wiring;

import dev.canswarm.pipeline.redis.RedisDecisionGate;
import dev.canswarm.port.RetryableException;
import java.net.URI;
import java.time.Duration;

/** Checks at the start that Redis takes the process's login. */
final class GateLogin {
  private static final int PORT_DEFAULT = 6379;

  private GateLogin() {}

  /**
   * Refuses to go on with a login that Redis does not take. A process works without Redis, though
   * slower, so nobody would notice. A server that is away is not waited for. Blocks.
   *
   * @param uri of the server, with the login
   * @throws IllegalStateException if it does not take the login; the message has the server's
   *     words, not the login
   */
  static void check(RedisDecisionGate gate, String uri, Duration timeout) {
    gate.ping()
        .onErrorComplete(RetryableException.class)
        .onErrorMap(refusal -> refused(URI.create(uri), refusal))
        .block(timeout);
  }

  static IllegalStateException refused(URI server, Throwable refusal) {
    Throwable reason = refusal;
    while (reason.getCause() != null && reason.getCause() != reason) {
      reason = reason.getCause();
    }
    return new IllegalStateException(
        "Redis at %s:%d does not take the login (%s); check the password in redis.url or redis.password"
            .formatted(
                server.getHost(),
                server.getPort() < 0 ? PORT_DEFAULT : server.getPort(),
                reason.getMessage()),
        refusal);
  }
}
