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
 * Who may do what: public keys with their roles. Immutable. Entries are kept in the order of their
 * names and roles in the order of {@link #ROLES}, so that the same trust has the same {@link
 * #bytes}, whoever wrote it.
 */
public record TrustFile(List<Entry> entries) {
  /** The file's name in the data directory. */
  public static final String NAME = "trust.yaml";

  /** Bytes of a trust file. */
  public static final int FILE_BYTES_MAX = YamlNodes.TEXT_CHARS_MAX;

  /** Every role that a key may have. */
  public static final List<String> ROLES =
      Stream.concat(
              Stream.of(SwarmRole.values()).map(SwarmRole::spelled), Stream.of("client", "node"))
          .toList();

  /**
   * A key and what it may do.
   *
   * @param name 1 to 64 of {@code A-Z a-z 0-9 . _ -}, not beginning with a dot: it names the key's
   *     file too
   * @param publicKeyBase64 the 32 bytes of an Ed25519 public key
   * @param roles of {@link TrustFile#ROLES}, at least one, none twice
   * @param validFrom first instant at which it counts, such as {@code 2026-01-31T00:00:00Z}; UTC
   * @param validUntil first instant at which it no longer counts
   * @param revokedFrom first instant from which nothing of it counts
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

    /** One that counts at all times. */
    public static Entry always(String name, String publicKeyBase64, List<String> roles) {
      return new Entry(
          name, publicKeyBase64, roles, Optional.empty(), Optional.empty(), Optional.empty());
    }
  }

  public TrustFile {
    entries = entries.stream().sorted(Comparator.comparing(Entry::name)).toList();
  }

  /**
   * Reads a file; not for an event loop.
   *
   * @throws TrustFileException when it is missing or anything in it is not as it should be
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
   * Reads a text.
   *
   * @param where what to call it in an error
   */
  public static TrustFile parse(String text, String where) throws TrustFileException {
    try {
      return TrustFileReader.read(text);
    } catch (YamlFault fault) {
      throw new TrustFileException(where, fault.line(), fault.expected(), fault.actual(), fault);
    }
  }

  /**
   * The text of the file, the same for the same entries.
   *
   * @throws IllegalArgumentException when an entry is not as {@link Entry} says
   */
  public byte[] bytes() {
    String text = TrustFileWriter.text(this);
    try {
      if (!TrustFileReader.read(text).equals(this)) {
        throw new IllegalArgumentException("expected values that need no escape, got " + this);
      }
    } catch (YamlFault fault) {
      throw new IllegalArgumentException(
          "expected " + fault.expected() + ", got " + fault.actual(), fault);
    }
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Writes the file, so that a reader sees the old one or the new one and never a part, and the new
   * one survives a crash once this returns. Blocks; for one writer at a time.
   */
  public void write(Path file) throws IOException {
    byte[] bytes = bytes();
    Path directory = file.toAbsolutePath().getParent();
    if (directory == null) {
      throw new IOException("expected a file, got the directory " + file);
    }
    Files.createDirectories(directory);
    // Not a "temp file" of the library's: only its owner could read that, and a process that joins
    // must.
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
