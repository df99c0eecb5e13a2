package dev.canswarm.envelope;

import dev.canswarm.crypto.Sha256;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The id of an envelope: the hash of the fields that say what it is. Ordered as its text.
 * Immutable.
 *
 * <p>The constructor is for text that was checked before, such as that of an envelope that was read
 * or of a stored row, and does not check it again. Text from outside goes through {@link #parse}.
 *
 * @param text 64 lower-case hex digits; empty in {@link #NONE} alone
 */
public record EnvelopeId(String text) implements Comparable<EnvelopeId> {
  /** Stands where there is no envelope, as before the first entry of a chain. Its text is empty. */
  public static final EnvelopeId NONE = new EnvelopeId("");

  /**
   * Returns the id that a text from outside spells; empty unless it is 64 lower-case hex digits.
   */
  public static Optional<EnvelopeId> parse(String text) {
    return Sha256.isHex(text) ? Optional.of(new EnvelopeId(text)) : Optional.empty();
  }

  /** Returns the ids that texts spell that were checked before, in their order. */
  public static List<EnvelopeId> ofTexts(Collection<String> texts) {
    return texts.stream().map(EnvelopeId::new).toList();
  }

  /** Returns the bare texts of ids, in their order. */
  public static List<String> texts(Collection<EnvelopeId> ids) {
    return ids.stream().map(EnvelopeId::text).toList();
  }

  /** Whether this is {@link #NONE}, or one like it. */
  public boolean isNone() {
    return text.isEmpty();
  }

  @Override
  public int compareTo(EnvelopeId other) {
    return text.compareTo(other.text);
  }

  // Written out: the methods that a record brings are slow where only the C1 compiler runs.
  @Override
  public boolean equals(@Nullable Object other) {
    return this == other || other instanceof EnvelopeId id && text.equals(id.text);
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
