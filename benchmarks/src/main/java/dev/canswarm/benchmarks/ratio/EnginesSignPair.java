package dev.canswarm.benchmarks.ratio;

import dev.canswarm.benchmarks.input.BenchEngines;
import dev.canswarm.benchmarks.input.NeedParts;
import dev.canswarm.benchmarks.input.RandomBytes;
import dev.canswarm.benchmarks.input.Ring;
import dev.canswarm.crypto.SigningKey;
import java.util.List;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The accp and i2p engines sign the same messages with the same keys. */
@State(Scope.Thread)
public class EnginesSignPair implements Pair {
  private static final int MESSAGE_BYTES = 512;

  private final Ring<Turn> accp = ring("accp");
  private final Ring<Turn> i2p = ring("i2p");

  private record Turn(SigningKey key, byte[] message) {}

  private static Ring<Turn> ring(String engine) {
    List<SigningKey> keys = NeedParts.keys(BenchEngines.named(engine));
    return Ring.of(i -> new Turn(keys.get(i % keys.size()), RandomBytes.of(MESSAGE_BYTES, i)));
  }

  @Override
  public Object subject() {
    return sign(accp.next());
  }

  @Override
  public Object baseline() {
    return sign(i2p.next());
  }

  private static byte[] sign(Turn turn) {
    return turn.key().sign(turn.message());
  }
}
