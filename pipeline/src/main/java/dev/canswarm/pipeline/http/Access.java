package dev.canswarm.pipeline.http;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Decides which requests are answered. On loopback every program of this machine may read. Since
 * browsers run there too, a request must name this machine as its host (a foreign name may have
 * been made to resolve to it), and pages of other origins are refused. A request that changes the
 * work of others needs the token on loopback too, because not every user of this machine owns the
 * swarm. On any other interface every request needs the token, except for the page's own files.
 * Immutable.
 */
public final class Access {
  private static final Set<String> LOOPBACK_NAMES = Set.of("localhost", "127.0.0.1", "[::1]");
  private static final String BEARER = "bearer ";

  private final Optional<String> token;
  private final boolean isOpen;

  private Access(Optional<String> token, boolean isOpen) {
    this.token = token;
    this.isOpen = isOpen;
  }

  /** Returns access for this machine, where no request may change the work of others. */
  public static Access loopback() {
    return new Access(Optional.empty(), true);
  }

  /** Returns access for this machine; with the token a request may change the work of others. */
  public static Access loopback(String token) {
    return new Access(Optional.of(token), true);
  }

  /** Returns access for requests with the bearer token. */
  public static Access withToken(String token) {
    return new Access(Optional.of(token), false);
  }

  /** Returns the problem with which a request is refused; empty if it is allowed. */
  Optional<Response> refuse(Request request) {
    String host = request.header("host").orElse("");
    if (!sameOrigin(request.header("origin"), host)) {
      return Optional.of(Problem.foreignOrigin());
    }
    if (isOpen) {
      return LOOPBACK_NAMES.contains(name(host))
          ? Optional.empty()
          : Optional.of(Problem.foreignHost());
    }
    if (PageHandlers.isOfPage(request.path())) {
      return Optional.empty();
    }
    return refuseChange(request);
  }

  /**
   * Returns the problem for a request that would change the work of others without the token, which
   * it needs on every interface; empty if it has the token. Comes after {@link #refuse}.
   */
  Optional<Response> refuseChange(Request request) {
    return request.header("authorization").filter(this::isToken).isPresent()
        ? Optional.empty()
        : Optional.of(Problem.unauthorized());
  }

  /** Compares tokens in constant time. */
  private boolean isToken(String authorization) {
    return token.isPresent()
        && authorization.toLowerCase(Locale.ROOT).startsWith(BEARER)
        && MessageDigest.isEqual(
            utf8(authorization.substring(BEARER.length()).strip()), utf8(token.orElseThrow()));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Whether a request comes from no page, or from a page of this server. */
  private static boolean sameOrigin(Optional<String> origin, String host) {
    return origin.isEmpty() || authority(origin.get()).filter(host::equalsIgnoreCase).isPresent();
  }

  private static Optional<String> authority(String origin) {
    try {
      return Optional.ofNullable(new URI(origin).getRawAuthority());
    } catch (URISyntaxException notAnOrigin) {
      return Optional.empty();
    }
  }

  /** Returns a Host header without its port, in lower case. */
  private static String name(String host) {
    int port = host.lastIndexOf(':');
    String name = port > host.lastIndexOf(']') ? host.substring(0, port) : host;
    return name.toLowerCase(Locale.ROOT);
  }
}
