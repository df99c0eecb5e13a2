package dev.canswarm.config;

import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The HTTP server of a process.
 *
 * @param enabled whether HTTP is on
 * @param host the name or address of the interface that it listens on
 * @param port 0 picks a free one
 * @param tokenFile the file with the bearer token. On {@link #loopback} only a request that changes
 *     the work of others needs it, elsewhere every request. Empty selects {@value #TOKEN_FILE} in
 *     the data directory
 */
public record HttpSettings(boolean enabled, String host, int port, Optional<Path> tokenFile) {
  /** The token's file in the data directory. */
  public static final String TOKEN_FILE = "http.token";

  private static final Pattern LOOPBACK = Pattern.compile("localhost|127(\\.\\d{1,3}){3}|::1");

  /** Whether only processes of this machine reach it. */
  public boolean loopback() {
    return LOOPBACK.matcher(host).matches();
  }
}
