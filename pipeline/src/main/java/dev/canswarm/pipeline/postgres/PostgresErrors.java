package dev.canswarm.pipeline.postgres;

import dev.canswarm.port.RetryableException;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import io.r2dbc.spi.R2dbcTimeoutException;
import io.r2dbc.spi.R2dbcTransientException;
import java.io.IOException;
import java.security.cert.CertificateException;
import java.sql.SQLException;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import reactor.pool.PoolAcquirePendingLimitException;
import reactor.pool.PoolShutdownException;

/**
 * Classifies errors as outages or as permanent errors. Errors that may disappear by themselves
 * become {@link RetryableException}; a violated constraint, a faulty statement or a wrong password
 * is passed on unchanged.
 */
final class PostgresErrors {
  /**
   * Retryable SQLSTATE classes (PostgreSQL, appendix A): connection, transaction rollback
   * (serialisation, deadlock), insufficient resources, operator intervention (shutdown, starting
   * up, timeout), system error, internal error.
   */
  private static final Set<String> RETRYABLE_CLASSES = Set.of("08", "40", "53", "57", "58", "XX");

  /**
   * The SQLSTATE read_only_sql_transaction: after a failover, this connection leads to a replica.
   */
  private static final String READ_ONLY = "25006";

  /**
   * What the driver for migrations names when a certificate is for another host; it has no type or
   * SQLSTATE of its own for that.
   */
  private static final String HOST_VERIFIER = "PgjdbcHostnameVerifier";

  /** The longest chain of causes to search; chains are short, but may be cyclic. */
  private static final int CAUSES_MAX = 16;

  private PostgresErrors() {}

  /**
   * Returns the error for the callers of the port.
   *
   * @param where names the operation, such as {@code fill on PostgreSQL}
   */
  static Throwable translate(String where, Throwable error) {
    if (error instanceof RetryableException) {
      return error;
    }
    return isRetryable(error) ? new RetryableException(where, error) : error;
  }

  private static boolean isRetryable(Throwable error) {
    return isCausedBy(error, PostgresErrors::isOutage);
  }

  /**
   * Whether the server's certificate is not trusted, or is for another host. A running process
   * tries again nevertheless, since the certificate may be replaced; one that starts does not.
   */
  static boolean isUntrusted(Throwable error) {
    return isCausedBy(
        error,
        cause ->
            cause instanceof CertificateException
                || cause instanceof SQLException sql
                    && String.valueOf(sql.getMessage()).contains(HOST_VERIFIER));
  }

  private static boolean isCausedBy(Throwable error, Predicate<Throwable> wanted) {
    Throwable at = error;
    for (int i = 0; at != null && i < CAUSES_MAX; i++, at = at.getCause()) {
      if (wanted.test(at)) {
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

  /** Whether the server itself reported the error, so that the connection can be used again. */
  static boolean leavesConnectionUsable(Throwable error) {
    return error instanceof R2dbcException sql
        && sql.getSqlState() != null
        && !(error instanceof R2dbcNonTransientResourceException);
  }
}
