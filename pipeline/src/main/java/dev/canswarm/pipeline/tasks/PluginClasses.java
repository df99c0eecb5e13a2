package dev.canswarm.pipeline.tasks;

import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.URLConnection;
import java.security.CodeSource;
import java.security.cert.Certificate;
import java.util.jar.Manifest;
import org.jspecify.annotations.Nullable;

/**
 * The classes of one plug-in, in which calls of {@code System.exit} throw ({@link ExitCalls}).
 * Thread-safe.
 */
final class PluginClasses extends URLClassLoader {
  static {
    registerAsParallelCapable();
  }

  PluginClasses(URL[] jars, ClassLoader parent) {
    super(jars, parent);
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    URL resource = findResource(name.replace('.', '/') + ".class");
    if (resource == null) {
      throw new ClassNotFoundException(name);
    }
    try {
      URLConnection connection = resource.openConnection();
      connection.setUseCaches(false);
      try (InputStream in = connection.getInputStream()) {
        byte[] classFile = in.readAllBytes();
        byte[] redirected = ExitCalls.redirected(classFile);
        return redirected == classFile
            ? super.findClass(name)
            : define(name, redirected, connection);
      }
    } catch (IOException e) {
      throw new ClassNotFoundException(name, e);
    }
  }

  /** Defines a class as the superclass does, in a package that the jar's manifest describes. */
  private Class<?> define(String name, byte[] classFile, URLConnection connection)
      throws IOException {
    URL place = connection.getURL();
    @Nullable Manifest manifest = null;
    if (connection instanceof JarURLConnection inJar) {
      place = inJar.getJarFileURL();
      manifest = inJar.getManifest();
    }
    int dot = name.lastIndexOf('.');
    if (dot > 0 && getDefinedPackage(name.substring(0, dot)) == null) {
      try {
        definePackage(name.substring(0, dot), manifest == null ? new Manifest() : manifest, place);
      } catch (IllegalArgumentException definedMeanwhile) {
        // By another thread, which is as good.
      }
    }
    CodeSource source = new CodeSource(place, (Certificate[]) null);
    return defineClass(name, classFile, 0, classFile.length, source);
  }
}
