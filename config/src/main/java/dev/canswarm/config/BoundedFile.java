package dev.canswarm.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads small files into memory and refuses those that are longer than a bound. */
final class BoundedFile {
  private BoundedFile() {}

  /**
   * Returns the whole content.
   *
   * @throws IOException if the file cannot be read or is longer than {@code bytesMax}; the message
   *     states the reason without the path
   */
  static byte[] read(Path file, int bytesMax) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(bytesMax + 1);
      if (bytes.length > bytesMax) {
        throw new IOException("more than " + bytesMax + " bytes");
      }
      return bytes;
    } catch (NoSuchFileException missing) {
      throw new IOException("no such file", missing);
    }
  }

  static String readUtf8(Path file, int bytesMax) throws IOException {
    byte[] bytes = read(file, bytesMax);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException bad) {
      throw new IOException("bytes that are not UTF-8", bad);
    }
  }
}
