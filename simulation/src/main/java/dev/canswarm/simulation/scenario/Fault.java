package dev.canswarm.simulation.scenario;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A fault, its time and its duration: plain data, so that a failing scenario can be shrunk by
 * leaving faults out. Times are virtual milliseconds since the run began. A node is its index in
 * the scenario's list.
 */
public sealed interface Fault {
  /** Returns when the fault begins. */
  long atMillis();

  /** A fault with a duration. */
  sealed interface Lasting extends Fault {
    /** Returns how long the fault lasts, in virtual milliseconds. */
    long forMillis();
  }

  /**
   * A process crashes at one of its calls: before the server receives it, or before the response
   * arrives.
   *
   * @param calls number of further calls before the crash
   */
  record Crash(long atMillis, int node, int calls, long downMillis) implements Fault {}

  /** A process is paused and does not know it. */
  record Pause(long atMillis, int node, long forMillis) implements Lasting {}

  /** A process and a server cannot reach each other. */
  record Cut(long atMillis, int node, Server server, long forMillis) implements Lasting {}

  /** Calls to a server fail, some before and some after they took effect. */
  record Failing(long atMillis, Server server, int permille, long forMillis) implements Lasting {}

  /** A server responds slowly. */
  record Slow(long atMillis, Server server, long millisMax, long forMillis) implements Lasting {}

  /** Sent messages or their acknowledgements are lost. */
  record Lose(long atMillis, int permille, long forMillis) implements Lasting {}

  /** Sent messages arrive twice. */
  record Duplicate(long atMillis, int permille, long forMillis) implements Lasting {}

  /** Messages are delivered late. */
  record Delay(long atMillis, long millisMax, long forMillis) implements Lasting {}

  /** Messages of different topics are delivered in any order. */
  record Reorder(long atMillis, long forMillis) implements Lasting {}

  /** A process joins a node's consumer group, takes partitions, does nothing, and leaves. */
  record Rebalance(long atMillis, int node, long forMillis) implements Lasting {}

  /** The clock of a node jumps; node -1 is the store. */
  record ClockJump(long atMillis, int node, long byMillis) implements Fault {}

  /** The clock of a node drifts from then on; node -1 is the store. */
  record ClockDrift(long atMillis, int node, int permille) implements Fault {}

  /** Redis loses all data. */
  record EmptyRedis(long atMillis) implements Fault {}

  /** Redis goes back to an earlier state: a stale replica took over. */
  record RollBackRedis(long atMillis, long backMillis) implements Fault {}

  /** Redis holds, for undecided NEEDs, proposals that nobody made. */
  record StrangeRedis(long atMillis, long forMillis) implements Lasting {}

  /** Tasks of a node start late, as on a machine without a free thread. */
  record Stall(long atMillis, int node, long millisMax, long forMillis) implements Lasting {}

  /** Artifacts are corrupt when read. */
  record Rot(long atMillis, int permille, long forMillis) implements Lasting {}

  /** Returns when the fault ends; a fault without duration ends when it begins. */
  default long endMillis() {
    return this instanceof Lasting lasting ? atMillis() + lasting.forMillis() : atMillis();
  }

  /** Returns the name of its kind. */
  default String kind() {
    return nameOf(getClass());
  }

  /** Returns the names of all kinds, sorted. */
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
