package dev.canswarm.pipeline.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.pipeline.health.Health;
import dev.canswarm.pipeline.health.HealthCheck;
import dev.canswarm.pipeline.health.HealthStatus;
import dev.canswarm.pipeline.health.HealthStatus.State;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

class HealthHandlersTest {
  private static final String JSON = "application/json";

  private static HealthCheck check(String name, HealthStatus status) {
    return new HealthCheck(name, State.DOWN, () -> Mono.just(status));
  }

  private static Response ready(Request request, HealthCheck... checks) {
    Health health = new Health(List.of(checks), Schedulers.parallel());
    return HealthHandlers.ready(health, request).blockOptional().orElseThrow();
  }

  private static Request request(Map<String, String> query, Map<String, String> headers) {
    return Request.of("GET", "/readyz", query, headers);
  }

  private static String body(Response response) {
    return new String(response.body(), StandardCharsets.UTF_8);
  }

  @Test
  void aProcessThatAnswersIsAlive() {
    Response live = HealthHandlers.live(request(Map.of(), Map.of())).blockOptional().orElseThrow();
    assertThat(live.status()).isEqualTo(200);
    assertThat(body(live)).isEqualTo("live\n");
  }

  @Test
  void aDegradedPartLeavesTheProcessReadyAndOneThatIsDownDoesNot() {
    HealthCheck up = check("kafka", HealthStatus.up("3 brokers"));
    HealthCheck slow = check("redis", HealthStatus.degraded("away"));
    HealthCheck down = check("postgres", HealthStatus.down("refused"));
    Response degraded = ready(request(Map.of(), Map.of()), up, slow);
    assertThat(degraded.status()).isEqualTo(200);
    assertThat(body(degraded)).isEqualTo("ready\n");
    Response broken = ready(request(Map.of(), Map.of()), up, down);
    assertThat(broken.status()).isEqualTo(503);
    assertThat(body(broken)).isEqualTo("not ready\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "true", "1"})
  void verboseListsThePartsInTheirOrder(String value) {
    Response response =
        ready(
            request(Map.of("verbose", value), Map.of()),
            check("kafka", HealthStatus.up("")),
            check("redis", HealthStatus.degraded("away")),
            check("postgres", HealthStatus.down("refused")));
    assertThat(body(response))
        .isEqualTo("[+]kafka up\n[!]redis degraded: away\n[-]postgres down: refused\nnot ready\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"false", "0"})
  void verboseCanBeDeclined(String value) {
    Response response =
        ready(request(Map.of("verbose", value), Map.of()), check("a", HealthStatus.up("")));
    assertThat(body(response)).isEqualTo("ready\n");
  }

  @Test
  void aProgramGetsAnObject() {
    Response response =
        ready(
            request(Map.of(), Map.of("accept", "text/html, " + JSON)),
            check("redis", HealthStatus.down("say \"no\"\n")));
    assertThat(response.status()).isEqualTo(503);
    assertThat(response.contentType()).isEqualTo(JSON);
    assertThat(body(response))
        .startsWith("{\"checks\":[{\"detail\":\"say \\\"no\\\"")
        .endsWith("\"name\":\"redis\",\"state\":\"down\"}],\"ready\":false}");
  }

  @Test
  void aProcessWithoutPartsIsReady() {
    assertThat(ready(request(Map.of(), Map.of())).status()).isEqualTo(200);
  }
}
