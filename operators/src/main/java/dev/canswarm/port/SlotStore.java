package dev.canswarm.port;

import java.util.Collection;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The truth: write-once slots (op-log, outbox and source for replay in one) and the durable timers.
 *
 * <p>Every method is non-blocking and safe to call from any thread. A failure of the store itself
 * is an error {@link RetryableException}: the call may be repeated as it stands, since filling a
 * slot twice with anything leaves the first answer.
 */
public interface SlotStore {
  /** Most rows that one {@link #fill} takes. */
  int FILL_ROWS_MAX = 256;

  /**
   * Fills each candidate's slot unless it is filled already, and arms timers, all in one
   * transaction.
   *
   * @return when durable: what each slot holds now, in the order of the candidates. It is the
   *     candidate itself if and only if {@link SlotRow#sameAnswer} says so.
   */
  Mono<List<SlotRow>> fill(List<SlotRow> candidates, List<OpenNeed> timers);

  /** All rows of a scope, in the order of their slots. */
  Mono<List<SlotRow>> load(String scope);

  /** What a slot holds, or empty. */
  Mono<SlotRow> find(String scope, String slot);

  /**
   * Sets when to look at a NEED again. A timer that knows its NEED's slot inserts the row, or
   * changes its thread, partition, slot and due time. One that does not, since the NEED was not
   * seen, only inserts: nobody puts off a NEED's timer by referring to it. The stored time of a row
   * stays.
   */
  Mono<Void> arm(OpenNeed timer);

  /** The timer row of a NEED, or empty once it is over (or never was). */
  Mono<OpenNeed> open(String needId);

  /**
   * Takes the row away unless its NEED has come, which is when its NEED's slot is known: for what
   * was only waited for.
   */
  Mono<Void> abandon(String needId);

  /** Takes the row away: the NEED is over and its FINALIZE was sent. */
  Mono<Void> close(String needId);

  /**
   * Rows of these partitions that are due, earliest first.
   *
   * @param countMax most rows to answer, at least 1
   */
  Flux<OpenNeed> due(Collection<Integer> partitions, long nowMillis, int countMax);

  /**
   * A number that was never answered before and is larger than all that were: a decider's epoch.
   */
  Mono<Long> nextEpoch();

  /** Keeps a policy or trust file by its hash; keeping it again changes nothing. */
  Mono<Void> archive(String hash, String kind, byte[] bytes);

  /** What was archived under that hash, or empty. */
  Mono<byte[]> archived(String hash);

  /** The NEED rows of all threads, for replay and listing; demand reaches the store. */
  Flux<SlotRow> needs();

  /**
   * Every row of every scope, scope by scope and each in the order of its slots, dead letters
   * included; for replay. Demand reaches the store. A row that is stored meanwhile may or may not
   * be among them.
   */
  Flux<SlotRow> rows();
}
