package dev.canswarm.benchmarks.ratio;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * One benchmark method for each {@link Ratio}. The JMH score is the time of one turn of each side
 * and is not used: the results are the counters of {@link PairMeter}. The first call warms up the
 * code, so JMH needs no warm-up iterations.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 1, time = 100, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 9, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
public class RatioBenchmark {
  /** The system property of the measuring process that limits warming up, in milliseconds. */
  public static final String WARM_UP_PROPERTY = WarmUp.MILLIS_MAX_PROPERTY;

  /** Measures {@link Ratio#SIGN_PATH}. */
  @Benchmark
  public void signPath(SignPair pair, PairMeter meter, Blackhole sink) throws Exception {
    meter.measure(pair, sink);
  }

  /** Measures {@link Ratio#VERIFY_PATH}. */
  @Benchmark
  public void verifyPath(VerifyPair pair, PairMeter meter, Blackhole sink) throws Exception {
    meter.measure(pair, sink);
  }

  /** Measures {@link Ratio#CANONICALISE_VS_ERDTMAN}. */
  @Benchmark
  public void canonicaliseVsErdtman(CanonicalisePair pair, PairMeter meter, Blackhole sink)
      throws Exception {
    meter.measure(pair, sink);
  }

  /** Measures {@link Ratio#CHECK_VS_ERDTMAN}. */
  @Benchmark
  public void checkVsErdtman(CheckPair pair, PairMeter meter, Blackhole sink) throws Exception {
    meter.measure(pair, sink);
  }

  /** Measures {@link Ratio#SHA256}. */
  @Benchmark
  public void sha256(Sha256Pair pair, PairMeter meter, Blackhole sink) throws Exception {
    meter.measure(pair, sink);
  }

  /** Measures {@link Ratio#ACCP_VS_I2P_SIGN}. */
  @Benchmark
  public void accpVsI2pSign(EnginesSignPair pair, PairMeter meter, Blackhole sink)
      throws Exception {
    meter.measure(pair, sink);
  }

  /** Measures {@link Ratio#ACCP_VS_I2P_VERIFY}. */
  @Benchmark
  public void accpVsI2pVerify(EnginesVerifyPair pair, PairMeter meter, Blackhole sink)
      throws Exception {
    meter.measure(pair, sink);
  }
}
