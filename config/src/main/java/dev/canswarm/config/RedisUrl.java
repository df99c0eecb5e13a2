package dev.canswarm.config;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** Puts a password into a URL of Redis. */
final class RedisUrl {
  private RedisUrl() {}

  /**
   * Returns the URL with this password. What is before the {@code @} up to a colon is the user; an
   * empty one is the default user.
   *
   * @param url a valid URL of Redis
   */
  static Secret withPassword(Secret url, Secret password) {
    URI uri = URI.create(url.reveal());
    String login = uri.getRawUserInfo();
    String user = login == null ? "" : login.split(":", 2)[0];
    String encoded =
        URLEncoder.encode(password.reveal(), StandardCharsets.UTF_8).replace("+", "%20");
    String rest = url.reveal().substring(uri.getScheme().length() + "://".length());
    String server = login == null ? rest : rest.substring(login.length() + 1);
    return new Secret(uri.getScheme() + "://" + user + ":" + encoded + "@" + server);
  }
}
