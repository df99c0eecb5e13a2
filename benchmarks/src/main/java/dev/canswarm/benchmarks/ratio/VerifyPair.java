package dev.canswarm.benchmarks.ratio;

import dev.canswarm.benchmarks.input.BenchEngines;
import dev.canswarm.benchmarks.input.NeedParts;
import dev.canswarm.benchmarks.input.Ring;
import dev.canswarm.benchmarks.input.SignedMessage;
import dev.canswarm.crypto.SignatureEngine;
import dev.canswarm.envelope.EnvelopeCodec;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * Decodes and verifies a canonical envelope, against the engine alone verifying the same key, bytes
 * and signature.
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
  private Ring<SignedMessage> bares;

  /** Generates the inputs. JMH does not measure this. */
  @Setup
  public void setUp() {
    verifier = BenchEngines.named(engine);
    codec = NeedParts.codec(verifier);
    bares = SignedMessage.ring(verifier, payloadBytes);
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
