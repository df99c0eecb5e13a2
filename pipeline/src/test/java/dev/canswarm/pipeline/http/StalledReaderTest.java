package dev.canswarm.pipeline.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What becomes of a client of a stream that reads nothing, and of those beside it. */
class StalledReaderTest {
  private static final Duration WRITE_MAX = Duration.ofSeconds(2);
  private static final long WAIT_SECONDS_MAX = 30;
  private static final int PART_BYTES = 64 << 10;
  private static final String STREAM = "text/event-stream";

  /** More than the buffers of a connection hold. */
  private static final long MUCH_BYTES = 64L << 20;

  private final ApiServer server = ApiServer.listen("127.0.0.1", 0, Access.loopback(), WRITE_MAX);
  private final List<Socket> open = new ArrayList<>();
  private final CompletableFuture<Void> stalled = new CompletableFuture<>();
  private final CompletableFuture<Void> quiet = new CompletableFuture<>();
  private final CompletableFuture<Void> read = new CompletableFuture<>();

  StalledReaderTest() {
    server.serve(
        Routes.none()
            .get("/stalled", request -> Mono.just(much(stalled)))
            .get("/read", request -> Mono.just(much(read)))
            .get(
                "/quiet",
                request ->
                    Mono.just(
                        Response.streaming(
                                STREAM, Flux.just(new byte[] {':'}).concatWith(Flux.never()))
                            .whenSent(() -> quiet.complete(null)))));
  }

  @AfterEach
  void close() throws IOException {
    for (Socket socket : open) {
      socket.close();
    }
    server.close();
  }

  private static Response much(CompletableFuture<Void> ended) {
    return Response.streaming(STREAM, Flux.generate(sink -> sink.next(new byte[PART_BYTES])))
        .whenSent(() -> ended.complete(null));
  }

  private InputStream asked(String path) throws IOException {
    String address = server.address();
    Socket socket =
        new Socket("127.0.0.1", Integer.parseInt(address.substring(address.indexOf(':') + 1)));
    open.add(socket);
    socket
        .getOutputStream()
        .write(
            "GET %s HTTP/1.1\r\nHost: %s\r\n\r\n"
                .formatted(path, address)
                .getBytes(StandardCharsets.US_ASCII));
    return socket.getInputStream();
  }

  @Test
  void whoTakesNothingIsDisconnectedAndWhoReadsOrHasNothingToReadIsNot() throws Exception {
    InputStream idle = asked("/quiet");
    assertThat(idle.read()).isEqualTo('H');
    InputStream busy = asked("/read");
    AtomicLong taken = new AtomicLong();
    CompletableFuture.runAsync(() -> readAll(busy, taken));
    InputStream lazy = asked("/stalled");

    stalled.get(WAIT_SECONDS_MAX, TimeUnit.SECONDS);
    assertThat(quiet).isNotDone();
    assertThat(read).isNotDone();
    assertThat(taken).hasValueGreaterThan(PART_BYTES);
    AtomicLong left = new AtomicLong();
    readAll(lazy, left);
    assertThat(left).hasValueLessThan(MUCH_BYTES);
  }

  /** Reads until the other side hangs up. */
  private static void readAll(InputStream in, AtomicLong bytes) {
    byte[] buffer = new byte[PART_BYTES];
    try {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        bytes.addAndGet(count);
      }
    } catch (IOException hungUp) {
      // As good an end as the other one.
    }
  }
}
