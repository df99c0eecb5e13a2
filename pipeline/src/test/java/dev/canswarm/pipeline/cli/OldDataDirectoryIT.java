package dev.canswarm.pipeline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tukaani.xz.XZInputStream;

/**
 * The first start on a data directory of version ab7aad8, in which every server was open and twenty
 * NEEDs had ended.
 */
class OldDataDirectoryIT {
  private static final String ARCHIVE = "/upgrade/data-of-ab7aad8.tar.xz";
  private static final int NEEDS_BEFORE = 20;
  private static final Set<PosixFilePermission> OWNER_ALONE =
      PosixFilePermissions.fromString("rwx------");

  @Test
  void itIsUpgradedInPlaceAndWhatEndedInItReplays(@TempDir Path home) throws Exception {
    Path data = home.resolve("data");
    unpack(data);

    UpProcess up = UpProcess.start(home, Map.of());
    try {
      Invocation need =
          Invocation.of(
              home,
              "need",
              "--data=" + data,
              "--type=hash.sha256",
              "after the upgrade",
              "--wait",
              "--json");
      assertThat(need.exit()).as(need.err()).isZero();
      Invocation list = Invocation.of(home, "list", "--data=" + data, "--limit=100", "--json");
      assertThat(list.exit()).as(list.err()).isZero();
      assertThat(outcomes(list)).hasSize(NEEDS_BEFORE + 1).containsOnly("ACCEPTED");
      Invocation replay = Invocation.of(home, "replay", "--all", "--data=" + data, "--json");
      assertThat(replay.exit()).as(replay.out() + replay.err()).isZero();
      assertThat(replay.summary().get("passed").asInt()).isEqualTo(NEEDS_BEFORE + 1);
    } finally {
      up.stop();
    }
    assertThat(Files.getPosixFilePermissions(data)).isEqualTo(OWNER_ALONE);
    assertThat(Files.readString(data.resolve("postgres/data/pg_hba.conf"))).doesNotContain("trust");
    try (Stream<Path> secrets = Files.list(data.resolve("secrets"))) {
      assertThat(secrets)
          .isNotEmpty()
          .allSatisfy(file -> assertThat(OWNER_ALONE).containsAll(permissions(file)));
    }
  }

  private static List<String> outcomes(Invocation list) throws IOException {
    return list.objects().stream()
        .filter(object -> object.path("type").asText().equals("need"))
        .map(object -> object.path("outcome"))
        .map(JsonNode::asText)
        .toList();
  }

  private static Set<PosixFilePermission> permissions(Path file) throws IOException {
    return Files.getPosixFilePermissions(file);
  }

  private static void unpack(Path directory) throws IOException {
    try (InputStream archive =
            Objects.requireNonNull(OldDataDirectoryIT.class.getResourceAsStream(ARCHIVE));
        TarArchiveInputStream tar =
            new TarArchiveInputStream(new XZInputStream(new BufferedInputStream(archive)))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        Path target = directory.resolve(entry.getName()).normalize();
        if (entry.isDirectory()) {
          Files.createDirectories(target);
        } else {
          Files.copy(tar, target);
        }
        Files.setPosixFilePermissions(target, permissions(entry.getMode()));
      }
    }
  }

  /** From the lower nine bits of a mode, as {@code chmod} takes them. */
  private static Set<PosixFilePermission> permissions(int mode) {
    PosixFilePermission[] all = PosixFilePermission.values(); // from the owner's r to the others' x
    Set<PosixFilePermission> set = EnumSet.noneOf(PosixFilePermission.class);
    for (PosixFilePermission permission : all) {
      if ((mode & 1 << (all.length - 1 - permission.ordinal())) != 0) {
        set.add(permission);
      }
    }
    return set;
  }
}
