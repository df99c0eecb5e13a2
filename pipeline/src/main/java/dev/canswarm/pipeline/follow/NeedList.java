package dev.canswarm.pipeline.follow;

import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.ThreadId;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import reactor.core.publisher.Mono;

/**
 * All NEEDs, the newest first, for people and clients. It is updated from the op-log with a short
 * delay; {@link #follow} updates it at once. Never blocks; an outage is a {@link
 * dev.canswarm.port.RetryableException}. Thread-safe.
 */
public interface NeedList {
  /** Most rows of a page. */
  int ROWS_MAX = 500;

  /** Whether a NEED has ended. */
  enum State {
    OPEN,
    ENDED
  }

  /**
   * Selects the NEEDs that meet all of these conditions.
   *
   * @param outcome of FINALIZE
   * @param taskType one that the NEED asks for
   * @param artifact hash of an artifact of its FINALIZE
   * @param olderThanMillis stored longer ago than this, by PostgreSQL's clock
   * @param window the part of the list that is wanted
   */
  record Filter(
      Optional<State> state,
      Optional<String> outcome,
      Optional<String> taskType,
      Optional<ThreadId> threadId,
      Optional<String> artifact,
      OptionalLong olderThanMillis,
      Window window) {
    /** Returns the filter that selects all NEEDs. */
    public static Filter all(int rowsMax) {
      return new Filter(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          OptionalLong.empty(),
          new Window(OptionalLong.empty(), rowsMax));
    }

    /** Returns this filter for the page after the one with this end. */
    public Filter after(long end) {
      return new Filter(
          state,
          outcome,
          taskType,
          threadId,
          artifact,
          olderThanMillis,
          new Window(OptionalLong.of(end), window.rowsMax()));
    }

    /** Returns the end of the page before; empty for the first page. */
    public OptionalLong cursor() {
      return window.cursor();
    }

    /** Returns the largest number of rows of a page. */
    public int rowsMax() {
      return window.rowsMax();
    }

    /** Returns this filter for the NEEDs of one thread. */
    public Filter ofThread(ThreadId id) {
      return new Filter(
          state, outcome, taskType, Optional.of(id), artifact, olderThanMillis, window);
    }
  }

  /**
   * A part of the list.
   *
   * @param cursor the end of the page before; empty for the first page
   * @param rowsMax the longest page, 1 to {@value NeedList#ROWS_MAX} rows
   */
  record Window(OptionalLong cursor, int rowsMax) {}

  /**
   * A NEED in the list.
   *
   * @param sender base64 of the public key that signed it
   * @param taskTypes each once, sorted
   * @param phase by the furthest message that is stored: {@code new}, {@code planned}, {@code
   *     decided}, {@code working}, {@code verifying}, {@code ending}, {@code ended}
   * @param endedMillis empty while it is open, like the outcome; by PostgreSQL's clock
   * @param reason why it was not accepted
   */
  record Item(
      NeedId needId,
      ThreadId threadId,
      String sender,
      List<String> taskTypes,
      String phase,
      long createdMillis,
      OptionalLong endedMillis,
      Optional<String> outcome,
      Optional<String> reason) {
    public Item {
      taskTypes = List.copyOf(taskTypes);
    }
  }

  /**
   * A part of the list.
   *
   * @param next the cursor of the next page; empty at the end. A page may be empty without being
   *     the last one, since each one searches a bounded part of the list
   */
  record Page(List<Item> items, OptionalLong next) {
    public Page {
      items = List.copyOf(items);
    }
  }

  /**
   * A record that was refused.
   *
   * @param source topic, partition and offset
   * @param reason the constant, a colon and the detail
   */
  record DeadLetter(Position position, String source, String reason, long storedMillis) {}

  /** Returns a page of the NEEDs that the filter selects. */
  Mono<Page> list(Filter filter);

  /** Returns at most {@code rowsMax} dead letters before a position, the newest first. */
  Mono<List<DeadLetter>> deadLetters(Optional<Position> before, int rowsMax);

  /**
   * Adds at most {@code rowsMax} rows of the op-log to the list; one process does so at a time.
   *
   * @return the number of rows added; fewer than asked for if there are no more, or while another
   *     process adds rows
   */
  Mono<Integer> follow(int rowsMax);
}
