package dev.canswarm.pipeline.signer;

import dev.canswarm.crypto.Engines;
import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.Sha256;
import dev.canswarm.crypto.SigningKey;
import dev.canswarm.pipeline.embedded.JavaCommand;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** A program that signs for an agent of a test, well or badly. */
public final class TestSigner {
  /** How it behaves. */
  public enum Manner {
    /** As it should. */
    HONEST,
    /** Its signatures do not verify. */
    LYING,
    /** It never answers. */
    SILENT,
    /** It ends after four answers. */
    MORTAL,
    /** It answers with text. */
    BABBLING,
    /** It writes one line without an end. */
    ENDLESS,
    /** It says its environment on standard error, and ends. */
    TELLING
  }

  private static final int ANSWERS_OF_A_MORTAL = 4;

  private TestSigner() {}

  /** The command that runs it for an agent. */
  public static List<String> command(Manner manner, String agent) {
    return JavaCommand.of(TestSigner.class.getName(), manner.name(), agent);
  }

  /** An agent's key, the same as that of a test swarm. */
  public static SigningKey key(String agent) {
    return Engines.portable()
        .signingKey(Sha256.hash(("test key of " + agent).getBytes(StandardCharsets.UTF_8)));
  }

  /** Runs as the arguments say. */
  public static void main(String[] args) throws IOException {
    Manner manner = Manner.valueOf(args[0]);
    String agent = args[1];
    SigningKey key = manner == Manner.LYING ? new Liar(key(agent)) : key(agent);
    LineReader lines = LineReader.strict(System.in, SignerProtocol.REQUEST_BYTES_MAX);
    SignerServer server = new SignerServer(Map.of(agent, key));
    int answers = 0;
    for (byte[] line = lines.next(); line != null; line = lines.next()) {
      if (manner == Manner.MORTAL && ++answers > ANSWERS_OF_A_MORTAL) {
        System.exit(7);
      }
      answer(manner, server, line);
    }
  }

  private static void answer(Manner manner, SignerServer server, byte[] line) throws IOException {
    PrintStream out = System.out;
    switch (manner) {
      case HONEST, LYING, MORTAL -> {
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.write(line);
        request.write('\n');
        InputStream one = new ByteArrayInputStream(request.toByteArray());
        server.serve(one, out);
      }
      case SILENT -> {}
      case BABBLING -> out.println("what?");
      case ENDLESS -> {
        while (!out.checkError()) {
          out.print("x".repeat(1024));
        }
      }
      case TELLING -> {
        System.getenv().keySet().forEach(System.err::println);
        System.exit(0);
      }
    }
  }

  private record Liar(SigningKey key) implements SigningKey {
    @Override
    public PublicKey publicKey() {
      return key.publicKey();
    }

    @Override
    public byte[] sign(byte[] message, int offset, int length) {
      byte[] signature = key.sign(message, offset, length);
      signature[7] ^= 1;
      return signature;
    }
  }
}
