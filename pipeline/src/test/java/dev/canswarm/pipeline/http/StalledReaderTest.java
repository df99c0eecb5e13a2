package dev.canswarm.pipeline.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What becomes of a client that reads nothing of its answer, and of those beside it. */
class StalledReaderTest {
  private static final Duration WRITE_MAX = Duration.ofSeconds(2);
  private static final long WAIT_SECONDS_MAX = 30;
  private static final int PART_BYTES = 64 << 10;
  private static final String STREAM = "text/event-stream";

  /** More than the buffers of a connection hold. */
  private static final long MUCH_BYTES = 64L << 20;

  private static final int BODY_BYTES = 8 << 20;
  private static final int STATUS_CHARS = "HTTP/1.1 200".length();
  private static final String ARTIFACTS = "/artifacts/";
  private static final String MESSAGES = "/messages/";
  private static final String ID = "ab".repeat(32);

  private final ApiServer server = ApiServer.listen("127.0.0.1", 0, Access.loopback(), WRITE_MAX);
  private final List<Socket> open = new ArrayList<>();
  private final CompletableFuture<Void> stalled = new CompletableFuture<>();
  private final CompletableFuture<Void> quiet = new CompletableFuture<>();
  private final CompletableFuture<Void> read = new CompletableFuture<>();
  private final BlockingQueue<Integer> over = new LinkedBlockingQueue<>();

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

  /** Notes the status of a response once it was sent or could not be. */
  private Response noted(Response response) {
    return response.whenSent(() -> over.add(response.status()));
  }

  private Routes bodies() {
    ArtifactHandlers artifacts = new ArtifactHandlers(address -> Mono.just(new byte[BODY_BYTES]));
    JsonObject document = JsonObject.builder().put("messages", "m".repeat(BODY_BYTES)).build();
    MessageHandlers messages = new MessageHandlers(id -> Mono.just(document));
    return Routes.none()
        .get(ARTIFACTS + "{sha256}", request -> artifacts.get(request).map(this::noted))
        .get(MESSAGES + "{id}", request -> messages.get(request).map(this::noted));
  }

  private InputStream asked(ApiServer server, String path) throws IOException {
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
    InputStream idle = asked(server, "/quiet");
    assertThat(idle.read()).isEqualTo('H');
    InputStream busy = asked(server, "/read");
    AtomicLong taken = new AtomicLong();
    CompletableFuture.runAsync(() -> readAll(busy, taken));
    InputStream lazy = asked(server, "/stalled");

    stalled.get(WAIT_SECONDS_MAX, TimeUnit.SECONDS);
    assertThat(quiet).isNotDone();
    assertThat(read).isNotDone();
    assertThat(taken).hasValueGreaterThan(PART_BYTES);
    AtomicLong left = new AtomicLong();
    readAll(lazy, left);
    assertThat(left).hasValueLessThan(MUCH_BYTES);
  }

  @ParameterizedTest
  @CsvSource({
    ARTIFACTS + ", " + ArtifactHandlers.IN_MEMORY_MAX,
    MESSAGES + ", " + MessageHandlers.MADE_MAX
  })
  void aBodyHoldsItsPlaceUntilItIsTaken(String path, int placesMax) throws Exception {
    try (ApiServer patient = ApiServer.listen("127.0.0.1", 0, Access.loopback())) {
      patient.serve(bodies());
      InputStream first = asked(patient, path + ID);
      assertThat(status(first)).isEqualTo(200);
      for (int i = 1; i < placesMax; i++) {
        assertThat(status(asked(patient, path + ID))).isEqualTo(200);
      }
      assertThat(status(asked(patient, path + ID))).isEqualTo(503);
      assertThat(over.poll(WAIT_SECONDS_MAX, TimeUnit.SECONDS)).isEqualTo(503);

      assertThat(first.readNBytes(BODY_BYTES)).hasSize(BODY_BYTES);
      assertThat(over.poll(WAIT_SECONDS_MAX, TimeUnit.SECONDS)).isEqualTo(200);
      assertThat(status(asked(patient, path + ID))).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @CsvSource({
    ARTIFACTS + ", " + ArtifactHandlers.IN_MEMORY_MAX,
    MESSAGES + ", " + MessageHandlers.MADE_MAX
  })
  void whoTakesNothingOfABodyIsDisconnected(String path, int placesMax) throws Exception {
    server.serve(bodies());
    List<InputStream> lazy = new ArrayList<>();
    for (int i = 0; i < placesMax; i++) {
      lazy.add(asked(server, path + ID));
    }
    for (InputStream each : lazy) {
      assertThat(over.poll(WAIT_SECONDS_MAX, TimeUnit.SECONDS)).isEqualTo(200);
      AtomicLong left = new AtomicLong();
      readAll(each, left);
      assertThat(left).hasValueLessThan(BODY_BYTES);
    }
    InputStream whole = asked(server, path + ID);
    assertThat(status(whole)).isEqualTo(200);
    assertThat(whole.readNBytes(BODY_BYTES)).hasSize(BODY_BYTES);
  }

  /** Reads the status line and no more. */
  private static int status(InputStream in) throws IOException {
    return Integer.parseInt(
        new String(in.readNBytes(STATUS_CHARS), StandardCharsets.US_ASCII).split(" ", -1)[1]);
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
