package dev.canswarm.pipeline.kafka;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.canswarm.config.KafkaEndpoint;
import dev.canswarm.config.Secret;
import dev.canswarm.config.SettingsLoader;
import dev.canswarm.pipeline.cli.Invocation;
import dev.canswarm.pipeline.cli.kafka.Clients;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

/** OAUTHBEARER by settings alone, up to the point where a client has its token. */
@ResourceLock(Resources.SYSTEM_PROPERTIES)
class OauthAllowedTest {
  private static final String URLS = "org.apache.kafka.sasl.oauthbearer.allowed.urls";
  private static final String FILES = "org.apache.kafka.sasl.oauthbearer.allowed.files";
  private static final String PREFIX = "SWARM_KAFKA_CLIENT_";

  private final List<String> logins = new CopyOnWriteArrayList<>();
  private final HttpServer server =
      HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);

  OauthAllowedTest() throws IOException {
    server.createContext(
        "/token",
        exchange -> {
          logins.add(exchange.getRequestHeaders().getFirst("Authorization"));
          byte[] answer = ("{\"access_token\":\"" + token() + "\"}").getBytes(US_ASCII);
          exchange.getResponseHeaders().add("Content-Type", "application/json");
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
  }

  @BeforeEach
  void start() {
    clear();
    server.start();
  }

  @AfterEach
  void clear() {
    System.clearProperty(URLS);
    System.clearProperty(FILES);
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private static String token() {
    long now = System.currentTimeMillis() / 1_000;
    String claims =
        "{\"sub\":\"swarm\",\"iat\":%d,\"exp\":%d}"
            .formatted(now, now + Duration.ofHours(1).toSeconds());
    return part("{\"alg\":\"RS256\",\"typ\":\"JWT\"}") + "." + part(claims) + "." + part("sign");
  }

  private static String part(String json) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(US_ASCII));
  }

  private String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/token";
  }

  private Map<String, String> environment() {
    Map<String, String> environment = new TreeMap<>();
    environment.put("SWARM_KAFKA_BOOTSTRAP", "127.0.0.1:1");
    environment.put(PREFIX + "SECURITY_PROTOCOL", "SASL_PLAINTEXT");
    environment.put(PREFIX + "SASL_MECHANISM", "OAUTHBEARER");
    environment.put(PREFIX + "SASL_OAUTHBEARER_TOKEN_ENDPOINT_URL", url());
    environment.put(
        PREFIX + "SASL_LOGIN_CALLBACK_HANDLER_CLASS",
        "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginCallbackHandler");
    environment.put(
        PREFIX + "SASL_JAAS_CONFIG",
        "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required"
            + " clientId=\"swarm\" clientSecret=\"secret\";");
    return environment;
  }

  private KafkaEndpoint endpoint() throws Exception {
    var kafka =
        SettingsLoader.load(Map.of(), environment(), Optional.empty(), Path.of("/"))
            .settings()
            .kafka();
    return new KafkaEndpoint(kafka.bootstrap().orElseThrow(), kafka.client());
  }

  @Test
  void aClientFetchesItsTokenFromTheAddressOfTheSettings(@TempDir Path home) throws Exception {
    KafkaEndpoint kafka = endpoint();
    assertThatThrownBy(() -> Clients.producer(kafka))
        .as("Kafka allows no address by itself")
        .isInstanceOf(KafkaException.class);
    assertThat(logins).isEmpty();

    Invocation config = new Invocation(home, environment());
    config.run("config");
    assertThat(config.exit()).as(config.err()).isZero();
    assertThat(System.getProperty(URLS)).isEqualTo(url());
    Clients.producer(kafka).close(Duration.ZERO);
    String login = Base64.getEncoder().encodeToString("swarm:secret".getBytes(US_ASCII));
    assertThat(logins).containsExactly("Basic " + login);
  }

  @Test
  void whatWasAllowedBeforeStaysAllowed() throws Exception {
    System.setProperty(URLS, "https://other/token");
    OauthAllowed.add(endpoint().client());
    OauthAllowed.add(endpoint().client());
    assertThat(System.getProperty(URLS).split(",")).containsExactly(url(), "https://other/token");
    assertThat(System.getProperty(FILES)).isNull();
  }

  @Test
  void filesOfAssertionsAreAllowedByTheirAbsolutePath() {
    OauthAllowed.add(
        Map.of("sasl.oauthbearer.assertion.private.key.file", new Secret("keys/../key.pem")));
    assertThat(System.getProperty(FILES))
        .isEqualTo(Path.of("keys/../key.pem").toAbsolutePath().toString());
    assertThat(System.getProperty(URLS)).isNull();
  }
}
