package dev.canswarm.pipeline.follow;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** An event that a follower of the op-log receives. */
public sealed interface FeedEvent {
  /** A stored row that passes the filter. All followers share it. Thread-safe. */
  final class Said implements FeedEvent {
    private final FollowedRow entry;
    private volatile byte @Nullable [] text;

    public Said(FollowedRow entry) {
      this.entry = entry;
    }

    /** Returns the row. */
    public FollowedRow entry() {
      return entry;
    }

    /**
     * Returns the event as text, which is written once for all followers.
     *
     * @param write must always write the same; what it returns must not be modified
     */
    public byte[] text(Function<FollowedRow, byte[]> write) {
      byte[] written = text;
      if (written == null) {
        written = write.apply(entry);
        text = written;
      }
      return written;
    }
  }

  /** All rows up to this position that pass the filter were sent. */
  record Mark(Position position) implements FeedEvent {}

  /** The rates of the last second, of the whole swarm. */
  record Rate(Rates rates) implements FeedEvent {}

  /**
   * From here on the events are those of a sample of the NEEDs.
   *
   * @param oneOf of so many NEEDs one is in it, chosen by id; 1 for all
   */
  record Sampled(int oneOf) implements FeedEvent {}
}
