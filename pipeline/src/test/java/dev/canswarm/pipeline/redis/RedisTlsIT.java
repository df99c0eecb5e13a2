package dev.canswarm.pipeline.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.pipeline.embedded.FreePorts;
import dev.canswarm.pipeline.embedded.Ports;
import dev.canswarm.pipeline.embedded.SharedStack;
import dev.canswarm.pipeline.embedded.TestCertificate;
import dev.canswarm.port.DecisionRecord;
import dev.canswarm.port.RetryableException;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS to Redis, by the URL alone. */
final class RedisTlsIT {
  private static final Duration WAIT_MAX = Duration.ofSeconds(60);
  private static @Nullable Process server;
  private static int port;
  private static Path trusted = Path.of("/");

  @BeforeAll
  static void startServer(@TempDir Path temp) throws Exception {
    TestCertificate own = TestCertificate.make(temp, "ip:127.0.0.1");
    trusted = own.certificate();
    port = FreePorts.choose(Ports.anyFree()).redis();
    String program =
        ProcessHandle.of(SharedStack.get().redis().pid())
            .orElseThrow()
            .info()
            .command()
            .orElseThrow();
    Files.writeString(
        temp.resolve("users.acl"), "user default off\nuser gate on >secret ~* +@all\n");
    Process started =
        new ProcessBuilder(
                program,
                "--port",
                "0",
                "--tls-port",
                Integer.toString(port),
                "--bind",
                "127.0.0.1",
                "--tls-cert-file",
                own.certificate().toString(),
                "--tls-key-file",
                own.key().toString(),
                "--tls-ca-cert-file",
                own.certificate().toString(),
                "--tls-auth-clients",
                "no",
                "--aclfile",
                temp.resolve("users.acl").toString(),
                "--dir",
                temp.toString())
            .redirectErrorStream(true)
            .start();
    server = started;
    BufferedReader output = started.inputReader(StandardCharsets.UTF_8);
    String line = output.readLine();
    while (line != null && !line.contains("Ready to accept connections")) {
      line = output.readLine();
    }
    assertThat(line).as("a line that says that it is ready").isNotNull();
  }

  @AfterAll
  static void stopServer() throws Exception {
    Process started = server;
    if (started != null) {
      started.destroyForcibly().waitFor();
    }
  }

  private static void settle(String host, String query) {
    RedisDecisionGate gate =
        new RedisDecisionGate(
            new RedisClientSettings(
                "rediss://gate:secret@" + host + ":" + port + query, 5_000, 10));
    try {
      gate.settle(
              List.of(new DecisionRecord(new NeedId("tls"), new EnvelopeId("p"), 1, 1, 0, "d", 1)))
          .block(WAIT_MAX);
    } finally {
      gate.closeLater().block(WAIT_MAX);
    }
  }

  @Test
  void theGateSpeaksTlsToAServerWhoseCertificateItTrusts() {
    settle("127.0.0.1", "?sslrootcert=" + trusted);
  }

  @Test
  void anUntrustedServerOrAnotherHostIsRefused() {
    assertThatThrownBy(() -> settle("127.0.0.1", "")).isInstanceOf(RetryableException.class);
    assertThatThrownBy(() -> settle("localhost", "?sslrootcert=" + trusted))
        .isInstanceOf(RetryableException.class);
  }
}
