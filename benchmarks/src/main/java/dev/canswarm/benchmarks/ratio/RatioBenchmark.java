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
 * One method per {@link Ratio}. The score is the time of a turn of each side; what counts are the
 * counters of {@link PairMeter}. The first call warms the code up, so that JMH need not.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 1, time = 100, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 9, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
public class RatioBenchmark {
  /** The most that warming up may take, in milliseconds: a property of the measuring process. */
  public static final String WARM_UP_PROPERTY = WarmUp.MILLIS_MAX_PROPERTY;

  /** {@link Ratio#SIGN_PATH}. */
  @Benchmark
  public void signPath(SignPair pair, PairMeter meter, Blackhole sink) throws Exception {
    meter.measure(pair, sink);
  }

  /** {@link Ratio#VERIFY_PATH}. */
  @Benchmark
  public void verifyPath(VerifyPair pair, PairMeter meter, Blackhole sink) throws Exception {
    meter.measure(pair, sink);
  }

  /** {@link Ratio#CANONICALISE_VS_ERDTMAN}. */
  @Benchmark
  public void canonicaliseVsErdtman(CanonicalisePair pair, PairMeter meter, Blackhole sink)
      throws Exception {
    meter.measure(pair, sink);
  }

  /** {@link Ratio#CHECK_VS_ERDTMAN}. */
  @Benchmark
  public void checkVsErdtman(CheckPair pair, PairMeter meter, Blackhole sink) throws Exception {
    meter.measure(pair, sink);
  }

  /** {@link Ratio#SHA256}. */
  @Benchmark
  public void sha256(Sha256Pair pair, PairMeter meter, Blackhole sink) throws Exception {
    meter.measure(pair, sink);
  }

  /** {@link Ratio#ACCP_VS_I2P_SIGN}. */
  @Benchmark
  public void accpVsI2pSign(EnginesSignPair pair, PairMeter meter, Blackhole sink)
      throws Exception {
    meter.measure(pair, sink);
  }

  /** {@link Ratio#ACCP_VS_I2P_VERIFY}. */
  @Benchmark
  public void accpVsI2pVerify(EnginesVerifyPair pair, PairMeter meter, Blackhole sink)
      throws Exception {
    meter.measure(pair, sink);
  }
}
