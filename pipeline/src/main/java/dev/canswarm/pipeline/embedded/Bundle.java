package dev.canswarm.pipeline.embedded;

import dev.canswarm.pipeline.embedded.EmbeddedStackException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Path;
import java.util.Locale;

/**
 * A class path resource with a server's binaries for this machine.
 *
 * @param resource the URL of the resource
 * @param name identifies the content: the jar's name, which includes the version, and the entry's
 *     checksum
 */
record Bundle(URL resource, String name) {

  /**
   * Finds the resource.
   *
   * @throws EmbeddedStackException UNSUPPORTED_PLATFORM if it is not on the class path
   */
  static Bundle find(ServerKind server, String resource) throws EmbeddedStackException {
    URL url = Bundle.class.getResource(resource);
    if (url == null) {
      throw new EmbeddedStackException(
          Kind.UNSUPPORTED_PLATFORM,
          "no %s binaries for this machine (%s %s: %s); name servers of your own in the configuration"
              .formatted(
                  server.label(),
                  System.getProperty("os.name"),
                  System.getProperty("os.arch"),
                  resource));
    }
    try {
      URLConnection connection = url.openConnection();
      connection.setUseCaches(false);
      if (connection instanceof JarURLConnection jar) {
        String file = Path.of(jar.getJarFileURL().getPath()).getFileName().toString();
        try (var opened = jar.getJarFile()) {
          long crc = opened.getJarEntry(jar.getEntryName()).getCrc();
          String base = file.endsWith(".jar") ? file.substring(0, file.length() - 4) : file;
          return new Bundle(url, "%s-%08x".formatted(base, crc));
        }
      }
      long length = connection.getContentLengthLong();
      connection.getInputStream().close();
      return new Bundle(url, "%s-%d".formatted(server.label(), length));
    } catch (IOException e) {
      throw new EmbeddedStackException(
          Kind.UNSUPPORTED_PLATFORM, "cannot read " + url + "; build again", e);
    }
  }

  InputStream open() throws IOException {
    return resource.openStream();
  }

  /**
   * Returns {@code linux} or {@code darwin}. On other systems it returns a name for which no
   * resource exists.
   */
  static String os() {
    String name = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    return name.contains("mac") ? "darwin" : name.replace(' ', '_');
  }

  static boolean isArm64() {
    return System.getProperty("os.arch", "").equals("aarch64");
  }
}
