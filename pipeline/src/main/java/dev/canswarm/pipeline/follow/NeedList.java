package dev.canswarm.pipeline.follow;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import reactor.core.publisher.Mono;

/**
 * All NEEDs, the newest first, for people and clients. It follows the op-log some moments later;
 * {@link #follow} brings it forward. Never blocks; an outage is a {@link
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
   * Which NEEDs are wanted; those that fit all of it.
   *
   * @param outcome of FINALIZE
   * @param taskType one that the NEED asks for
   * @param artifact hash of one that it ended with
   * @param olderThanMillis stored longer ago than this, by PostgreSQL's clock
   * @param window the part of the list that is wanted
   */
  record Filter(
      Optional<State> state,
      Optional<String> outcome,
      Optional<String> taskType,
      Optional<String> threadId,
      Optional<String> artifact,
      OptionalLong olderThanMillis,
      Window window) {
    /** All of them. */
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

    /** The same from the end of a page on. */
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

    /** Where the page before ended. */
    public OptionalLong cursor() {
      return window.cursor();
    }

    /** Most rows of a page. */
    public int rowsMax() {
      return window.rowsMax();
    }

    /** All of a thread. */
    public Filter ofThread(String id) {
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
   * One NEED.
   *
   * @param sender base64 of the public key that signed it
   * @param taskTypes each once, sorted
   * @param phase by the furthest message that is stored: {@code new}, {@code planned}, {@code
   *     decided}, {@code working}, {@code verifying}, {@code ending}, {@code ended}
   * @param endedMillis empty while it is open, like the outcome; by PostgreSQL's clock
   * @param reason why it was not accepted
   */
  record Item(
      String needId,
      String threadId,
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
   * @param next where to go on; empty at the end. A page may be empty and not the last one, since
   *     each looks through a bounded part of the list
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

  /** NEEDs that fit. */
  Mono<Page> list(Filter filter);

  /** Dead letters before a position, the newest first, at most so many. */
  Mono<List<DeadLetter>> deadLetters(Optional<Position> before, int rowsMax);

  /**
   * Takes up to so many rows of the op-log into the list; one process at a time does.
   *
   * @return how many rows it took; fewer than asked for when there are no more, or while another
   *     process is at it
   */
  Mono<Integer> follow(int rowsMax);
}
