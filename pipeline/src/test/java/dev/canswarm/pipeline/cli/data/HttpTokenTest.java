package dev.canswarm.pipeline.cli.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.config.HttpSettings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HttpTokenTest {
  private static final HttpSettings ANYWHERE =
      new HttpSettings(true, "0.0.0.0", 0, Optional.empty());

  private final Path data;

  HttpTokenTest(@TempDir Path data) {
    this.data = data;
  }

  @Test
  void theDirectorysTokenIsMadeOnceForItsOwnerAlone() throws Exception {
    String token = HttpToken.ensure(ANYWHERE, data, new Random(1));
    assertThat(token).hasSize(43);
    assertThat(HttpToken.ensure(ANYWHERE, data, new Random(2))).isEqualTo(token);
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(data.resolve("http.token"))))
        .isEqualTo("rw-------");
  }

  @Test
  void aFileThatOthersMayReadIsRefused() throws Exception {
    String token = HttpToken.ensure(ANYWHERE, data, new Random(1));
    Files.setPosixFilePermissions(
        data.resolve("http.token"), PosixFilePermissions.fromString("rw-r-----"));
    assertThatThrownBy(() -> HttpToken.ensure(ANYWHERE, data, new Random(1)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("chmod 600")
        .hasMessageNotContaining(token);
  }

  @Test
  void aNamedFileIsNotMadeAndMustHoldAToken() throws Exception {
    Path file = data.resolve("named");
    HttpSettings named = new HttpSettings(true, "0.0.0.0", 0, Optional.of(file));
    assertThatThrownBy(() -> HttpToken.ensure(named, data, new Random(1)))
        .hasMessageContaining("is missing");
    SmallFiles.write(file, "short\n".getBytes(StandardCharsets.US_ASCII));
    assertThatThrownBy(() -> HttpToken.ensure(named, data, new Random(1)))
        .hasMessageContaining("expected one line of")
        .hasMessageNotContaining("short");
  }
}
