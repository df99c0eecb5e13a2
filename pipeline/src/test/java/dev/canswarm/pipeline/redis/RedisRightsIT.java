package dev.canswarm.pipeline.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.pipeline.embedded.EmbeddedStack;
import dev.canswarm.pipeline.embedded.RedisUser;
import dev.canswarm.pipeline.embedded.SharedStack;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the embedded Redis refuses, and to whom. */
final class RedisRightsIT {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PING",
        "GET decide:{x}",
        "EVAL \"return 1\" 0",
        "CONFIG SET dir /tmp",
        "REPLICAOF 127.0.0.1 1",
        "ACL LIST",
        "FLUSHALL",
        "AUTH swarm",
        "AUTH swarm swarm",
        "HELLO 3 AUTH default nothing"
      })
  void whoHasNoPasswordGetsNothing(String command) throws IOException {
    EmbeddedStack stack = SharedStack.get();
    try (Socket socket = new Socket(stack.endpoints().redisHost(), stack.endpoints().redisPort())) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
      assertThat(line(socket.getInputStream())).matches("-(NOAUTH|WRONGPASS|ERR AUTH).*");
    }
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = in.read(); next >= 0 && next != '\r'; next = in.read()) {
      line.append((char) next);
    }
    return line.toString();
  }

  @Test
  void theGatesUserHasItsCommandsAndKeysAndNoOthers() {
    as(RedisUser.GATE, GateRights::assertThatTheyHold);
  }

  @Test
  void theOperatorsUserChangesNeitherSettingsNorUsers() {
    as(
        RedisUser.OPERATOR,
        redis -> {
          assertThat(redis.info()).contains("redis_version");
          GateRights.refused(() -> redis.configSet("dir", "/tmp"));
          GateRights.refused(() -> redis.replicaof("127.0.0.1", 1));
          GateRights.refused(redis::aclList);
          GateRights.refused(() -> redis.eval("return 1", ScriptOutputType.INTEGER));
          GateRights.refused(redis::save);
        });
  }

  @Test
  void theDefaultUserIsOff() {
    EmbeddedStack stack = SharedStack.get();
    RedisClient client =
        RedisClient.create("redis://:nothing@127.0.0.1:" + stack.endpoints().redisPort());
    try {
      assertThatThrownBy(client::connect).isInstanceOf(RedisConnectionException.class);
    } finally {
      client.shutdown();
    }
  }

  private static void as(RedisUser user, Consumer<RedisCommands<String, String>> use) {
    RedisClient client = RedisClient.create(TestRedis.uri(user));
    try (StatefulRedisConnection<String, String> connection = client.connect()) {
      use.accept(connection.sync());
    } finally {
      client.shutdown();
    }
  }
}
