package dev.canswarm.config;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Reads resources that ship with the program. Blocks: call it while starting. Stateless. */
public final class Resources {
  private Resources() {}

  /**
   * Returns the bytes of a resource.
   *
   * @param beside a class of the resource's package and module
   * @param name relative to that package
   * @throws UncheckedIOException if the resource is missing, which is a defect of the build, or
   *     cannot be read
   */
  public static byte[] bytes(Class<?> beside, String name) {
    try (InputStream in = beside.getResourceAsStream(name)) {
      if (in == null) {
        throw new FileNotFoundException("no resource " + name + " beside " + beside.getName());
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the UTF-8 text of a resource; see {@link #bytes}. */
  public static String text(Class<?> beside, String name) {
    return new String(bytes(beside, name), StandardCharsets.UTF_8);
  }
}
