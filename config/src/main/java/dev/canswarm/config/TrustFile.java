package dev.canswarm.config;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The trusted public keys and their roles. Immutable. Entries are sorted by name and roles in the
 * order of {@link #ROLES}, so that equal trust gives equal {@link #bytes}, no matter how the file
 * is written.
 *
 * @param adminsRequired how many administrators must sign a change of keys, roles or policies, at
 *     least 1; if it is more than 1, at least as many keys have the role {@link #ADMIN}
 */
public record TrustFile(List<Entry> entries, int adminsRequired) {
  /** The name of the trust file in the data directory. */
  public static final String NAME = "trust.yaml";

  /** The size limit of a trust file, in bytes. */
  public static final int FILE_BYTES_MAX = YamlNodes.TEXT_CHARS_MAX;

  /** The role of a key that signs changes of keys, roles and policies. */
  public static final String ADMIN = "admin";

  /** All roles that a trust file may grant to a key. */
  public static final List<String> ROLES =
      Stream.concat(
              Stream.of(SwarmRole.values()).map(SwarmRole::spelled),
              Stream.of("client", "operator", ADMIN, "node"))
          .toList();

  /**
   * A public key with its roles and its validity. Times are UTC, such as {@code
   * 2026-01-31T00:00:00Z}.
   *
   * @param name 1 to 64 of {@code A-Z a-z 0-9 . _ -}, without a dot at the start, since the key's
   *     file has the same name
   * @param publicKeyBase64 the 32 bytes of an Ed25519 public key
   * @param roles from {@link TrustFile#ROLES}, at least one, without duplicates
   * @param validFrom the first instant at which the key is valid; empty: no lower bound
   * @param validUntil the first instant at which the key is no longer valid; empty: no upper bound
   * @param revokedFrom the first instant from which signatures of the key are refused; empty: never
   */
  public record Entry(
      String name,
      String publicKeyBase64,
      List<String> roles,
      Optional<String> validFrom,
      Optional<String> validUntil,
      Optional<String> revokedFrom) {
    public Entry {
      roles = roles.stream().sorted(Comparator.comparingInt(ROLES::indexOf)).toList();
    }

    /** Creates an entry without time limits that is not revoked. */
    public static Entry always(String name, String publicKeyBase64, List<String> roles) {
      return new Entry(
          name, publicKeyBase64, roles, Optional.empty(), Optional.empty(), Optional.empty());
    }
  }

  /** A trust file whose changes need one administrator. */
  public TrustFile(List<Entry> entries) {
    this(entries, 1);
  }

  public TrustFile {
    entries = entries.stream().sorted(Comparator.comparing(Entry::name)).toList();
  }

  /**
   * Reads and validates a trust file. Blocks: do not call it on an event loop.
   *
   * @throws TrustFileException if the file is missing, unreadable or invalid
   */
  public static TrustFile read(Path file) throws TrustFileException {
    try {
      return parse(BoundedFile.readUtf8(file, FILE_BYTES_MAX), file.toString());
    } catch (IOException unreadable) {
      String actual = String.valueOf(unreadable.getMessage());
      throw new TrustFileException(file.toString(), 0, "a readable file", actual, unreadable);
    }
  }

  /**
   * Parses and validates the text of a trust file.
   *
   * @param where the name of the text in error messages
   * @throws TrustFileException if the text is invalid
   */
  public static TrustFile parse(String text, String where) throws TrustFileException {
    try {
      return TrustFileReader.read(text);
    } catch (InvalidYamlException fault) {
      throw new TrustFileException(where, fault.line(), fault.expected(), fault.actual(), fault);
    }
  }

  /**
   * Returns the canonical text of the file in UTF-8; equal entries give equal bytes.
   *
   * @throws IllegalArgumentException if an entry violates the constraints of {@link Entry}
   */
  public byte[] bytes() {
    String text = TrustFileWriter.text(this);
    try {
      if (!TrustFileReader.read(text).equals(this)) {
        throw new IllegalArgumentException("expected values that need no escape, got " + this);
      }
    } catch (InvalidYamlException fault) {
      throw new IllegalArgumentException(
          "expected " + fault.expected() + ", got " + fault.actual(), fault);
    }
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Replaces the file atomically: readers see the old content or the new one, and the new one is
   * durable when this returns. Blocks. Not safe for concurrent writers.
   */
  public void write(Path file) throws IOException {
    byte[] bytes = bytes();
    Path directory = file.toAbsolutePath().getParent();
    if (directory == null) {
      throw new IOException("expected a file, got the directory " + file);
    }
    Files.createDirectories(directory);
    // Files.createTempFile would make it readable by its owner only, but processes that join the
    // swarm under another user must read it too.
    Path temporary = directory.resolve(file.getFileName() + ".tmp");
    try {
      try (FileChannel channel =
          FileChannel.open(
              temporary,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        ByteBuffer rest = ByteBuffer.wrap(bytes);
        while (rest.hasRemaining()) {
          channel.write(rest);
        }
        channel.force(true);
      }
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }
}
