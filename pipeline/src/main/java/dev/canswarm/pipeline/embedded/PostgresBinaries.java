package dev.canswarm.pipeline.embedded;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/** Finds and unpacks the archive of PostgreSQL's binaries. */
final class PostgresBinaries {

  private static final int OWNER_EXECUTE = 0100;

  private PostgresBinaries() {}

  /**
   * Returns the archive for this machine.
   *
   * @throws EmbeddedStackException UNSUPPORTED_PLATFORM if there is none
   */
  static Bundle bundle() throws EmbeddedStackException {
    String architecture = Bundle.isArm64() ? "arm_64" : "x86_64";
    return Bundle.find(
        ServerKind.POSTGRES, "/postgres-" + Bundle.os() + "-" + architecture + ".txz");
  }

  static void unpack(Bundle bundle, Path directory) throws IOException {
    try (TarArchiveInputStream tar =
        new TarArchiveInputStream(new XZInputStream(new BufferedInputStream(bundle.open())))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        Path target = directory.resolve(entry.getName()).normalize();
        if (!target.startsWith(directory)) {
          throw new IOException("an entry of the archive leaves its directory: " + entry.getName());
        }
        if (entry.isDirectory()) {
          Files.createDirectories(target);
        } else {
          writeFile(tar, entry, directory, target);
        }
      }
    }
  }

  private static void writeFile(
      TarArchiveInputStream tar, TarArchiveEntry entry, Path directory, Path target)
      throws IOException {
    Path parent = target.getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    if (entry.isSymbolicLink()) {
      Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
      return;
    }
    Files.copy(tar, target);
    boolean executable =
        (entry.getMode() & OWNER_EXECUTE) != 0 || target.startsWith(directory.resolve("bin"));
    Files.setPosixFilePermissions(
        target, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
  }
}
