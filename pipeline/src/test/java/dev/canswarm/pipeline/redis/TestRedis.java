package dev.canswarm.pipeline.redis;

import dev.canswarm.pipeline.embedded.RedisUser;
import dev.canswarm.pipeline.embedded.SharedStack;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.util.function.Consumer;

/** The shared stack's Redis, and direct access to it that bypasses the gate. */
final class TestRedis {
  static {
  }

  private TestRedis() {}

  static RedisClientSettings settings(int timeoutMillis) {
    return new RedisClientSettings(uri(RedisUser.GATE), timeoutMillis, 1_000);
  }

  static String uri(RedisUser user) {
    return SharedStack.get().redisUrl(user).reveal();
  }

  static void with(Consumer<RedisCommands<String, String>> commands) {
    connected(connection -> commands.accept(connection.sync()));
  }

  static void connected(Consumer<StatefulRedisConnection<String, String>> use) {
    RedisClient client = RedisClient.create(uri(RedisUser.OPERATOR));
    try (StatefulRedisConnection<String, String> connection = client.connect()) {
      use.accept(connection);
    } finally {
      client.shutdown();
    }
  }
}
