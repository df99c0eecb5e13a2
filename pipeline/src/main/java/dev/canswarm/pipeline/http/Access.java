package dev.canswarm.pipeline.http;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Who gets an answer. On loopback, whoever is on this machine; since a browser is, too, requests
 * must name this machine as their host (a foreign name may have been made to resolve to it), and
 * pages of other origins are refused. What changes the work of others needs the token there, too:
 * whoever may run a program here need not be whose swarm it is. On any other interface every
 * request needs the token. Immutable.
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

  /** Everybody on this machine; nobody changes what others did. */
  public static Access loopback() {
    return new Access(Optional.empty(), true);
  }

  /** Everybody on this machine; who has the token also changes what others did. */
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
    return refuseChange(request);
  }

  /**
   * The reply to a request that would change what others did, on top of {@link #refuse}: it needs
   * the token on every interface. Empty where it has it.
   */
  Optional<Response> refuseChange(Request request) {
    return request.header("authorization").filter(this::isToken).isPresent()
        ? Optional.empty()
        : Optional.of(Problem.unauthorized());
  }

  /** The comparison takes as long for a wrong token as for a right one. */
  private boolean isToken(String authorization) {
    return token.isPresent()
        && authorization.toLowerCase(Locale.ROOT).startsWith(BEARER)
        && MessageDigest.isEqual(
            utf8(authorization.substring(BEARER.length()).strip()), utf8(token.orElseThrow()));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Whether a request is of no page, or of a page that this server sent. */
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

  /** A Host header without its port, in lower case. */
  private static String name(String host) {
    int port = host.lastIndexOf(':');
    String name = port > host.lastIndexOf(']') ? host.substring(0, port) : host;
    return name.toLowerCase(Locale.ROOT);
  }
}
