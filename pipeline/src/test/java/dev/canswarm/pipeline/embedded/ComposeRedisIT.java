package dev.canswarm.pipeline.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.pipeline.redis.GateRights;
import dev.canswarm.pipeline.redis.RedisClientSettings;
import dev.canswarm.pipeline.redis.RedisDecisionGate;
import dev.canswarm.port.DecisionRecord;
import dev.canswarm.port.GateAnswer;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.api.StatefulRedisConnection;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Redis as docker-compose.yml starts it: the script of its container is run as it is, and the
 * embedded server gets the arguments and the file of users that come out of it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ComposeRedisIT {
  private static final int TIMEOUT_MILLIS = 10_000;
  private static final DecisionRecord DECISION =
      new DecisionRecord(
          new NeedId("compose/1"),
          new EnvelopeId("p1"),
          1,
          7,
          2,
          "key",
          1_700_000_000_123_456_789L);

  private final Path home;
  private final ComposeFile compose;
  private final int port = FreePorts.any();
  private final String url;
  private final ChildServer server;

  ComposeRedisIT(@TempDir Path home) throws Exception {
    this.home = home;
    this.compose = new ComposeFile(home);
    compose.makeSecrets();
    String written = compose.settings("pipeline", Map.of()).redis().url().orElseThrow().reveal();
    assertThat(written).startsWith("redis://swarm:").endsWith("@redis:6379");
    url = written.replace("@redis:6379", "@127.0.0.1:" + port);
    server = start();
  }

  @AfterAll
  void stop() throws Exception {
    server.stop();
  }

  private ChildServer start() throws Exception {
    Path data = Files.createDirectory(home.resolve("data"));
    ServerUser user = ServerUser.of(ServerKind.REDIS, data);
    // The image's: one gives the data to the server's user, one becomes that user.
    compose.program("chown", "[ \"$*\" = 'redis:redis data/users.acl' ]");
    compose.program("docker-entrypoint.sh", "for a in \"$@\"; do echo \"$a\"; done");
    List<String> asked = compose.run(compose.command("redis"), Map.of());
    assertThat(asked.get(0)).isEqualTo("redis-server");
    user.own(data);

    List<String> command = new ArrayList<>(List.of(program(user).toString()));
    command.addAll(List.of("--set-proc-title", "no", "--dir", user.pathOf(data)));
    command.addAll(List.of("--port", Integer.toString(port), "--bind", "127.0.0.1"));
    asked.stream().skip(1).map(one -> one.replace("data/", "")).forEach(command::add);
    return ChildServer.start(
        new ChildServer.Spec(
            ServerKind.REDIS,
            "TERM",
            user.command(command),
            data,
            home.resolve("redis.log"),
            new ChildServer.Readiness(
                "Ready to accept connections", port, StackSettings.DEFAULT_START_MILLIS_MAX)));
  }

  private Path program(ServerUser user) throws Exception {
    // The shared stack's start unpacks the binary.
    assertThat(SharedStack.get().redis().running()).isTrue();
    BinaryCache cache =
        new BinaryCache(
            StackSettings.defaults().binaryCache(), SharedStack.get().dataDir().resolve("bin"));
    for (Path place : cache.places()) {
      if (!Files.isDirectory(place)) {
        continue;
      }
      try (var bundles = Files.newDirectoryStream(place, "*redis*")) {
        for (Path bundle : bundles) {
          Path program = bundle.resolve("redis-server");
          if (user.canRun(List.of(program.toString(), "--version"))) {
            return program;
          }
        }
      }
    }
    throw BinaryCache.cannotRun(ServerKind.REDIS, user);
  }

  @Test
  void theGateDecidesWithTheLoginOfTheServicePipeline() {
    RedisDecisionGate gate =
        new RedisDecisionGate(new RedisClientSettings(url, TIMEOUT_MILLIS, 10));
    try {
      assertThat(gate.propose(DECISION).block()).isEqualTo(new GateAnswer.Admitted(DECISION));
    } finally {
      gate.closeLater().block();
    }
  }

  @Test
  void itsUserHasItsCommandsAndKeysAndNoOthers() {
    RedisClient client = RedisClient.create(url);
    try (StatefulRedisConnection<String, String> connection = client.connect()) {
      GateRights.assertThatTheyHold(connection.sync());
    } finally {
      client.shutdown();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"swarm:wrong@", "swarm:@", ":@", "default:nopass@", "redis:redis@"})
  void anotherLoginIsRefused(String login) {
    RedisClient client = RedisClient.create("redis://" + login + "127.0.0.1:" + port);
    try {
      assertThatThrownBy(client::connect).isInstanceOf(RedisConnectionException.class);
    } finally {
      client.shutdown();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"PING", "GET decide:{x}", "CONFIG GET *", "ACL LIST", "FLUSHALL"})
  void whoDoesNotLogInGetsNothing(String command) throws Exception {
    try (Socket socket = new Socket("127.0.0.1", port)) {
      socket.setSoTimeout(TIMEOUT_MILLIS);
      socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
      BufferedReader lines =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
      // The health check of the service looks for this word.
      assertThat(lines.readLine()).startsWith("-NOAUTH");
    }
  }

  @Test
  void anAcknowledgedWriteIsOnDisk() {
    assertThat(home.resolve("data/appendonlydir")).isDirectory();
  }
}
