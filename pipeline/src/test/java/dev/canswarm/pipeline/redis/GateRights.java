package dev.canswarm.pipeline.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.sync.RedisCommands;

/** What the gate's user of Redis may do, and what it may not. */
public final class GateRights {
  private GateRights() {}

  /** Tries both with the login of the gate's user. */
  public static void assertThatTheyHold(RedisCommands<String, String> redis) {
    String script = "return redis.call('HSET', KEYS[1], 'a', 'b')";
    // The number of new fields: 0 where an earlier check has set it.
    assertThat(redis.<Long>eval(script, ScriptOutputType.INTEGER, "decide:{rights}")).isIn(0L, 1L);
    refused(() -> redis.eval(script, ScriptOutputType.INTEGER, "other"));
    refused(
        () ->
            redis.eval(
                "return redis.call('CONFIG', 'GET', '*')",
                ScriptOutputType.MULTI,
                "decide:{rights}"));
    refused(() -> redis.get("decide:{rights}"));
    refused(redis::flushall);
    refused(() -> redis.configGet("*"));
    refused(() -> redis.replicaof("127.0.0.1", 1));
    refused(redis::aclList);
    refused(() -> redis.keys("*"));
    refused(redis::scriptFlush);
    refused(() -> redis.publish("channel", "text"));
  }

  /** Makes a call that Redis must refuse for want of a right. */
  static void refused(Runnable call) {
    assertThatThrownBy(call::run)
        .isInstanceOf(RedisCommandExecutionException.class)
        .message()
        .containsAnyOf("NOPERM", "ACL", "can't run this command", "not allowed from script");
  }
}
