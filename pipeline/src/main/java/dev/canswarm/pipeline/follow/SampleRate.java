package dev.canswarm.pipeline.follow;

/**
 * The sampling rate of a follower: it receives one in so many NEEDs, such that at most a given
 * number of them begin or end each second. Rates are powers of two, so that a larger sample
 * contains every NEED of a smaller one. Used by one thread at a time.
 */
final class SampleRate {
  /** The sparsest sample: one of so many NEEDs. */
  static final int ONE_OF_MAX = 4_096;

  /** Seconds with fewer NEEDs before the sample is made larger; it must not go to and fro. */
  static final int CALM_SECONDS = 5;

  private final int perSecondMax;
  private int oneOf;
  private int calmSeconds;

  /**
   * @param perSecondMax NEEDs each second, at least 1
   * @param oneOf the sample at first, a power of two of at most {@value #ONE_OF_MAX}
   */
  SampleRate(int perSecondMax, int oneOf) {
    this.perSecondMax = perSecondMax;
    this.oneOf = oneOf;
  }

  /** Returns of how many NEEDs one is in the sample. */
  int oneOf() {
    return oneOf;
  }

  /**
   * Makes the sample smaller if it has too many NEEDs already, before the second is over.
   *
   * @param count NEEDs that began or ended in this second so far
   */
  void counted(int count) {
    int wanted = wanted(count);
    if (wanted > oneOf) {
      oneOf = wanted;
      calmSeconds = 0;
    }
  }

  /**
   * Makes the sample larger after some seconds with fewer NEEDs.
   *
   * @param count NEEDs that began or ended in the second that is over; to be called once for each
   */
  void passed(int count) {
    int wanted = wanted(count);
    calmSeconds = wanted < oneOf ? calmSeconds + 1 : 0;
    if (calmSeconds >= CALM_SECONDS) {
      oneOf = wanted;
      calmSeconds = 0;
    }
  }

  private int wanted(int count) {
    int wanted = 1;
    while (count > (long) wanted * perSecondMax && wanted < ONE_OF_MAX) {
      wanted *= 2;
    }
    return wanted;
  }
}
