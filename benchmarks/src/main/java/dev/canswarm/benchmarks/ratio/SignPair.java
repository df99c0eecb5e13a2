package dev.canswarm.benchmarks.ratio;

import dev.canswarm.benchmarks.input.BenchEngines;
import dev.canswarm.benchmarks.input.NeedParts;
import dev.canswarm.benchmarks.input.Ring;
import dev.canswarm.crypto.SignatureEngine;
import dev.canswarm.crypto.SigningKey;
import dev.canswarm.envelope.EnvelopeCodec;
import java.util.List;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Builds and signs an envelope, against the engine alone signing the same bytes. */
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH calls set up before anything else
public class SignPair implements Pair {
  @Param("accp")
  public String engine;

  @Param("512")
  public int payloadBytes;

  private EnvelopeCodec codec;
  private Ring<Sender> senders;
  private Ring<Bare> bares;

  private record Sender(NeedParts parts, SigningKey key) {}

  private record Bare(SigningKey key, byte[] message) {}

  /** Generates the inputs. JMH does not measure this. */
  @Setup
  public void setUp() {
    SignatureEngine signer = BenchEngines.named(engine);
    codec = NeedParts.codec(signer);
    List<SigningKey> keys = NeedParts.keys(signer);
    senders =
        Ring.of(i -> new Sender(NeedParts.ofBytes(payloadBytes, i), keys.get(i % keys.size())));
    bares = Ring.of(i -> bare(senders.next()));
  }

  private Bare bare(Sender sender) {
    var envelope = codec.sign(sender.parts().draft(), sender.key(), NeedParts.TIMESTAMP_NS);
    return new Bare(sender.key(), NeedParts.signedBytes(envelope));
  }

  @Override
  public Object subject() {
    Sender sender = senders.next();
    return codec.sign(sender.parts().draft(), sender.key(), NeedParts.TIMESTAMP_NS);
  }

  @Override
  public Object baseline() {
    Bare bare = bares.next();
    return bare.key().sign(bare.message());
  }
}
