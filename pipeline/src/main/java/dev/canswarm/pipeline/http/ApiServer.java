package dev.canswarm.pipeline.http;

import dev.canswarm.port.RetryableException;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.timeout.WriteTimeoutHandler;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.NettyOutbound;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.resources.LoopResources;

/**
 * The HTTP server of a process. It also listens while the process starts and drains: then it
 * answers the liveness probe, and everything else with 503. It has a thread of its own, so that a
 * client costs the pipeline no more than the work that it requests. Thread-safe.
 *
 * <p>Bounds: {@value #CONNECTIONS_MAX} connections, which are closed after {@link #IDLE_MAX}
 * without a request; {@link #HANDLE_MAX} for an answer; {@link #WRITE_MAX} for a part of it to be
 * taken; 8 KiB for the first line of a request and 16 KiB for its headers.
 */
public final class ApiServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ApiServer.class);

  /** Most connections at one time; a further one is closed at once. */
  static final int CONNECTIONS_MAX = 128;

  /**
   * How long a client may leave a part of an answer untaken before it is disconnected: one that is
   * there and reads nothing would hold its connection, and what waits for it, for ever.
   */
  static final Duration WRITE_MAX = Duration.ofSeconds(30);

  private static final int BACKLOG = 64;
  private static final int FIRST_LINE_BYTES_MAX = 8 << 10;
  private static final int HEADER_BYTES_MAX = 16 << 10;
  private static final int LOOP_THREADS = 1;
  private static final Duration IDLE_MAX = Duration.ofSeconds(60);
  private static final Duration READ_MAX = Duration.ofSeconds(10);
  private static final Duration HANDLE_MAX = NeedHandlers.WAIT_MAX.plusSeconds(10);
  private static final byte[] NOTHING = new byte[0];
  private static final Duration BIND_MAX = Duration.ofSeconds(10);
  private static final Duration CLOSE_MAX = Duration.ofSeconds(2);
  private static final String NOT_SERVING = "the process is starting or stopping";

  private static final String WRITE_TIMEOUT = "write-timeout";

  /**
   * Bytes of a part of a body. Netty takes up to 128 parts ahead of the client, so this also
   * decides how slowly a client may read a long body: 2 MiB in {@link #WRITE_MAX}.
   */
  private static final int PART_BYTES = 16 << 10;

  private final Access access;
  private final Duration writeMax;
  private final LoopResources loops = LoopResources.create("http", LOOP_THREADS, true);
  private final ChannelGroup open = new DefaultChannelGroup(ImmediateEventExecutor.INSTANCE);
  private final AtomicInteger connections = new AtomicInteger();
  private final DisposableServer server;
  private volatile boolean serving;
  private volatile Routes routes = ApiRoutes.starting();

  private ApiServer(String host, int port, Access access, Duration writeMax) {
    this.access = access;
    this.writeMax = writeMax;
    try {
      this.server = server(host, port).bindNow(BIND_MAX);
    } catch (RuntimeException e) {
      loops.dispose();
      throw e;
    }
  }

  /**
   * Starts to listen. Blocks until it does.
   *
   * @param port 0 for any free one
   * @throws RuntimeException if it cannot listen there, such as for a port that is taken
   */
  public static ApiServer listen(String host, int port, Access access) {
    return listen(host, port, access, WRITE_MAX);
  }

  /** The same with another bound for a part of an answer to be taken. */
  static ApiServer listen(String host, int port, Access access, Duration writeMax) {
    return new ApiServer(host, port, access, writeMax);
  }

  /** Answers by these routes from now on; requests that have begun end by the old ones. */
  public void serve(Routes all) {
    routes = all;
    serving = true;
  }

  /** Answers only the liveness probe from now on, since the process stops. */
  public void stopServing() {
    serving = false;
    routes = ApiRoutes.starting();
  }

  /** Returns the address, as {@code host:port}. */
  public String address() {
    InetSocketAddress at = (InetSocketAddress) server.address();
    String host = at.getAddress().getHostAddress();
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + at.getPort();
  }

  private HttpServer server(String host, int port) {
    return HttpServer.create()
        .host(host)
        .port(port)
        .runOn(loops)
        .option(ChannelOption.SO_BACKLOG, BACKLOG)
        .option(ChannelOption.SO_REUSEADDR, true)
        .idleTimeout(IDLE_MAX)
        .requestTimeout(READ_MAX)
        .httpRequestDecoder(
            bounds ->
                bounds.maxInitialLineLength(FIRST_LINE_BYTES_MAX).maxHeaderSize(HEADER_BYTES_MAX))
        .doOnChannelInit((observer, channel, remote) -> opened(channel))
        .handle(this::handle);
  }

  private void opened(Channel channel) {
    channel
        .pipeline()
        .addFirst(
            WRITE_TIMEOUT, new WriteTimeoutHandler(writeMax.toMillis(), TimeUnit.MILLISECONDS));
    open.add(channel);
    channel.closeFuture().addListener(closed -> connections.decrementAndGet());
    if (connections.incrementAndGet() > CONNECTIONS_MAX) {
      channel.eventLoop().execute(channel::close);
    }
  }

  private Publisher<Void> handle(HttpServerRequest in, HttpServerResponse out) {
    return Mono.defer(() -> response(in))
        .timeout(HANDLE_MAX)
        .onErrorResume(failure -> Mono.just(problem(in, failure)))
        .flatMap(response -> send(in, out, response));
  }

  private static Response problem(HttpServerRequest in, Throwable failure) {
    if (failure instanceof ProblemException known) {
      return known.response();
    }
    if (failure instanceof RetryableException away) {
      LOG.debug("{} {} failed", in.method(), in.uri(), failure);
      return Problem.serverAway(String.valueOf(away.getMessage()));
    }
    LOG.warn("{} {} failed", in.method(), in.uri(), failure);
    return Problem.internal();
  }

  private Mono<Response> response(HttpServerRequest in) {
    Request request = request(in);
    Response refused = access.refuse(request).orElse(null);
    if (refused != null) {
      return Mono.just(refused);
    }
    boolean served = serving;
    Routes.Match match = routes.find(request.method(), request.path());
    if (match.needsToken()) {
      Response stopped = access.refuseChange(request).orElse(null);
      if (stopped != null) {
        return Mono.just(stopped);
      }
    }
    Mono<byte[]> body =
        match.bodyBytesMax() == 0 ? Mono.just(NOTHING) : body(in, match.bodyBytesMax());
    return body.flatMap(content -> match.handler().handle(request.with(match.variables(), content)))
        .map(
            response ->
                served || response.status() != 404 ? response : Problem.notServing(NOT_SERVING));
  }

  private static Request request(HttpServerRequest in) {
    QueryStringDecoder uri = new QueryStringDecoder(in.uri());
    Map<String, String> query = new HashMap<>();
    uri.parameters().forEach((name, values) -> query.put(name, values.get(0)));
    Map<String, String> headers = new HashMap<>();
    in.requestHeaders()
        .forEach(header -> headers.putIfAbsent(lower(header.getKey()), header.getValue()));
    return Request.of(in.method().name(), uri.path(), query, headers);
  }

  private static Mono<byte[]> body(HttpServerRequest in, int bytesMax) {
    return in.receive()
        .asByteArray()
        .reduceWith(
            ByteArrayOutputStream::new,
            (all, part) -> {
              if (all.size() + part.length > bytesMax) {
                throw new ProblemException(Problem.tooLarge(bytesMax));
              }
              all.writeBytes(part);
              return all;
            })
        .map(ByteArrayOutputStream::toByteArray);
  }

  private static String lower(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  private Mono<Void> send(HttpServerRequest in, HttpServerResponse out, Response response) {
    out.status(response.status())
        .header("Content-Type", response.contentType())
        .header("Cache-Control", "no-store")
        .header("X-Content-Type-Options", "nosniff");
    response.headers().forEach(out::header);
    if (response.stream().isEmpty()) {
      out.header("Content-Length", Integer.toString(response.body().length));
    }
    Mono<Void> sent =
        in.method().name().equals("HEAD")
            ? out.send()
            : response.stream()
                .map(parts -> out.send(parts.map(Unpooled::wrappedBuffer), part -> true))
                .orElseGet(() -> body(out, response.body()))
                .then();
    return sent.doFinally(end -> response.sent().run());
  }

  /** Sends a long body part by part, since the time to take it is bounded for each part. */
  private static NettyOutbound body(HttpServerResponse out, byte[] body) {
    if (body.length <= PART_BYTES) {
      return out.sendByteArray(Mono.just(body));
    }
    int parts = (body.length - 1) / PART_BYTES + 1;
    return out.send(
        Flux.range(0, parts)
            .map(
                part -> {
                  int begin = part * PART_BYTES;
                  return Unpooled.wrappedBuffer(
                      body, begin, Math.min(PART_BYTES, body.length - begin));
                }));
  }

  /** Closes the port and all connections. Blocks for at most {@link #CLOSE_MAX}, three times. */
  @Override
  public void close() {
    stopServing();
    server.disposeNow(CLOSE_MAX);
    // Before their thread ends: it has to release what was not sent yet.
    open.close().awaitUninterruptibly(CLOSE_MAX.toMillis());
    loops.disposeLater(Duration.ZERO, CLOSE_MAX).block(CLOSE_MAX.plusSeconds(1));
  }
}
