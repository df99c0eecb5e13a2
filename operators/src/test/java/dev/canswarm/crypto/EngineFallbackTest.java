package dev.canswarm.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.InputStream;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The engine in Java is taken, and says why, wherever the native one cannot be. */
class EngineFallbackTest {
  private static final String TMPDIR = "com.amazon.corretto.crypto.provider.tmpdir";

  @Test
  void withoutABuildForTheMachine() throws Exception {
    assertThat(taken(false, null))
        .isEqualTo(
            "i2p (not accp: no native build of it for %s on %s is on the class path)"
                .formatted(System.getProperty("os.name"), System.getProperty("os.arch")));
  }

  @Test
  void aNativeLibraryThatDoesNotLoadIsPassedOver() throws Exception {
    assertThat(taken(true, new byte[] {1, 2, 3}))
        .startsWith("i2p (not accp: its native library does not load: ")
        .contains("UnsatisfiedLinkError");
  }

  @Test
  void whereTheDirectoryOfTemporaryFilesCannotBeUsed(@TempDir Path temp) throws Exception {
    Path file = Files.createFile(temp.resolve("file"));
    String before = System.setProperty(TMPDIR, file.toString());
    try {
      assertThat(taken(true, null)).startsWith("i2p (not accp: its native library does not load: ");
    } finally {
      if (before == null) {
        System.clearProperty(TMPDIR);
      } else {
        System.setProperty(TMPDIR, before);
      }
    }
  }

  /** What the engines of a class path of their own choose. */
  private static String taken(boolean withProvider, byte @Nullable [] library) throws Exception {
    try (ClassPath path = new ClassPath(withProvider, library)) {
      Object selection = path.loadClass(Engines.class.getName()).getMethod("fastest").invoke(null);
      return (String) selection.getClass().getMethod("describe").invoke(selection);
    }
  }

  /** The tests' class path once more, loaded apart, with or without the provider. */
  private static final class ClassPath extends URLClassLoader {
    private final byte @Nullable [] library;

    ClassPath(boolean withProvider, byte @Nullable [] library) {
      super(
          Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
              .filter(entry -> withProvider || !entry.contains("AmazonCorrettoCryptoProvider"))
              .map(ClassPath::url)
              .toArray(URL[]::new),
          ClassLoader.getPlatformClassLoader());
      this.library = library;
    }

    @Override
    public @Nullable InputStream getResourceAsStream(String name) {
      return library != null && name.endsWith(System.mapLibraryName("amazonCorrettoCryptoProvider"))
          ? new ByteArrayInputStream(library)
          : super.getResourceAsStream(name);
    }

    private static URL url(String entry) {
      try {
        return Path.of(entry).toUri().toURL();
      } catch (MalformedURLException e) {
        throw new IllegalArgumentException(entry, e);
      }
    }
  }
}
