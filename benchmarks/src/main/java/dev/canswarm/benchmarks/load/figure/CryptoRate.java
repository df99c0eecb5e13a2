package dev.canswarm.benchmarks.load.figure;

import dev.canswarm.benchmarks.input.Ring;
import dev.canswarm.benchmarks.input.SignedMessage;
import dev.canswarm.crypto.SignatureEngine;
import dev.canswarm.crypto.SigningKey;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/**
 * How fast this machine signs and verifies on all its cores, with nothing else around.
 *
 * @param signsPerSecond over the signed bytes of an envelope
 * @param verifiesPerSecond of them, strict checks included
 */
public record CryptoRate(double signsPerSecond, double verifiesPerSecond) {
  /** NEED, PROPOSE, DECIDE, CLAIM, COMMIT, two ATTESTs, FINALIZE. */
  public static final int SIGNS_PER_CHAIN = 8;

  private static final int PAYLOAD_BYTES = 512;
  private static final long WARM_NANOS = 700_000_000;
  private static final long MEASURED_NANOS = 1_000_000_000;
  private static final int CALLS_PER_CHECK = 50;
  private static final double NANOS_PER_SECOND = 1e9;

  /** Measures for some four seconds on as many threads as there are cores. */
  public static CryptoRate measure(SignatureEngine engine)
      throws InterruptedException, ExecutionException {
    byte[] seed = new byte[SignatureEngine.SEED_BYTES];
    int cores = Runtime.getRuntime().availableProcessors();
    return new CryptoRate(
        perSecond(cores, () -> sign(engine, engine.signingKey(seed))),
        perSecond(cores, () -> verify(engine)));
  }

  private static Runnable sign(SignatureEngine engine, SigningKey key) {
    Ring<SignedMessage> ring = SignedMessage.ring(engine, PAYLOAD_BYTES);
    return () -> key.sign(ring.next().message());
  }

  private static Runnable verify(SignatureEngine engine) {
    Ring<SignedMessage> ring = SignedMessage.ring(engine, PAYLOAD_BYTES);
    return () -> ring.next().verifiedBy(engine);
  }

  private static double perSecond(int threads, Supplier<Runnable> operation)
      throws InterruptedException, ExecutionException {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Future<Double>> rates = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        Runnable own = operation.get(); // inputs are made before anybody measures
        rates.add(
            pool.submit(
                () -> {
                  loop(own, WARM_NANOS);
                  return loop(own, MEASURED_NANOS);
                }));
      }
      double sum = 0;
      for (Future<Double> rate : rates) {
        sum += rate.get();
      }
      return sum;
    } finally {
      pool.shutdownNow();
    }
  }

  private static double loop(Runnable operation, long nanos) {
    long start = System.nanoTime();
    long calls = 0;
    long passed;
    do {
      for (int i = 0; i < CALLS_PER_CHECK; i++) {
        operation.run();
      }
      calls += CALLS_PER_CHECK;
      passed = System.nanoTime() - start;
    } while (passed < nanos);
    return calls * NANOS_PER_SECOND / passed;
  }

  /** The mean of two measurements, such as before and after a run. */
  public CryptoRate meanWith(CryptoRate other) {
    return new CryptoRate(
        (signsPerSecond + other.signsPerSecond) / 2,
        (verifiesPerSecond + other.verifiesPerSecond) / 2);
  }

  /**
   * Chains per second, were there nothing to do but their signs and verifies.
   *
   * @param verifiesPerChain at least 0
   */
  public double chainsPerSecond(double verifiesPerChain) {
    return 1 / (SIGNS_PER_CHAIN / signsPerSecond + verifiesPerChain / verifiesPerSecond);
  }
}
