package dev.canswarm.pipeline.tasks;

import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.URLConnection;
import java.security.CodeSource;
import java.security.cert.Certificate;

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
      byte[] classFile;
      try (InputStream in = connection.getInputStream()) {
        classFile = in.readAllBytes();
      }
      byte[] redirected = ExitCalls.redirected(classFile);
      return redirected == classFile
          ? super.findClass(name)
          : define(name, redirected, source(connection));
    } catch (IOException e) {
      throw new ClassNotFoundException(name, e);
    }
  }

  private Class<?> define(String name, byte[] classFile, CodeSource source) {
    int dot = name.lastIndexOf('.');
    if (dot > 0 && getDefinedPackage(name.substring(0, dot)) == null) {
      try {
        definePackage(name.substring(0, dot), null, null, null, null, null, null, null);
      } catch (IllegalArgumentException definedMeanwhile) {
        // By another thread, which is as good.
      }
    }
    return defineClass(name, classFile, 0, classFile.length, source);
  }

  private static CodeSource source(URLConnection connection) {
    URL jar =
        connection instanceof JarURLConnection inJar ? inJar.getJarFileURL() : connection.getURL();
    return new CodeSource(jar, (Certificate[]) null);
  }
}
