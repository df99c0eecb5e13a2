package dev.canswarm.envelope;

import dev.canswarm.crypto.Sha256;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
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
 * <p>Ids are compared far more often than made, so each has its hash code from the start.
 */
public final class EnvelopeId implements Comparable<EnvelopeId> {
  /** Stands where there is no envelope, as before the first entry of a chain. Its text is empty. */
  public static final EnvelopeId NONE = new EnvelopeId("");

  private final String text;
  private final int hash;

  /**
   * @param text 64 lower-case hex digits; empty in {@link #NONE} alone
   */
  public EnvelopeId(String text) {
    this.text = text;
    this.hash = text.hashCode();
  }

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
    List<String> texts = new ArrayList<>(ids.size());
    for (EnvelopeId id : ids) {
      texts.add(id.text);
    }
    return Collections.unmodifiableList(texts);
  }

  /** Whether this is {@link #NONE}, or one like it. */
  public boolean isNone() {
    return text.isEmpty();
  }

  @Override
  public int compareTo(EnvelopeId other) {
    return text.compareTo(other.text);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other
        || other instanceof EnvelopeId id && hash == id.hash && text.equals(id.text);
  }

  @Override
  public int hashCode() {
    return hash;
  }

  /** Returns the bare text: 64 lower-case hex digits. */
  public String text() {
    return text;
  }

  /** Returns the bare text. */
  @Override
  public String toString() {
    return text;
  }
}
