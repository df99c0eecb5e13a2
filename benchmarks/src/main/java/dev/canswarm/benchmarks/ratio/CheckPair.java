package dev.canswarm.benchmarks.ratio;

import dev.canswarm.benchmarks.input.Documents;
import dev.canswarm.benchmarks.input.Ring;
import dev.canswarm.crypto.Sha256;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonLimits;
import java.io.IOException;
import org.erdtman.jcs.JsonCanonicalizer;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * Hashes the canonical form of a document that is canonical already. This project's code verifies
 * that and hashes in place; the erdtman library canonicalises again.
 */
@State(Scope.Thread)
public class CheckPair implements Pair {
  private static final int DOCUMENT_BYTES = 5 << 10;

  private final Ring<byte[]> ours = Ring.of(i -> Documents.canonical(DOCUMENT_BYTES, i));
  private final Ring<byte[]> theirs = Ring.of(i -> Documents.canonical(DOCUMENT_BYTES, i));

  @Override
  public Object subject() {
    return Sha256.hash(CanonicalJson.canonicalize(ours.next(), JsonLimits.DEFAULT));
  }

  @Override
  public Object baseline() throws IOException {
    return Sha256.hash(new JsonCanonicalizer(theirs.next()).getEncodedUTF8());
  }
}
