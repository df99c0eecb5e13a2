package dev.canswarm.stage;

import dev.canswarm.envelope.Verb;
import dev.canswarm.protocol.Deadlines.Timer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The inputs that wait for a lane, grouped by their place in the chain from NEED to FINALIZE. A
 * turn takes the latest steps first, so that NEEDs end before others begin, and a minimum share of
 * each kind, so that no kind starves. Used by one thread at a time.
 */
final class TurnQueue {
  /** Most inputs of a turn. */
  static final int TURN_INPUTS_MAX = 512;

  /** Most bytes of a turn's records, after decompression; one record always fits. */
  static final long TURN_BYTES_MAX = 8L << 20;

  /** Inputs of each kind that a turn takes before it fills up with later steps of the chain. */
  static final int FLOOR_INPUTS = 32;

  private static final int RESULTS = 0;
  private static final int CONTROL = 1;
  private static final int FINALIZE = 2;
  private static final int ATTEST = 3;
  private static final int COMMIT = 4;
  private static final int LEASE = 5;
  private static final int DECIDE = 6;
  private static final int PROPOSE = 7;
  private static final int DUE = 8;
  private static final int NEED = 9;
  private static final int OTHER = 10;
  static final int KINDS = 11;

  /** Kinds of records that may hold, or lead to, the answer that a timer waits for. */
  private static final int[] TO_PLAN = {DECIDE, PROPOSE, NEED};

  private static final int[] TO_CLAIM = {LEASE};
  private static final int[] TO_COMMIT = {COMMIT, LEASE};
  private static final int[] TO_VOTE = {ATTEST, COMMIT, LEASE};
  private static final int[] NOTHING = {};

  private static final Map<String, Integer> KIND_OF_TOPIC =
      Arrays.stream(Verb.values())
          .collect(
              Collectors.toUnmodifiableMap(Verb::topic, TurnQueue::kindOf, (kind, same) -> kind));

  private static final String[] TOPIC_OF_KIND = topics();

  private final List<ArrayDeque<Input>> waiting = new ArrayList<>(KINDS);
  private int size;

  TurnQueue() {
    for (int kind = 0; kind < KINDS; kind++) {
      waiting.add(new ArrayDeque<>());
    }
  }

  void add(Input input) {
    waiting.get(kindOf(input)).add(input);
    size++;
  }

  boolean isEmpty() {
    return size == 0;
  }

  int size() {
    return size;
  }

  /** Removes and returns the inputs of the next turn. */
  List<Input> take() {
    List<Input> taken = new ArrayList<>(Math.min(size, TURN_INPUTS_MAX));
    long bytes = take(taken, 0, FLOOR_INPUTS);
    take(taken, bytes, TURN_INPUTS_MAX);
    size -= taken.size();
    return taken;
  }

  /**
   * Takes up to {@code ofEachMax} of each kind, latest steps first; returns the bytes taken so far.
   */
  private long take(List<Input> taken, long bytesBefore, int ofEachMax) {
    long bytes = bytesBefore;
    for (int number = 0; number < KINDS; number++) {
      ArrayDeque<Input> kind = waiting.get(number);
      // The next entry of the control chain is judged by what this one changes.
      int left = number == CONTROL ? Math.min(1 - countOf(taken, CONTROL), ofEachMax) : ofEachMax;
      while (left-- > 0 && taken.size() < TURN_INPUTS_MAX && !kind.isEmpty()) {
        long more = bytesOf(kind.element());
        if (bytes + more > TURN_BYTES_MAX && !taken.isEmpty()) {
          break;
        }
        bytes += more;
        taken.add(kind.remove());
      }
    }
    return bytes;
  }

  private static int countOf(List<Input> taken, int kind) {
    int count = 0;
    for (Input input : taken) {
      count += kindOf(input) == kind ? 1 : 0;
    }
    return count;
  }

  private static long bytesOf(Input input) {
    if (input instanceof Input.Arrival arrival) {
      byte[] value = arrival.delivery().value();
      return value == null ? 0 : value.length;
    }
    return 0;
  }

  /** Returns the kind of a topic's valid records, from 0 to {@link #KINDS} - 1. */
  static int kindOf(String topic) {
    return KIND_OF_TOPIC.getOrDefault(topic, OTHER);
  }

  /** Returns the topic of a kind. */
  static String topicOf(int kind) {
    return TOPIC_OF_KIND[kind];
  }

  private static String[] topics() {
    String[] topics = new String[KINDS];
    KIND_OF_TOPIC.forEach((topic, kind) -> topics[kind] = topic);
    return topics;
  }

  /** Returns the kinds of records that may hold the answer that a timer waits for. */
  static int[] answering(Timer timer) {
    return switch (timer) {
      case NO_PLAN -> TO_PLAN;
      case UNCLAIMED -> TO_CLAIM;
      case LEASE -> TO_COMMIT;
      case SILENCE -> TO_VOTE;
      case DEADLINE, GATE -> NOTHING;
    };
  }

  /** Returns the kind of an input, from 0 to {@link #KINDS} - 1. */
  static int kindOf(Input input) {
    if (input instanceof Input.Arrival arrival) {
      return arrival.decoded() instanceof Decoded.Valid valid
          ? kindOf(valid.envelope().verb())
          : OTHER;
    }
    return input instanceof Input.Due || input instanceof Input.Resume ? DUE : RESULTS;
  }

  /**
   * Returns a verb's kind. All verbs of a topic have the same one, so its records keep their order.
   */
  private static int kindOf(Verb verb) {
    return switch (verb) {
      case FINALIZE -> FINALIZE;
      case ATTEST -> ATTEST;
      case COMMIT -> COMMIT;
      case CLAIM, YIELD, RELEASE -> LEASE;
      case DECIDE -> DECIDE;
      case PROPOSE -> PROPOSE;
      case NEED, CANCEL -> NEED;
      case CONTROL -> CONTROL;
    };
  }
}
