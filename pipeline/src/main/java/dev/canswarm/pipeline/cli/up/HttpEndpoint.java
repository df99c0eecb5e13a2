package dev.canswarm.pipeline.cli.up;

import dev.canswarm.config.HttpSettings;
import dev.canswarm.config.LoadedSettings;
import dev.canswarm.pipeline.cli.command.CommandContext;
import dev.canswarm.pipeline.cli.command.CommandException;
import dev.canswarm.pipeline.cli.command.DataPaths;
import dev.canswarm.pipeline.cli.command.ExitCode;
import dev.canswarm.pipeline.cli.data.HttpToken;
import dev.canswarm.pipeline.http.Access;
import dev.canswarm.pipeline.http.ApiServer;
import dev.canswarm.pipeline.http.Routes;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * The HTTP server of one {@code ./swarm up}. It starts to listen in the background while the
 * servers start, since loading its library takes some time too. Blocks; used by one thread.
 */
final class HttpEndpoint implements AutoCloseable {
  private static final String PORT = "http.port";
  private static final int ANY = 0;

  private final String host;
  private final int port;
  private final CompletableFuture<ApiServer> server;

  private HttpEndpoint(String host, int port, Access access) {
    this.host = host;
    this.port = port;
    this.server = new CompletableFuture<>();
    Thread thread = new Thread(() -> listen(access), "http-start");
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Begins to listen as the settings say; empty if they disable HTTP.
   *
   * @param data holds the token
   * @throws CommandException ENVIRONMENT if a requested port is taken
   */
  static Optional<HttpEndpoint> open(LoadedSettings loaded, Path data, CommandContext context)
      throws Exception {
    HttpSettings http = loaded.settings().http();
    if (!http.enabled()) {
      return Optional.empty();
    }
    String token = HttpToken.ensure(http, data, context.random());
    Access access = http.loopback() ? Access.loopback(token) : Access.withToken(token);
    return Optional.of(new HttpEndpoint(http.host(), port(loaded, http, context), access));
  }

  private static int port(LoadedSettings loaded, HttpSettings http, CommandContext context)
      throws CommandException {
    if (http.port() == ANY || isFree(http)) {
      return http.port();
    }
    if (DataPaths.isGiven(loaded, PORT)) {
      throw new CommandException(
          ExitCode.ENVIRONMENT,
          "port %d (http) is taken; stop what listens there or pass --http-port 0 for any free one"
              .formatted(http.port()));
    }
    context.console().note("swarm: port " + http.port() + " is taken; HTTP takes a free one");
    return ANY;
  }

  private static boolean isFree(HttpSettings http) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(http.host(), http.port()));
      return true;
    } catch (IOException takenOrForeign) {
      return false;
    }
  }

  private void listen(Access access) {
    try {
      server.complete(ApiServer.listen(host, port, access));
    } catch (Throwable failure) {
      server.completeExceptionally(failure);
    }
  }

  private ApiServer server() throws CommandException {
    try {
      return server.join();
    } catch (CompletionException e) {
      throw new CommandException(
          ExitCode.ENVIRONMENT,
          "HTTP cannot be answered at %s, port %d: %s; set http.host to an address of this machine, and http.port to a port that this user may take"
              .formatted(host, port, String.valueOf(e.getCause())),
          e);
    }
  }

  /** The address, as {@code host:port}. */
  String address() throws CommandException {
    return server().address();
  }

  /** Answers by these routes from now on; until the first call only health is answered. */
  void serve(Routes routes) throws CommandException {
    server().serve(routes);
  }

  /** Answers only the liveness probe from now on. */
  void stopServing() throws CommandException {
    server().stopServing();
  }

  @Override
  public void close() throws CommandException {
    if (!server.isCompletedExceptionally()) {
      server().close();
    }
  }
}
