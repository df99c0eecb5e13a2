package dev.canswarm.benchmarks.input;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/**
 * Inputs that a measured method takes in turn, so that no call sees what the last one saw. Not
 * thread-safe: one per measuring thread.
 */
public final class Ring<T> {
  /** Sets {@link #INPUTS}, for tests that measure nothing and need only a few. */
  public static final String INPUTS_PROPERTY = "swarm.benchmarks.inputs";

  /** Inputs in turn where a ratio is measured. */
  public static final int INPUTS = Integer.getInteger(INPUTS_PROPERTY, 1024);

  /** How much a ring of large inputs may hold altogether, so that making it takes no long time. */
  private static final int BYTES_MAX = 16 << 20;

  private static final int INPUTS_MIN = 64;

  private final List<T> inputs;
  private int next;

  private Ring(List<T> inputs) {
    this.inputs = inputs;
  }

  /** A ring of {@link #INPUTS}. */
  public static <T> Ring<T> of(IntFunction<T> make) {
    return ofCount(INPUTS, make);
  }

  /**
   * A ring of at most {@link #INPUTS}, fewer (but never less than 64) where each is large.
   *
   * @param bytesEach size of one
   */
  public static <T> Ring<T> ofSized(int bytesEach, IntFunction<T> make) {
    return ofCount(Math.min(INPUTS, Math.max(INPUTS_MIN, BYTES_MAX / bytesEach)), make);
  }

  private static <T> Ring<T> ofCount(int count, IntFunction<T> make) {
    List<T> inputs = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      inputs.add(make.apply(i));
    }
    return new Ring<>(inputs);
  }

  /** The next one; after the last comes the first. */
  public T next() {
    int index = next;
    next = index + 1 == inputs.size() ? 0 : index + 1;
    return inputs.get(index);
  }

  /** How many there are. */
  public int size() {
    return inputs.size();
  }
}
