package dev.canswarm.pipeline.redis;

import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.reactive.RedisReactiveCommands;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import reactor.core.publisher.Flux;

/**
 * A Lua script beside this class. It goes by its digest; a server that does not know it (it was
 * restarted, or told to forget) gets the text, and knows it from then on.
 */
final class Script {
  private final String text;
  private final String digest;

  private Script(String text) {
    this.text = text;
    this.digest = sha1(text);
  }

  /**
   * Reads a resource; blocks, so call it while wiring up.
   *
   * @throws UncheckedIOException when it is not there
   */
  static Script resource(String name) {
    try (InputStream in = Script.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IOException("no resource " + name + " beside " + Script.class.getName());
      }
      return new Script(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String sha1(String text) {
    try {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-1", e);
    }
  }

  Flux<String> run(RedisReactiveCommands<String, String> redis, String key, String... arguments) {
    String[] keys = {key};
    return redis
        .<String>evalsha(digest, ScriptOutputType.VALUE, keys, arguments)
        .onErrorResume(
            RedisNoScriptException.class,
            unknown -> redis.eval(text, ScriptOutputType.VALUE, keys, arguments));
  }
}
