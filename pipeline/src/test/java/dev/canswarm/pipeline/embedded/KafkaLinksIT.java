package dev.canswarm.pipeline.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.config.KafkaEndpoint;
import dev.canswarm.config.SettingsLoader;
import dev.canswarm.config.SwarmSettings;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** TLS and SASL to Kafka, by settings alone, at a broker that asks for both. */
class KafkaLinksIT {
  private static final String LOGIN = "org.apache.kafka.common.security.%s required %s;";
  private static final String PLAIN = LOGIN.formatted("plain.PlainLoginModule", "%s");
  private static final String SCRAM = LOGIN.formatted("scram.ScramLoginModule", "%s");
  private static final String OAUTH = LOGIN.formatted("oauthbearer.OAuthBearerLoginModule", "%s");
  private static final String USER = "username=\"pipeline\" password=\"secret\"";
  private static final long WAIT_SECONDS_MAX = 60;

  private static @Nullable KafkaRaftServer server;
  private static int port;
  private static Path trusted = Path.of("/");

  @BeforeAll
  static void startBroker(@TempDir Path temp) throws Exception {
    TestCertificate own = TestCertificate.make(temp, "ip:127.0.0.1");
    trusted = own.certificate();
    Ports ports = FreePorts.choose(Ports.anyFree());
    port = FreePorts.any();
    Path logs = Files.createDirectory(temp.resolve("logs"));
    format(logs);
    try (DataDirectory directory = DataDirectory.open(temp.resolve("data"))) {
      StackSecrets secrets = StackSecrets.ensure(directory);
      Map<String, Object> config = BrokerConfig.of(logs, ports, StackSettings.defaults(), secrets);
      String tls = ",TLS://127.0.0.1:" + port;
      config.computeIfPresent("listeners", (name, value) -> value + tls);
      config.computeIfPresent("advertised.listeners", (name, value) -> value + tls);
      config.computeIfPresent(
          "listener.security.protocol.map", (name, value) -> value + ",TLS:SASL_SSL");
      config.put("listener.name.tls.sasl.enabled.mechanisms", "PLAIN,SCRAM-SHA-512,OAUTHBEARER");
      config.put(
          "listener.name.tls.plain.sasl.jaas.config",
          PLAIN.formatted(USER + " user_pipeline=\"secret\""));
      config.put("listener.name.tls.scram-sha-512.sasl.jaas.config", SCRAM.formatted(""));
      config.put(
          "listener.name.tls.oauthbearer.sasl.jaas.config",
          OAUTH.formatted("unsecuredLoginStringClaim_sub=\"pipeline\""));
      config.put("listener.name.tls.ssl.keystore.type", "PKCS12");
      config.put("listener.name.tls.ssl.keystore.location", own.store().toString());
      config.put("listener.name.tls.ssl.keystore.password", TestCertificate.PASSWORD);
      config.put("listener.name.tls.ssl.key.password", TestCertificate.PASSWORD);
      KafkaRaftServer started = new KafkaRaftServer(new KafkaConfig(config, false), Time.SYSTEM);
      server = started;
      started.startup();
      KafkaEndpoint broker = secrets.kafka(KafkaUser.BROKER, ports.kafkaSasl());
      Map<String, Object> properties = new HashMap<>(broker.properties());
      properties.put("bootstrap.servers", broker.bootstrap());
      try (Admin admin = Admin.create(properties)) {
        admin
            .alterUserScramCredentials(
                List.of(
                    new UserScramCredentialUpsertion(
                        "pipeline",
                        new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096),
                        "secret")))
            .all()
            .get();
      }
    }
  }

  private static void format(Path logs) throws Exception {
    try (PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
      Formatter formatter = new Formatter();
      formatter.setPrintStream(nowhere);
      formatter.setNodeId(BrokerConfig.NODE_ID);
      formatter.setClusterId(Uuid.randomUuid().toString());
      formatter.setDirectories(List.of(logs.toString()));
      formatter.setMetadataLogDirectory(logs.toString());
      formatter.setControllerListenerName(BrokerConfig.CONTROLLER_LISTENER);
      formatter.run();
    }
  }

  @AfterAll
  static void stopBroker() {
    KafkaRaftServer started = server;
    if (started != null) {
      started.shutdown();
      started.awaitShutdown();
    }
  }

  /** Asks for the cluster's id with the client's properties that these settings give. */
  private static String clusterId(Map<String, String> environment) throws Exception {
    Map<String, String> variables = new HashMap<>(environment);
    variables.put("SWARM_KAFKA_BOOTSTRAP", "127.0.0.1:" + port);
    SwarmSettings settings =
        SettingsLoader.load(Map.of(), variables, Optional.empty(), Path.of("/")).settings();
    KafkaEndpoint kafka =
        new KafkaEndpoint(settings.kafka().bootstrap().orElseThrow(), settings.kafka().client());
    Map<String, Object> properties = new HashMap<>(kafka.properties());
    properties.put("bootstrap.servers", kafka.bootstrap());
    try (Admin admin = Admin.create(properties)) {
      return admin.describeCluster().clusterId().get(WAIT_SECONDS_MAX, TimeUnit.SECONDS);
    }
  }

  private static Map<String, String> secured(String mechanism, String jaas) {
    Map<String, String> environment = new HashMap<>();
    environment.put("SWARM_KAFKA_CLIENT_SECURITY_PROTOCOL", "SASL_SSL");
    environment.put("SWARM_KAFKA_CLIENT_SASL_MECHANISM", mechanism);
    environment.put("SWARM_KAFKA_CLIENT_SASL_JAAS_CONFIG", jaas);
    environment.put("SWARM_KAFKA_CLIENT_SSL_TRUSTSTORE_TYPE", "PEM");
    environment.put("SWARM_KAFKA_CLIENT_SSL_TRUSTSTORE_LOCATION", trusted.toString());
    return environment;
  }

  private static String jaas(String mechanism, String user) {
    return switch (mechanism) {
      case "PLAIN" -> PLAIN.formatted(user);
      case "SCRAM-SHA-512" -> SCRAM.formatted(user);
      default -> OAUTH.formatted("unsecuredLoginStringClaim_sub=\"pipeline\"");
    };
  }

  @ParameterizedTest
  @CsvSource({"PLAIN", "SCRAM-SHA-512", "OAUTHBEARER"})
  void everyMechanismLogsInOverTls(String mechanism) throws Exception {
    assertThat(clusterId(secured(mechanism, jaas(mechanism, USER)))).isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource({"PLAIN", "SCRAM-SHA-512"})
  void aWrongPasswordIsRefused(String mechanism) {
    String wrong = jaas(mechanism, USER.replace("secret", "guess"));
    assertThatThrownBy(() -> clusterId(secured(mechanism, wrong)))
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(SaslAuthenticationException.class);
  }

  @Test
  void anUntrustedBrokerIsRefused() {
    Map<String, String> untrusting = secured("PLAIN", jaas("PLAIN", USER));
    untrusting.remove("SWARM_KAFKA_CLIENT_SSL_TRUSTSTORE_TYPE");
    untrusting.remove("SWARM_KAFKA_CLIENT_SSL_TRUSTSTORE_LOCATION");
    assertThatThrownBy(() -> clusterId(untrusting))
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(SslAuthenticationException.class);
  }
}
