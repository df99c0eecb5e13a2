package dev.canswarm.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Where a PostgreSQL is and who logs in.
 *
 * @param password empty text where none was given
 * @param host a name or an address, an IPv6 one without brackets
 */
public record PostgresEndpoint(
    String user, Secret password, String host, int port, String database) {
  /** The port where the URL names none. */
  public static final int PORT_DEFAULT = 5432;

  private static final int PORT_MAX = 65535;

  /**
   * Reads {@code postgresql://user:password@host:port/database}; user, password and database may be
   * percent-encoded, port and password left out.
   *
   * @return empty where the text has another form
   */
  public static Optional<PostgresEndpoint> parse(String url) {
    try {
      URI uri = new URI(url);
      String login = uri.getRawUserInfo();
      String host = uri.getHost();
      String path = uri.getRawPath();
      if (!"postgresql".equals(uri.getScheme())
          || login == null
          || host == null
          || path == null
          || !path.matches("/[^/]+")
          || uri.getPort() > PORT_MAX
          || uri.getPort() == 0
          || uri.getRawQuery() != null
          || uri.getRawFragment() != null) {
        return Optional.empty();
      }
      String[] userAndPassword = login.split(":", 2);
      String user = decoded(userAndPassword[0]);
      String password = userAndPassword.length == 2 ? decoded(userAndPassword[1]) : "";
      return Optional.of(
              new PostgresEndpoint(
                  user,
                  new Secret(password),
                  host.startsWith("[") ? host.substring(1, host.length() - 1) : host,
                  uri.getPort() < 0 ? PORT_DEFAULT : uri.getPort(),
                  decoded(path.substring(1))))
          .filter(endpoint -> !endpoint.user().isEmpty());
    } catch (URISyntaxException | IllegalArgumentException notOfThatForm) {
      return Optional.empty();
    }
  }

  /** Percent-decoding as in a URL; the decoder at hand is for forms, where + is a space. */
  private static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }
}
