package dev.canswarm.benchmarks.ratio;

import dev.canswarm.benchmarks.input.Documents;
import dev.canswarm.benchmarks.input.Ring;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonLimits;
import java.io.IOException;
import org.erdtman.jcs.JsonCanonicalizer;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * Canonicalises documents with shuffled members: this project's code against the erdtman library.
 */
@State(Scope.Thread)
public class CanonicalisePair implements Pair {
  private static final int DOCUMENT_BYTES = 5 << 10;

  private final Ring<byte[]> ours = Ring.of(i -> Documents.shuffled(DOCUMENT_BYTES, i));
  private final Ring<byte[]> theirs = Ring.of(i -> Documents.shuffled(DOCUMENT_BYTES, i));

  @Override
  public Object subject() {
    return CanonicalJson.canonicalize(ours.next(), JsonLimits.DEFAULT);
  }

  @Override
  public Object baseline() throws IOException {
    return new JsonCanonicalizer(theirs.next()).getEncodedUTF8();
  }
}
