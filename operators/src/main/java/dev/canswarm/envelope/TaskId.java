package dev.canswarm.envelope;

import dev.canswarm.crypto.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The id of a plan's task, which follows from the PROPOSE and the task's place in the plan. Ordered
 * as its text. Immutable.
 *
 * <p>The constructor is for text that was checked before, such as that of an envelope that was read
 * or of a stored row, and does not check it again. Text from outside goes through {@link #parse}.
 *
 * @param text 64 lower-case hex digits
 */
public record TaskId(String text) implements Comparable<TaskId> {
  private static final String TAG = "can-swarm/task/v1";

  /**
   * The id of a task: hex SHA-256 of {@code "can-swarm/task/v1" 0x00 ‖ proposal_id ‖ ":" ‖ index},
   * the index in decimal.
   *
   * @param proposalId id of the PROPOSE, 64 lower-case hex digits
   * @param index position in the plan, from 0
   * @throws IllegalArgumentException for a proposal id of another form or a negative index
   */
  public static TaskId of(EnvelopeId proposalId, int index) {
    if (!Sha256.isHex(proposalId.text()) || index < 0) {
      throw new IllegalArgumentException(
          "expected a hex SHA-256 and an index from 0, got " + proposalId + ":" + index);
    }
    byte[] content = (proposalId + ":" + index).getBytes(StandardCharsets.US_ASCII);
    return new TaskId(Sha256.hexTagged(TAG, content));
  }

  /**
   * Returns the id that a text from outside spells; empty unless it is 64 lower-case hex digits.
   */
  public static Optional<TaskId> parse(String text) {
    return Sha256.isHex(text) ? Optional.of(new TaskId(text)) : Optional.empty();
  }

  @Override
  public int compareTo(TaskId other) {
    return text.compareTo(other.text);
  }

  // Written out: the methods that a record brings are slow where only the C1 compiler runs.
  @Override
  public boolean equals(@Nullable Object other) {
    return this == other || other instanceof TaskId id && text.equals(id.text);
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
