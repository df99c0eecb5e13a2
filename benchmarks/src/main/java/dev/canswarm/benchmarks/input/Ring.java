package dev.canswarm.benchmarks.input;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/**
 * A ring of inputs, so that consecutive calls of a measured method get different inputs. Not
 * thread-safe: each measuring thread needs its own.
 */
public final class Ring<T> {
  /** The system property that sets {@link #INPUTS}; smoke tests use few inputs. */
  public static final String INPUTS_PROPERTY = "swarm.benchmarks.inputs";

  /** The number of inputs when a ratio is measured. */
  public static final int INPUTS = Integer.getInteger(INPUTS_PROPERTY, 1024);

  /** The most bytes in a ring of large inputs; bounds the time for generating it. */
  private static final int BYTES_MAX = 16 << 20;

  private static final int INPUTS_MIN = 64;

  private final List<T> inputs;
  private int next;

  private Ring(List<T> inputs) {
    this.inputs = inputs;
  }

  /** Creates a ring of {@link #INPUTS} inputs. */
  public static <T> Ring<T> of(IntFunction<T> make) {
    return ofCount(INPUTS, make);
  }

  /**
   * Creates a ring of {@link #INPUTS} inputs, or of fewer, but at least 64, if they are large.
   *
   * @param bytesEach the size of one input, in bytes
   */
  public static <T> Ring<T> ofSized(int bytesEach, IntFunction<T> make) {
    return ofCount(Math.min(INPUTS, Math.max(INPUTS_MIN, BYTES_MAX / bytesEach)), make);
  }

  /**
   * Creates a ring of exactly so many inputs.
   *
   * @param make makes the input of an index
   */
  public static <T> Ring<T> ofCount(int count, IntFunction<T> make) {
    List<T> inputs = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      inputs.add(make.apply(i));
    }
    return new Ring<>(inputs);
  }

  /** Returns the next input; the first one follows the last. */
  public T next() {
    int index = next;
    next = index + 1 == inputs.size() ? 0 : index + 1;
    return inputs.get(index);
  }

  /** Returns the number of inputs. */
  public int size() {
    return inputs.size();
  }
}
