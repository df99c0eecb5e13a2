package dev.canswarm.envelope;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The id of a thread: the unit of order, which is the key of its records in Kafka. Ordered as its
 * text. Immutable.
 *
 * <p>The constructor is for text that was checked before, such as that of an envelope that was read
 * or of a stored row, and for a draft's, which signing checks; it does not check by itself. Text
 * from outside goes through {@link #parse}.
 *
 * @param text 1 to 128 of {@code A-Z a-z 0-9 . _ : -}; empty in {@link #NONE} alone
 */
public record ThreadId(String text) implements Comparable<ThreadId> {
  /** The form of the text, for messages about another one. */
  public static final String FORM =
      "1 to " + EnvelopeIds.THREAD_ID_CHARS_MAX + " of A-Z a-z 0-9 . _ : -";

  /**
   * Stands where no thread is known or named, as in the row of a dead letter. Its text is empty.
   */
  public static final ThreadId NONE = new ThreadId("");

  /** Returns the id that a text from outside spells; empty if it has another {@link #FORM}. */
  public static Optional<ThreadId> parse(String text) {
    return EnvelopeIds.isThreadId(text) ? Optional.of(new ThreadId(text)) : Optional.empty();
  }

  /** Whether this is {@link #NONE}, or one like it. */
  public boolean isNone() {
    return text.isEmpty();
  }

  @Override
  public int compareTo(ThreadId other) {
    return text.compareTo(other.text);
  }

  // Written out: the methods that a record brings are slow where only the C1 compiler runs.
  @Override
  public boolean equals(@Nullable Object other) {
    return this == other || other instanceof ThreadId id && text.equals(id.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  /** Returns the bare text. */
  @Override
  public String toString() {
    return text;
  }
}
