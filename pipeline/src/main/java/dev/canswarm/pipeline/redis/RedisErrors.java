package dev.canswarm.pipeline.redis;

import dev.canswarm.port.RetryableException;
import io.lettuce.core.RedisBusyException;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisLoadingException;
import io.lettuce.core.RedisReadOnlyException;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Classifies errors as retryable outages or as permanent errors, such as a faulty script or a wrong
 * password.
 */
final class RedisErrors {
  /** The first words of error replies that a retry may resolve. */
  private static final Set<String> RETRYABLE_WORDS =
      Set.of(
          "BUSY",
          "CLUSTERDOWN",
          "LOADING",
          "MASTERDOWN",
          "MISCONF",
          "NOREPLICAS",
          "NOSCRIPT",
          "OOM",
          "READONLY",
          "TRYAGAIN");

  private static final String DENIED = "NOPERM";

  /** The longest chain of causes to search; chains are short, but may be cyclic. */
  private static final int CAUSES_MAX = 16;

  private RedisErrors() {}

  static Throwable translate(String where, Throwable error) {
    if (error instanceof RetryableException) {
      return error;
    }
    return isOutage(error) ? new RetryableException(where, error) : error;
  }

  /** Whether the server answered that this user may not use the command. */
  static boolean isDenied(Throwable error) {
    return error instanceof RedisCommandExecutionException reply && firstWord(reply).equals(DENIED);
  }

  private static boolean isOutage(Throwable error) {
    if (error instanceof RedisBusyException
        || error instanceof RedisLoadingException
        || error instanceof RedisReadOnlyException
        || error instanceof IOException
        || error instanceof TimeoutException
        || error instanceof RejectedExecutionException) {
      return true;
    }
    if (!(error instanceof RedisException)) {
      return false;
    }
    RedisCommandExecutionException reply = replyBehind(error);
    return reply == null || RETRYABLE_WORDS.contains(firstWord(reply));
  }

  /** Finds the server's error reply in a chain of causes, since connecting wraps it. */
  private static @Nullable RedisCommandExecutionException replyBehind(Throwable error) {
    Throwable at = error;
    for (int i = 0; at != null && i < CAUSES_MAX; i++, at = at.getCause()) {
      if (at instanceof RedisCommandExecutionException reply) {
        return reply;
      }
    }
    return null;
  }

  private static String firstWord(RedisCommandExecutionException reply) {
    String message = String.valueOf(reply.getMessage());
    int end = message.indexOf(' ');
    return end < 0 ? message : message.substring(0, end);
  }
}
