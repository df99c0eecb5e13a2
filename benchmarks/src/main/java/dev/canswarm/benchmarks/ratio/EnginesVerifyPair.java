package dev.canswarm.benchmarks.ratio;

import dev.canswarm.benchmarks.input.BenchEngines;
import dev.canswarm.benchmarks.input.Ring;
import dev.canswarm.benchmarks.input.SignedMessage;
import dev.canswarm.crypto.SignatureEngine;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The accp and i2p engines verify the same signatures. */
@State(Scope.Thread)
public class EnginesVerifyPair implements Pair {
  private static final int MESSAGE_BYTES = 512;

  private final SignatureEngine accp = BenchEngines.named("accp");
  private final SignatureEngine i2p = BenchEngines.named("i2p");
  private final Ring<SignedMessage> forAccp = SignedMessage.ofRandomBytes(accp, MESSAGE_BYTES);
  private final Ring<SignedMessage> forI2p = SignedMessage.ofRandomBytes(accp, MESSAGE_BYTES);

  @Override
  public Object subject() {
    return forAccp.next().verifiedBy(accp);
  }

  @Override
  public Object baseline() {
    return forI2p.next().verifiedBy(i2p);
  }
}
