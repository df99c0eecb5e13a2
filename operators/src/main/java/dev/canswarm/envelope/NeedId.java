package dev.canswarm.envelope;

import dev.canswarm.crypto.Sha256;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The id of a NEED: the id of the envelope that says what a client wants. Ordered as its text.
 * Immutable.
 *
 * <p>The constructor is for text that was checked before, such as that of an envelope that was read
 * or of a stored row, and does not check it again. Text from outside goes through {@link #parse}.
 *
 * @param envelope id of the NEED's envelope
 */
public record NeedId(EnvelopeId envelope) implements Comparable<NeedId> {
  /** The id with a text that was checked before: 64 lower-case hex digits. */
  public NeedId(String text) {
    this(new EnvelopeId(text));
  }

  /** Returns the id of the NEED that an envelope states. */
  public static NeedId of(EnvelopeId envelope) {
    return new NeedId(envelope);
  }

  /**
   * Returns the id that a text from outside spells; empty unless it is 64 lower-case hex digits.
   */
  public static Optional<NeedId> parse(String text) {
    return Sha256.isHex(text) ? Optional.of(new NeedId(text)) : Optional.empty();
  }

  /** Returns the bare text. */
  public String text() {
    return envelope.text();
  }

  @Override
  public int compareTo(NeedId other) {
    return envelope.compareTo(other.envelope);
  }

  // Written out: the methods that a record brings are slow where only the C1 compiler runs.
  @Override
  public boolean equals(@Nullable Object other) {
    return this == other || other instanceof NeedId id && envelope.equals(id.envelope);
  }

  @Override
  public int hashCode() {
    return envelope.hashCode();
  }

  /** Returns the bare text. */
  @Override
  public String toString() {
    return envelope.text();
  }
}
