package dev.canswarm.pipeline.redis;

import dev.canswarm.config.Resources;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.ValueOutput;
import io.lettuce.core.protocol.AsyncCommand;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A Lua script from a resource of this package. It is called by its digest. A server that does not
 * know the digest, for example after a restart, receives the text once.
 */
final class Script {
  private final String text;
  private final String digest;

  private Script(String text) {
    this.text = text;
    this.digest = sha1(text);
  }

  /**
   * Reads a resource. Blocks: call it during start-up.
   *
   * @throws java.io.UncheckedIOException if it does not exist
   */
  static Script resource(String name) {
    return new Script(Resources.text(Script.class, name));
  }

  private static String sha1(String text) {
    try {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-1", e);
    }
  }

  /** Builds the command of a call. */
  @FunctionalInterface
  interface Form {
    AsyncCommand<String, String, String> command(String key, String... arguments);
  }

  /** Returns the call by digest. */
  AsyncCommand<String, String, String> command(String key, String... arguments) {
    return command(CommandType.EVALSHA, digest, key, arguments);
  }

  /** Returns the call with the text, after which the server knows the script. */
  AsyncCommand<String, String, String> commandWithText(String key, String... arguments) {
    return command(CommandType.EVAL, text, key, arguments);
  }

  private static AsyncCommand<String, String, String> command(
      CommandType type, String script, String key, String... arguments) {
    CommandArgs<String, String> args =
        new CommandArgs<>(StringCodec.UTF8).add(script).add(1).addKey(key);
    for (String argument : arguments) {
      args.addValue(argument);
    }
    return new AsyncCommand<>(new Command<>(type, new ValueOutput<>(StringCodec.UTF8), args));
  }
}
