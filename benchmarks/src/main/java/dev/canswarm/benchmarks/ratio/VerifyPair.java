package dev.canswarm.benchmarks.ratio;

import dev.canswarm.benchmarks.input.BenchEngines;
import dev.canswarm.benchmarks.input.Messages;
import dev.canswarm.benchmarks.input.Ring;
import dev.canswarm.benchmarks.input.Signed;
import dev.canswarm.crypto.SignatureEngine;
import dev.canswarm.envelope.EnvelopeCodec;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * Reading and verifying an envelope that is canonical, and the engine alone on the very key, bytes
 * and signature that are verified there.
 */
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH calls set up before anything else
public class VerifyPair implements Pair {
  @Param("accp")
  public String engine;

  @Param("512")
  public int payloadBytes;

  private SignatureEngine verifier;
  private EnvelopeCodec codec;
  private Ring<byte[]> envelopes;
  private Ring<Signed> bares;

  /** Makes the inputs. */
  @Setup
  public void setUp() {
    verifier = BenchEngines.named(engine);
    codec = Messages.codec(verifier);
    bares = Signed.ring(verifier, payloadBytes);
    envelopes = Ring.of(i -> bares.next().envelope());
  }

  @Override
  public Object subject() {
    return codec.decodeAndVerify(envelopes.next());
  }

  @Override
  public Object baseline() {
    return bares.next().verifiedBy(verifier);
  }
}
