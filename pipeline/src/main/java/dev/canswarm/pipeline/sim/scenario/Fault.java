package dev.canswarm.pipeline.sim.scenario;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Something that goes wrong, when, and for how long: plain data, so that a history is made shorter
 * by leaving some of it out. Times are virtual milliseconds since the run began. A node is its
 * place in the scenario's list.
 */
public sealed interface Fault {
  /** When it begins. */
  long atMillis();

  /** A fault that lasts. */
  sealed interface Lasting extends Fault {
    /** For how long. */
    long forMillis();
  }

  /**
   * A process dies at one of its calls: before the server has it, or before the answer is back.
   *
   * @param calls how many calls it still makes from then on
   */
  record Crash(long atMillis, int node, int calls, long downMillis) implements Fault {}

  /** A process stands still and does not know it. */
  record Pause(long atMillis, int node, long forMillis) implements Lasting {}

  /** A process and a server do not reach each other. */
  record Cut(long atMillis, int node, Server server, long forMillis) implements Lasting {}

  /** Calls of a server fail, some before and some after they took effect. */
  record Failing(long atMillis, Server server, int permille, long forMillis) implements Lasting {}

  /** A server takes its time. */
  record Slow(long atMillis, Server server, long millisMax, long forMillis) implements Lasting {}

  /** Messages that are sent get lost, or their acknowledgement does. */
  record Lose(long atMillis, int permille, long forMillis) implements Lasting {}

  /** Messages that are sent arrive twice. */
  record Duplicate(long atMillis, int permille, long forMillis) implements Lasting {}

  /** Messages are delivered late. */
  record Delay(long atMillis, long millisMax, long forMillis) implements Lasting {}

  /** Messages of different topics are delivered in any order. */
  record Reorder(long atMillis, long forMillis) implements Lasting {}

  /** A process joins a node's consumer group, takes partitions, does nothing, and leaves. */
  record Rebalance(long atMillis, int node, long forMillis) implements Lasting {}

  /** The clock of a node is set; of the store with node -1. */
  record ClockJump(long atMillis, int node, long byMillis) implements Fault {}

  /** The clock of a node goes wrong from then on; of the store with node -1. */
  record ClockDrift(long atMillis, int node, int permille) implements Fault {}

  /** Redis forgets everything. */
  record EmptyRedis(long atMillis) implements Fault {}

  /** Redis goes back to what it held before: a stale replica took over. */
  record RollBackRedis(long atMillis, long backMillis) implements Fault {}

  /** Redis holds, for NEEDs that are not decided, proposals that nobody ever made. */
  record StrangeRedis(long atMillis, long forMillis) implements Lasting {}

  /** Task code of a node starts late, as on a machine without a free thread. */
  record Stall(long atMillis, int node, long millisMax, long forMillis) implements Lasting {}

  /** Artifacts cannot be read as they were written. */
  record Rot(long atMillis, int permille, long forMillis) implements Lasting {}

  /** When it is over; what happens at once is over at once. */
  default long endMillis() {
    return this instanceof Lasting lasting ? atMillis() + lasting.forMillis() : atMillis();
  }

  /** The name of its kind. */
  default String kind() {
    return nameOf(getClass());
  }

  /** The names of all kinds, from this type. */
  static List<String> kinds() {
    return Arrays.stream(Fault.class.getPermittedSubclasses())
        .flatMap(
            type ->
                type.isInterface()
                    ? Arrays.stream(type.getPermittedSubclasses())
                    : Arrays.stream(new Class<?>[] {type}))
        .map(Fault::nameOf)
        .sorted()
        .toList();
  }

  private static String nameOf(Class<?> type) {
    return type.getSimpleName().replaceAll("(?<=[a-z])(?=[A-Z])", "_").toLowerCase(Locale.ROOT);
  }
}
