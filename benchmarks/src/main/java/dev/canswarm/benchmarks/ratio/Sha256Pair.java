package dev.canswarm.benchmarks.ratio;

import dev.canswarm.benchmarks.input.RandomBytes;
import dev.canswarm.benchmarks.input.Ring;
import dev.canswarm.crypto.Sha256;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Hashes 16 KiB with SHA-256 through this project's interface, and with a reused MessageDigest. */
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH calls set up before anything else
public class Sha256Pair implements Pair {
  private static final int MESSAGE_BYTES = 16 << 10;

  private final Ring<byte[]> ours = Ring.of(i -> RandomBytes.of(MESSAGE_BYTES, i));
  private final Ring<byte[]> theirs = Ring.of(i -> RandomBytes.of(MESSAGE_BYTES, i));
  private MessageDigest digest;

  /** Creates the digest that is reused. JMH does not measure this. */
  @Setup
  public void setUp() throws NoSuchAlgorithmException {
    digest = MessageDigest.getInstance("SHA-256");
  }

  @Override
  public Object subject() {
    return Sha256.hash(ours.next());
  }

  @Override
  public Object baseline() {
    return digest.digest(theirs.next());
  }
}
