package dev.canswarm.pipeline.cli.status;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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
 * What a process says of its health.
 *
 * @param checks in the process's order
 */
record HealthSnapshot(boolean ready, List<Check> checks) {
  private static final Duration ANSWER_MAX = Duration.ofSeconds(5);

  /** One part: its state is {@code up}, {@code degraded} or {@code down}. */
  record Check(String name, String state, String detail) {}

  HealthSnapshot {
    checks = List.copyOf(checks);
  }

  /**
   * Asks the process.
   *
   * @param address {@code host:port}
   * @param token the file with the bearer token; it need not be there where none is needed
   * @throws IOException if it does not answer, or not as it should
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
              check.path("state").asText(),
              check.path("detail").asText()));
    }
    return new HealthSnapshot(report.path("ready").asBoolean(), checks);
  }
}
