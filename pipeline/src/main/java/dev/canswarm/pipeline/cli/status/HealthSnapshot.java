package dev.canswarm.pipeline.cli.status;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.canswarm.pipeline.cli.text.Printable;
import dev.canswarm.pipeline.health.HealthStatus.State;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The answer of a process to {@code GET /readyz}.
 *
 * @param ready whether no check is down
 * @param checks in the process's order
 */
record HealthSnapshot(boolean ready, List<Check> checks) {
  private static final Duration ANSWER_MAX = Duration.ofSeconds(5);

  /**
   * The result of one check.
   *
   * @param name of the part that was checked
   * @param detail one line; may be empty
   */
  record Check(String name, State state, String detail) {}

  HealthSnapshot {
    checks = List.copyOf(checks);
  }

  /**
   * Asks the process. Blocks for at most {@link #ANSWER_MAX}, twice.
   *
   * @param address {@code host:port}
   * @param token the file with the bearer token; it need not be there where none is needed
   * @throws IOException if it cannot be reached, or its answer is not one of {@code /readyz}
   */
  static HealthSnapshot ask(String address, Path token) throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://" + address + "/readyz"))
            .timeout(ANSWER_MAX)
            .header("Accept", "application/json");
    if (Files.isReadable(token)) {
      request.header("Authorization", "Bearer " + Files.readString(token).strip());
    }
    HttpResponse<byte[]> response =
        HttpClient.newBuilder()
            .connectTimeout(ANSWER_MAX)
            .build()
            .send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    JsonNode report = new ObjectMapper().readTree(response.body());
    if (!report.path("checks").isArray()) {
      throw new IOException("http://" + address + "/readyz answered " + response.statusCode());
    }
    List<Check> checks = new ArrayList<>();
    for (JsonNode check : report.get("checks")) {
      checks.add(
          new Check(
              check.path("name").asText(),
              state(address, check.path("state").asText()),
              check.path("detail").asText()));
    }
    return new HealthSnapshot(report.path("ready").asBoolean(), checks);
  }

  private static State state(String address, String label) throws IOException {
    return State.ofLabel(label)
        .orElseThrow(
            () ->
                new IOException(
                    "http://%s/readyz: expected a state of up, degraded or down, got %s"
                        .formatted(address, Printable.value(label))));
  }
}
