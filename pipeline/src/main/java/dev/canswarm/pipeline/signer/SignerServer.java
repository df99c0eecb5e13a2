package dev.canswarm.pipeline.signer;

import dev.canswarm.crypto.SigningKey;
import dev.canswarm.pipeline.signer.SignerProtocol.Answer;
import dev.canswarm.pipeline.signer.SignerProtocol.KeyAnswer;
import dev.canswarm.pipeline.signer.SignerProtocol.Refused;
import dev.canswarm.pipeline.signer.SignerProtocol.Request;
import dev.canswarm.pipeline.signer.SignerProtocol.Signature;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * The side that signs: it answers the lines of one stream on another, one after the other. It signs
 * only messages that begin with the tag of one of this program's messages, so that a caller cannot
 * use the key for another purpose. Blocks. Not thread-safe.
 */
public final class SignerServer {
  /** What every message that is signed begins with (docs/spec/signing.md, section 3). */
  private static final byte[] TAG = "can-swarm/".getBytes(StandardCharsets.US_ASCII);

  private final Map<String, SigningKey> keys;

  /**
   * @param keys by the names of their agents
   */
  public SignerServer(Map<String, SigningKey> keys) {
    this.keys = new TreeMap<>(keys);
  }

  /**
   * Answers until the requests end.
   *
   * @throws IOException for a line that is not a request, or if an answer cannot be written
   */
  public void serve(InputStream requests, OutputStream answers) throws IOException {
    LineReader lines = LineReader.strict(requests, SignerProtocol.REQUEST_BYTES_MAX);
    for (byte[] line = lines.next(); line != null; line = lines.next()) {
      answers.write(answer(Request.parse(line)).line());
      answers.flush();
    }
  }

  private Answer answer(Request request) {
    SigningKey key = keys.get(request.key());
    byte[] message = request.message();
    if (key == null) {
      return new Refused(request.id(), "no key of that name");
    }
    if (message == null) {
      return new KeyAnswer(request.id(), key.publicKey());
    }
    if (message.length > SignerProtocol.MESSAGE_BYTES_MAX
        || message.length < TAG.length
        || !Arrays.equals(message, 0, TAG.length, TAG, 0, TAG.length)) {
      return new Refused(request.id(), "no message of this program");
    }
    return new Signature(request.id(), key.sign(message));
  }
}
