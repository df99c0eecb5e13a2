package dev.canswarm.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The address, database and login of a PostgreSQL server.
 *
 * @param password the empty text if the URL has none
 * @param host a host name or an address; an IPv6 address has no brackets
 */
public record PostgresEndpoint(
    String user, Secret password, String host, int port, String database) {
  /** The port if the URL has none. */
  public static final int PORT_DEFAULT = 5432;

  private static final int PORT_MAX = 65535;

  /**
   * Parses {@code postgresql://user:password@host:port/database}. User, password and database may
   * be percent-encoded; port and password may be omitted.
   *
   * @return the endpoint, or empty if the text has another form
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

  /** Returns the same address and user with another password. */
  public PostgresEndpoint withPassword(Secret other) {
    return new PostgresEndpoint(user, other, host, port, database);
  }

  /**
   * Decodes percent escapes as in a URL. {@link URLDecoder} alone would also turn {@code +} into a
   * space, as in HTML forms.
   */
  private static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }
}
