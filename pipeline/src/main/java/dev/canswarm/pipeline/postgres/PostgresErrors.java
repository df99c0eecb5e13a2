package dev.canswarm.pipeline.postgres;

import dev.canswarm.port.RetryableException;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import io.r2dbc.spi.R2dbcTimeoutException;
import io.r2dbc.spi.R2dbcTransientException;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import reactor.pool.PoolAcquirePendingLimitException;
import reactor.pool.PoolShutdownException;

/**
 * Tells an outage from a mistake. What may go away by itself becomes a {@link RetryableException};
 * a violated constraint, a wrong statement or a wrong password stays what it is.
 */
final class PostgresErrors {
  /**
   * Classes of SQLState (PostgreSQL, appendix A): connection, transaction rollback (serialisation,
   * deadlock), insufficient resources, operator intervention (shutdown, starting up, timeout),
   * system error, internal error.
   */
  private static final Set<String> RETRYABLE_CLASSES = Set.of("08", "40", "53", "57", "58", "XX");

  /** read_only_sql_transaction: a failover left this connection on a replica. */
  private static final String READ_ONLY = "25006";

  /** Causes looked at before giving up: chains are short, and may be circular. */
  private static final int CAUSES_MAX = 16;

  private PostgresErrors() {}

  /**
   * The error as a caller of the port shall see it.
   *
   * @param where what was asked, such as {@code fill on PostgreSQL}
   */
  static Throwable translate(String where, Throwable error) {
    if (error instanceof RetryableException) {
      return error;
    }
    return isRetryable(error) ? new RetryableException(where, error) : error;
  }

  private static boolean isRetryable(Throwable error) {
    Throwable at = error;
    for (int i = 0; at != null && i < CAUSES_MAX; i++, at = at.getCause()) {
      if (isOutage(at)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isOutage(Throwable error) {
    if (error instanceof R2dbcException sql && hasRetryableState(sql.getSqlState())) {
      return true;
    }
    if (error instanceof SQLException sql && hasRetryableState(sql.getSQLState())) {
      return true;
    }
    return error instanceof IOException
        || error instanceof TimeoutException
        || error instanceof R2dbcTransientException
        || error instanceof R2dbcTimeoutException
        || error instanceof R2dbcNonTransientResourceException
        || error instanceof PoolAcquirePendingLimitException
        || error instanceof PoolShutdownException;
  }

  static boolean hasRetryableState(@Nullable String state) {
    return state != null
        && state.length() == 5
        && (RETRYABLE_CLASSES.contains(state.substring(0, 2)) || state.equals(READ_ONLY));
  }

  /** Whether the server itself answered with an error, and the connection is still in step. */
  static boolean leavesConnectionUsable(Throwable error) {
    return error instanceof R2dbcException sql
        && sql.getSqlState() != null
        && !(error instanceof R2dbcNonTransientResourceException);
  }
}
