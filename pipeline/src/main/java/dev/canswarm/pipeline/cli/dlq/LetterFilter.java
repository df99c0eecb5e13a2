package dev.canswarm.pipeline.cli.dlq;

import dev.canswarm.pipeline.cli.command.CommandException;
import dev.canswarm.pipeline.cli.command.ExitCode;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Selects dead letters. Pure.
 *
 * @param positions {@code topic/partition/offset} of the refused records; empty for all
 * @param reasons empty for all
 * @param topics of the refused records; empty for all
 * @param fromMillis and {@code toMillis}: when the letters were sent, both inclusive
 */
record LetterFilter(
    Set<String> positions,
    Set<String> reasons,
    Set<String> topics,
    long fromMillis,
    long toMillis) {
  private static final long SECOND = 1_000;

  LetterFilter {
    positions = Set.copyOf(positions);
    reasons = Set.copyOf(reasons);
    topics = Set.copyOf(topics);
  }

  static LetterFilter of(DlqCommand command, long nowMillis) throws CommandException {
    Set<String> positions = new TreeSet<>();
    for (String position : command.positions) {
      if (!position.matches("[A-Za-z0-9._-]+/\\d{1,9}/\\d{1,18}")) {
        throw new CommandException(
            ExitCode.USAGE, "expected a position as topic/partition/offset, got " + position);
      }
      positions.add(position);
    }
    Set<String> reasons = new TreeSet<>();
    command.reasons.forEach(reason -> reasons.add(reason.toUpperCase(Locale.ROOT)));
    return new LetterFilter(
        positions,
        reasons,
        Set.copyOf(command.topics),
        millis("--since", command.since, nowMillis, 0),
        millis("--until", command.until, nowMillis, Long.MAX_VALUE));
  }

  /** Whether the filter selects all letters. */
  boolean isEverything() {
    return positions.isEmpty()
        && reasons.isEmpty()
        && topics.isEmpty()
        && fromMillis == 0
        && toMillis == Long.MAX_VALUE;
  }

  boolean takes(DeadLetterRecord letter) {
    return (positions.isEmpty() || positions.contains(letter.source().toString()))
        && (reasons.isEmpty() || reasons.contains(letter.reason()))
        && (topics.isEmpty() || topics.contains(letter.source().topic()))
        && letter.atMillis() >= fromMillis
        && letter.atMillis() <= toMillis;
  }

  /** Parses a time in ISO 8601, or an age: {@code 90s}, {@code 10m}, {@code 2h}, {@code 3d}. */
  static long millis(String option, @Nullable String text, long nowMillis, long missing)
      throws CommandException {
    if (text == null) {
      return missing;
    }
    try {
      if (text.matches("\\d{1,9}[smhd]")) {
        long count = Long.parseLong(text.substring(0, text.length() - 1));
        long unit =
            switch (text.charAt(text.length() - 1)) {
              case 's' -> SECOND;
              case 'm' -> Duration.ofMinutes(1).toMillis();
              case 'h' -> Duration.ofHours(1).toMillis();
              default -> Duration.ofDays(1).toMillis();
            };
        return nowMillis - count * unit;
      }
      return Instant.parse(text).toEpochMilli();
    } catch (DateTimeException e) {
      throw new CommandException(
          ExitCode.USAGE,
          option + ": expected a time such as 2026-11-29T12:00:00Z, or 10m, got " + text,
          e);
    }
  }
}
