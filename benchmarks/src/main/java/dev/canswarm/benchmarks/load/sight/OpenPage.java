package dev.canswarm.benchmarks.load.sight;

import dev.canswarm.benchmarks.load.failure.BenchException;
import dev.canswarm.benchmarks.load.failure.BenchExit;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Asks for what an open live page and a Prometheus server ask for: the page's files and lists once,
 * its stream of events without a pause, health and metrics every {@link #EVERY_SECONDS} seconds. A
 * browser's own work is not part of it. Two threads, which end with {@link #close}.
 */
public final class OpenPage implements AutoCloseable {
  /** The page asks for health so often, and Prometheus for metrics more seldom by default. */
  private static final int EVERY_SECONDS = 5;

  /** The stream of the page, of which the server sends a sample at some hundred NEEDs a second. */
  static final String EVENTS = "/v1/events?rates&kind=NEED,FINALIZE,DEAD_LETTER&rate_max=40";

  private static final Duration ANSWER_MAX = Duration.ofSeconds(10);

  /** The files of the page, and what it reads once. */
  static final List<String> ONCE =
      List.of(
          "/",
          "/page/style.css",
          "/page/icon.svg",
          "/page/app.js",
          "/page/agents.js",
          "/page/api.js",
          "/page/dom.js",
          "/page/lists.js",
          "/page/live.js",
          "/page/need.js",
          "/page/story.js",
          "/page/verify.js",
          "/v1/agents",
          "/v1/needs?limit=60",
          "/v1/dead-letters?limit=8");

  private static final List<String> REGULARLY = List.of("/readyz?verbose", "/metrics");

  private final HttpClient client;
  private final String address;
  private final InputStream stream;
  private final ScheduledExecutorService worker;
  private final Thread reader;
  private final AtomicLong events = new AtomicLong();
  private final AtomicLong scrapes = new AtomicLong();
  private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
  private volatile boolean closed;

  private OpenPage(HttpClient client, String address, InputStream stream) {
    this.client = client;
    this.address = address;
    this.stream = stream;
    this.worker = Executors.newSingleThreadScheduledExecutor(task -> daemon(task, "bench-scrape"));
    this.reader = daemon(this::readEvents, "bench-events");
  }

  /**
   * Opens the page.
   *
   * @param address {@code host:port} of the process's HTTP
   * @throws BenchException ENVIRONMENT if something is not answered
   */
  public static OpenPage open(String address) throws BenchException, InterruptedException {
    HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    try {
      for (String path : ONCE) {
        get(client, address, path);
      }
      HttpResponse<InputStream> response =
          client.send(request(address, EVENTS, "text/event-stream"), BodyHandlers.ofInputStream());
      check("/v1/events", response.statusCode());
      OpenPage page = new OpenPage(client, address, response.body());
      page.start();
      return page;
    } catch (IOException e) {
      throw new BenchException(
          BenchExit.ENVIRONMENT, "HTTP at " + address + " does not answer: " + e, e);
    }
  }

  private void start() {
    reader.start();
    worker.scheduleAtFixedRate(this::scrape, 0, EVERY_SECONDS, TimeUnit.SECONDS);
  }

  /** Returns how many events have come. */
  public long events() {
    return events.get();
  }

  /** Returns how often the metrics were read whole. */
  public long scrapes() {
    return scrapes.get();
  }

  /**
   * Closes the page.
   *
   * @throws BenchException ENVIRONMENT if something was not answered meanwhile
   */
  @Override
  public void close() throws BenchException {
    closed = true;
    worker.shutdownNow();
    try {
      stream.close();
    } catch (IOException e) {
      failure.compareAndSet(null, e);
    }
    Exception first = failure.get();
    if (first != null) {
      throw new BenchException(
          BenchExit.ENVIRONMENT,
          "HTTP at " + address + " did not answer the page: " + first,
          first);
    }
  }

  private void readEvents() {
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("data:")) {
          events.incrementAndGet();
        }
      }
      failed(new IOException("the stream of events ended"));
    } catch (IOException e) {
      failed(e);
    }
  }

  private void scrape() {
    try {
      for (String path : REGULARLY) {
        get(client, address, path);
      }
      scrapes.incrementAndGet();
    } catch (IOException e) {
      failed(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void failed(Exception e) {
    if (!closed) {
      failure.compareAndSet(null, e);
    }
  }

  private static void get(HttpClient client, String address, String path)
      throws IOException, InterruptedException {
    HttpResponse<byte[]> response =
        client.send(request(address, path, "*/*"), BodyHandlers.ofByteArray());
    check(path, response.statusCode());
  }

  private static HttpRequest request(String address, String path, String accept) {
    return HttpRequest.newBuilder(URI.create("http://" + address + path))
        .timeout(ANSWER_MAX)
        .header("Accept", accept)
        .build();
  }

  private static void check(String path, int status) throws IOException {
    if (status != 200) {
      throw new IOException(path + ": expected status 200, got " + status);
    }
  }

  private static Thread daemon(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }
}
