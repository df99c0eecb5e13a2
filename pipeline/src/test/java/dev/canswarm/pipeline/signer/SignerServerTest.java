package dev.canswarm.pipeline.signer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.crypto.Engines;
import dev.canswarm.crypto.SigningKey;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The side that signs answers each request, and signs this program's messages alone. */
class SignerServerTest {
  private static final SigningKey KEY = TestSigner.key("worker-1");

  private static List<String> answers(String... requests) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] in = (String.join("\n", requests) + "\n").getBytes(StandardCharsets.UTF_8);
    new SignerServer(Map.of("worker-1", KEY)).serve(new ByteArrayInputStream(in), out);
    return out.toString(StandardCharsets.UTF_8).lines().toList();
  }

  private static String sign(String message) {
    return "{\"id\":7,\"op\":\"sign\",\"key\":\"worker-1\",\"message\":\"%s\"}"
        .formatted(Base64.getEncoder().encodeToString(message.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void itSaysItsPublicKey() throws IOException {
    assertThat(answers("{\"key\":\"worker-1\",\"op\":\"public_key\",\"id\":3}"))
        .containsExactly("{\"id\":3,\"public_key\":\"%s\"}".formatted(KEY.publicKey().base64()));
  }

  @Test
  void itSignsAMessageOfThisProgram() throws IOException {
    String message = "can-swarm/envelope/v1\0{}";
    String answer = answers(sign(message)).get(0);
    SignerProtocol.Signature signature =
        (SignerProtocol.Signature)
            SignerProtocol.Answer.parse(answer.getBytes(StandardCharsets.UTF_8));
    assertThat(signature.id()).isEqualTo(7);
    assertThat(
            Engines.portable()
                .verify(
                    KEY.publicKey(), message.getBytes(StandardCharsets.UTF_8), signature.bytes()))
        .isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "can-swarm", "SSH authentication as root", " can-swarm/envelope/v1"})
  void itSignsNothingElse(String message) throws IOException {
    assertThat(answers(sign(message)))
        .containsExactly("{\"error\":\"no message of this program\",\"id\":7}");
  }

  @Test
  void itKnowsItsOwnKeysAlone() throws IOException {
    assertThat(answers("{\"id\":1,\"op\":\"public_key\",\"key\":\"../worker-1\"}"))
        .containsExactly("{\"error\":\"no key of that name\",\"id\":1}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sign!",
        "{\"id\":1,\"op\":\"delete\",\"key\":\"worker-1\"}",
        "{\"id\":1,\"op\":\"sign\",\"key\":\"worker-1\"}",
        "{\"id\":1,\"op\":\"sign\",\"key\":\"worker-1\",\"message\":\"!\"}",
        "{\"id\":1,\"op\":\"public_key\",\"key\":\"worker-1\",\"more\":1}",
        "{\"id\":-1,\"op\":\"public_key\",\"key\":\"worker-1\"}"
      })
  void anythingElseEndsIt(String line) {
    assertThatThrownBy(() -> answers(line))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("not a request");
  }

  @Test
  void aLineThatIsTooLongEndsIt() {
    assertThatThrownBy(() -> answers("x".repeat(SignerProtocol.REQUEST_BYTES_MAX + 1)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("at most " + SignerProtocol.REQUEST_BYTES_MAX);
  }

  @Test
  void theLongestMessageFits() throws IOException {
    String message = "can-swarm/" + "x".repeat(SignerProtocol.MESSAGE_BYTES_MAX - 10);
    assertThat(answers(sign(message)).get(0)).contains("signature");
  }
}
