package dev.canswarm.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The address, database and login of a PostgreSQL server.
 *
 * @param password the empty text if the URL has none
 * @param host a host name or an address; an IPv6 address has no brackets
 * @param tls how the link is protected
 */
public record PostgresEndpoint(
    String user, Secret password, String host, int port, String database, PostgresTls tls) {
  /** The port if the URL has none. */
  public static final int PORT_DEFAULT = 5432;

  private static final int PORT_MAX = 65535;
  private static final String SSL_MODE = "sslmode";
  private static final String SSL_ROOT_CERTIFICATE = "sslrootcert";

  /** Creates the address of a server without TLS. */
  public PostgresEndpoint(String user, Secret password, String host, int port, String database) {
    this(user, password, host, port, database, PostgresTls.NONE);
  }

  /**
   * Parses {@code postgresql://user:password@host:port/database?sslmode=…&sslrootcert=…}. User,
   * password, database and the file's absolute path may be percent-encoded; port, password and
   * query may be omitted.
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
          || uri.getRawFragment() != null) {
        return Optional.empty();
      }
      Optional<PostgresTls> tls = tls(uri.getRawQuery());
      if (tls.isEmpty()) {
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
                  decoded(path.substring(1)),
                  tls.get()))
          .filter(endpoint -> !endpoint.user().isEmpty());
    } catch (URISyntaxException | IllegalArgumentException notOfThatForm) {
      return Optional.empty();
    }
  }

  /** Returns empty for a query with anything else in it, or anything twice. */
  private static Optional<PostgresTls> tls(@Nullable String query) {
    if (query == null) {
      return Optional.of(PostgresTls.NONE);
    }
    Map<String, String> parameters = new HashMap<>();
    for (String parameter : query.split("&", -1)) {
      String[] nameAndValue = parameter.split("=", 2);
      if (nameAndValue.length < 2
          || parameters.put(nameAndValue[0], decoded(nameAndValue[1])) != null) {
        return Optional.empty();
      }
    }
    Optional<PostgresTls.Mode> mode =
        Optional.ofNullable(parameters.remove(SSL_MODE)).flatMap(PostgresTls.Mode::ofLabel);
    Optional<Path> root =
        Optional.ofNullable(parameters.remove(SSL_ROOT_CERTIFICATE)).map(Path::of);
    boolean valid =
        parameters.isEmpty()
            && mode.isPresent()
            && (root.isEmpty() || (root.get().isAbsolute() && mode.get().verifies()));
    return valid ? Optional.of(new PostgresTls(mode.get(), root)) : Optional.empty();
  }

  /** Returns the URL that {@link #parse} reads, with the password. */
  public String url() {
    String query =
        tls.mode() == PostgresTls.Mode.DISABLE ? "" : "?" + SSL_MODE + "=" + tls.mode().label();
    String root =
        tls.rootCertificate()
            .map(file -> "&" + SSL_ROOT_CERTIFICATE + "=" + encoded(file.toString()))
            .orElse("");
    return "postgresql://"
        + encoded(user)
        + (password.reveal().isEmpty() ? "" : ":" + encoded(password.reveal()))
        + "@"
        + (host.contains(":") ? "[" + host + "]" : host)
        + ":"
        + port
        + "/"
        + encoded(database)
        + query
        + root;
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** Returns the same address and user with another password. */
  public PostgresEndpoint withPassword(Secret other) {
    return new PostgresEndpoint(user, other, host, port, database, tls);
  }

  /**
   * Decodes percent escapes as in a URL. {@link URLDecoder} alone would also turn {@code +} into a
   * space, as in HTML forms.
   */
  private static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }
}
