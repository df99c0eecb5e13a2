package dev.canswarm.pipeline.cli.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.crypto.Engines;
import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.Sha256;
import dev.canswarm.crypto.SignatureEngine;
import dev.canswarm.crypto.SigningKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whenever a rotation is interrupted, the key in force can be found, and the run can be repeated.
 */
class KeyRotationTest {
  private static final SignatureEngine ENGINE = Engines.portable();
  private static final String NAME = "worker-1";
  private static final SigningKey OLD = ENGINE.signingKey(SeedSource.derived(1).seedOf(NAME));
  private static final SigningKey NEW = ENGINE.signingKey(SeedSource.derived(2).seedOf(NAME));

  private final Path keys;
  private final KeyRotation rotation;

  KeyRotationTest(@TempDir Path data) {
    this.keys = data.resolve("keys");
    this.rotation = new KeyRotation(data, KeyAccess.plain(ENGINE));
  }

  @BeforeEach
  void theOldKeyIsThere() throws Exception {
    SmallFiles.createDirectory(keys);
    KeyFile.write(keys.resolve(NAME + ".key"), SeedSource.derived(1).seedOf(NAME));
  }

  private PublicKey prepare(int seeds, PublicKey... known) throws Exception {
    return rotation.prepare(NAME, Set.of(known)::contains, SeedSource.derived(seeds)).publicKey();
  }

  private void assertFound(SigningKey key) throws Exception {
    assertThat(rotation.find(NAME, key.publicKey()))
        .hasValueSatisfying(found -> assertThat(found.publicKey()).isEqualTo(key.publicKey()));
  }

  @Test
  void theNewKeyIsTheNewestAndTheOldOneIsKeptForItsOwnerAlone() throws Exception {
    assertThat(prepare(2, OLD.publicKey())).isEqualTo(NEW.publicKey());

    assertFound(OLD);
    assertFound(NEW);
    assertThat(rotation.newestKey(NAME).publicKey()).isEqualTo(NEW.publicKey());
    String digits = Sha256.hex(OLD.publicKey().toBytes()).substring(0, 8);
    Path kept = keys.resolve(NAME + "." + digits + ".key");
    for (Path file : new Path[] {kept, keys.resolve(NAME + ".key")}) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");
    }
  }

  @Test
  void killedAfterTheOldKeyWasKeptEverythingIsAsBefore() throws Exception {
    rotation.keep(NAME, OLD.publicKey());

    assertThat(rotation.newestKey(NAME).publicKey()).isEqualTo(OLD.publicKey());
    assertFound(OLD);
    assertThat(prepare(2, OLD.publicKey())).isEqualTo(NEW.publicKey());
  }

  @Test
  void killedBeforeTheEntryWasSentTheKeyInForceIsFoundAndTheNewOneIsUsedByTheNextRun()
      throws Exception {
    prepare(2, OLD.publicKey());

    assertFound(OLD);
    assertThat(prepare(3, OLD.publicKey())).as("not a third key").isEqualTo(NEW.publicKey());
  }

  @Test
  void afterTheEntryTheNextRotationKeepsBothOlderKeys() throws Exception {
    prepare(2, OLD.publicKey());
    PublicKey third = prepare(3, OLD.publicKey(), NEW.publicKey());

    assertThat(third).isNotEqualTo(NEW.publicKey());
    assertFound(OLD);
    assertFound(NEW);
  }

  @Test
  void aRefusedRotationIsUndone() throws Exception {
    prepare(2, OLD.publicKey());
    rotation.undo(NAME, OLD.publicKey());

    assertThat(rotation.newestKey(NAME).publicKey()).isEqualTo(OLD.publicKey());
    assertThat(rotation.find(NAME, NEW.publicKey())).isEmpty();
  }

  @Test
  void anAgentWithoutAKeyGetsItsFirstOne() throws Exception {
    SigningKey first = rotation.prepare("new", key -> false, SeedSource.derived(1));

    assertThat(rotation.newestKey("new").publicKey()).isEqualTo(first.publicKey());
    assertThat(rotation.find("new", OLD.publicKey())).isEmpty();
  }
}
