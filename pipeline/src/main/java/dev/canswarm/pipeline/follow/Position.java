package dev.canswarm.pipeline.follow;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A place in the op-log: the transaction that stored a row, and a number within it. Its text is
 * {@code TRANSACTION-NUMBER}, which clients send back unchanged. Immutable.
 *
 * @param transaction of PostgreSQL, at least 0; 0 for rows that were stored before there were
 *     positions
 * @param number ascending within the transaction, at least 0
 */
public record Position(long transaction, long number) implements Comparable<Position> {
  /** The position before every row. */
  public static final Position START = new Position(0, 0);

  private static final Pattern FORM = Pattern.compile("(0|[1-9][0-9]{0,17})-(0|[1-9][0-9]{0,17})");

  /** Returns the position before every row of a transaction. */
  public static Position before(long transaction) {
    return new Position(transaction, 0);
  }

  /** Parses the text; empty if it has another form. */
  public static Optional<Position> parse(String text) {
    Matcher parts = FORM.matcher(text);
    return parts.matches()
        ? Optional.of(new Position(Long.parseLong(parts.group(1)), Long.parseLong(parts.group(2))))
        : Optional.empty();
  }

  @Override
  public int compareTo(Position other) {
    int order = Long.compare(transaction, other.transaction);
    return order != 0 ? order : Long.compare(number, other.number);
  }

  /** Whether this comes later than another one. */
  public boolean isAfter(Position other) {
    return compareTo(other) > 0;
  }

  @Override
  public String toString() {
    return transaction + "-" + number;
  }
}
