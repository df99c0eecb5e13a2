package dev.canswarm.benchmarks.ratio;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.openjdk.jmh.infra.Blackhole;

/** The two sides of a pair take times that the test sets. */
class PairMeterTest {
  private static final Blackhole SINK =
      new Blackhole(
          "Today's password is swordfish. I understand instantiating Blackholes directly is"
              + " dangerous.");
  private static final long MILLI = 1_000_000;

  /** Turns of each side that are taken between two looks at the state of the code. */
  private static final int TURNS_PER_CHECK = 16;

  private static final int WALL_PER_CPU = 3;

  private long wall;
  private long cpu;
  private long subjectNanos = MILLI;
  private int warmUps;
  private int millisMax;
  private final StringBuilder calls = new StringBuilder();

  private final Pair pair =
      new Pair() {
        @Override
        public Object subject() {
          return spend('s', subjectNanos);
        }

        @Override
        public Object baseline() {
          return spend('b', 4 * MILLI);
        }
      };
  private final PairMeter meter = new PairMeter(() -> wall, () -> cpu, this::warmUp);

  private Object spend(char side, long nanos) {
    cpu += nanos;
    wall += WALL_PER_CPU * nanos;
    calls.append(side);
    return side;
  }

  /** By default one that is given up at once. */
  private WarmUp warmUp() {
    warmUps++;
    return new WarmUp(() -> wall, () -> cpu, () -> true, millisMax);
  }

  private void measure() throws Exception {
    meter.measure(pair, SINK);
  }

  private void warmedUp() throws Exception {
    measure();
    calls.setLength(0);
  }

  @Test
  void codeThatDoesNotGetWarmIsMeasuredAllTheSameAndReported() throws Exception {
    measure();
    assertThat(calls).startsWith("sbbs".repeat(TURNS_PER_CHECK / 2) + "s".repeat(20));
    assertThat(meter.warm()).isZero();
  }

  @Test
  void codeIsRunUntilItIsWarmWithOneCallInATurn() throws Exception {
    millisMax = 3_600_000;
    measure();
    assertThat(calls).startsWith("sbbs".repeat(6_000 / 2) + "s".repeat(20));
    assertThat(meter.warm()).isEqualTo(1);
    assertThat(meter.subjectCalls()).isEqualTo(20);
  }

  @Test
  void aTurnHasAsManyCallsAsFitIntoTwentyMilliseconds() throws Exception {
    warmedUp();
    measure();
    assertThat(calls.chars().filter(side -> side == 's')).hasSize(20);
    assertThat(calls.chars().filter(side -> side == 'b')).hasSize(5);
  }

  @Test
  void theSideThatGoesFirstAlternates() throws Exception {
    warmedUp();
    measure();
    measure();
    measure();
    String subject = "s".repeat(20);
    String baseline = "b".repeat(5);
    assertThat(calls).hasToString(baseline + subject + subject + baseline + baseline + subject);
  }

  @Test
  void warmingUpDoesNotCountAndHappensOnce() throws Exception {
    measure();
    assertThat(meter.subjectCalls()).isEqualTo(20);
    measure();
    assertThat(warmUps).isEqualTo(1);
    assertThat(meter.subjectCalls()).isEqualTo(40);
    assertThat(meter.baselineCalls()).isEqualTo(10);
  }

  @Test
  void aCallsTimeIsCpuTimeAndTheTotalsAreTimeThatPassed() throws Exception {
    warmedUp();
    measure();
    assertThat(meter.subjectCallNanos()).isEqualTo(MILLI);
    assertThat(meter.baselineCallNanos()).isEqualTo(4 * MILLI);
    assertThat(meter.subjectNanos()).isEqualTo(2 * 20 * WALL_PER_CPU * MILLI);
    assertThat(meter.baselineNanos()).isEqualTo(2 * 5 * WALL_PER_CPU * 4 * MILLI);
  }

  @Test
  void anIterationForgetsTheOneBeforeButNotTheCallsOfATurn() throws Exception {
    warmedUp();
    meter.reset();
    assertThat(meter.subjectCalls()).isZero();
    subjectNanos = 2 * MILLI;
    measure();
    assertThat(meter.subjectCalls()).isEqualTo(20);
    assertThat(meter.subjectCallNanos()).isEqualTo(2 * MILLI);
  }
}
