package dev.canswarm.pipeline.cli.chain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.clock.TimeSource;
import dev.canswarm.config.TrustFile;
import dev.canswarm.crypto.Engines;
import dev.canswarm.crypto.PublicKey;
import dev.canswarm.pipeline.cli.Invocation;
import dev.canswarm.pipeline.cli.command.DataAccess;
import dev.canswarm.pipeline.cli.data.KeyAccess;
import dev.canswarm.pipeline.cli.data.KeyRotation;
import dev.canswarm.pipeline.cli.data.SeedSource;
import dev.canswarm.pipeline.cli.raw.PubCommand;
import dev.canswarm.policy.RoleName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a command knows of keys where there is no database; CommandsIT and TrustIT read a chain. */
class TrustViewTest {
  private static final String EARLIER = "2020-01-01T00:00:00Z";

  private final Path home;
  private final Path data;
  private final KeyAccess access = KeyAccess.plain(Engines.portable());
  private final KeyRotation keys;

  TrustViewTest(@TempDir Path home) throws Exception {
    this.home = home;
    this.data = Files.createDirectory(home.resolve("data"));
    this.keys = new KeyRotation(data, access);
  }

  private PublicKey made(String name) throws Exception {
    return keys.prepare(name, known -> false, SeedSource.derived(1)).publicKey();
  }

  private TrustView view(TrustFile.Entry... entries) throws Exception {
    new TrustFile(List.of(entries)).write(data.resolve(TrustFile.NAME));
    Invocation invocation = new Invocation(home, Map.of("SWARM_DATA", data.toString()));
    return TrustView.ofTrustFile(
        DataAccess.of(new PubCommand(invocation.context())), access, TimeSource.system());
  }

  private static TrustFile.Entry ended(String name, PublicKey key) {
    return new TrustFile.Entry(
        name,
        key.base64(),
        List.of("client"),
        Optional.empty(),
        Optional.of(EARLIER),
        Optional.empty());
  }

  @Test
  void aKeyThatIsInForceAndHereSigns() throws Exception {
    PublicKey key = made("client");
    TrustView view = view(TrustFile.Entry.always("client", key.base64(), List.of("client")));
    assertThat(view.key("client"))
        .hasValueSatisfying(found -> assertThat(found.publicKey()).isEqualTo(key));
    assertThat(view.key("nobody")).isEmpty();
    assertThat(view.inForce().withRole(RoleName.CLIENT)).containsExactly(key);
  }

  @Test
  void aKeyWhosePrivateKeyIsElsewhereDoesNot() throws Exception {
    PublicKey key = made("client");
    Files.delete(keys.newest("client"));
    made("other");
    Files.move(keys.newest("other"), keys.newest("client"));
    assertThat(
            view(TrustFile.Entry.always("client", key.base64(), List.of("client"))).key("client"))
        .as("another key in its file")
        .isEmpty();
  }

  @Test
  void aKeyThatIsOutOfItsTimeMayHaveSignedEarlierButSignsNoMore() throws Exception {
    PublicKey key = made("client");
    TrustView view = view(ended("client", key));
    assertThat(view.key("client")).isEmpty();
    assertThat(view.inForce().withRole(RoleName.CLIENT)).isEmpty();
    assertThat(view.ever().withRole(RoleName.CLIENT)).containsExactly(key);
  }
}
