package dev.canswarm.pipeline.embedded;

import dev.canswarm.pipeline.embedded.EmbeddedStackException.Kind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/** Finds free ports on 127.0.0.1, and checks requested ones, by binding them briefly. */
public final class FreePorts {

  private FreePorts() {}

  /**
   * Returns the requested ports, with a free one in place of every {@link Ports#ANY}. Holds all of
   * them until the last one is known, so that they are distinct.
   *
   * @throws EmbeddedStackException PORT_TAKEN if a requested port is in use or was requested twice
   */
  public static Ports choose(Ports wanted) throws EmbeddedStackException {
    List<ServerSocket> held = new ArrayList<>();
    try {
      // Bind the requested ports first: otherwise a free port might equal a requested one.
      int kafka = holdGiven(held, "kafka", wanted.kafka());
      int sasl = holdGiven(held, "kafka-sasl", wanted.kafkaSasl());
      int controller = holdGiven(held, "kafka-controller", wanted.kafkaController());
      int postgres = holdGiven(held, "postgres", wanted.postgres());
      int redis = holdGiven(held, "redis", wanted.redis());
      return new Ports(
          orAny(held, kafka),
          orAny(held, sasl),
          orAny(held, controller),
          orAny(held, postgres),
          orAny(held, redis));
    } finally {
      for (ServerSocket socket : held) {
        closeQuietly(socket);
      }
    }
  }

  /** Returns another free port, for a server whose port was taken before it could bind it. */
  static int any() throws EmbeddedStackException {
    List<ServerSocket> held = new ArrayList<>(1);
    try {
      return orAny(held, Ports.ANY);
    } finally {
      held.forEach(FreePorts::closeQuietly);
    }
  }

  private static int holdGiven(List<ServerSocket> held, String server, int port)
      throws EmbeddedStackException {
    if (port == Ports.ANY) {
      return Ports.ANY;
    }
    try {
      return hold(held, port);
    } catch (IOException e) {
      throw taken(server, port, e);
    }
  }

  /** Creates the error for a port of {@code server} that cannot be bound. */
  static EmbeddedStackException taken(String server, int port, Throwable cause) {
    return new EmbeddedStackException(
        Kind.PORT_TAKEN,
        "port %d (%s) is taken; stop what listens there or pass --%s-port 0 for any free one"
            .formatted(port, server, server),
        cause);
  }

  private static int orAny(List<ServerSocket> held, int port) throws EmbeddedStackException {
    if (port != Ports.ANY) {
      return port;
    }
    try {
      return hold(held, Ports.ANY);
    } catch (IOException e) {
      throw new EmbeddedStackException(
          Kind.PORT_TAKEN, "no free port on 127.0.0.1 (" + e.getMessage() + ")", e);
    }
  }

  private static int hold(List<ServerSocket> held, int port) throws IOException {
    ServerSocket socket = new ServerSocket();
    held.add(socket);
    // As the servers do: connections of a predecessor in TIME_WAIT do not prevent binding.
    socket.setReuseAddress(true);
    socket.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port));
    return socket.getLocalPort();
  }

  private static void closeQuietly(ServerSocket socket) {
    try {
      socket.close();
    } catch (IOException unlikely) {
      // A listening socket that never accepted a connection has nothing to lose.
    }
  }
}
