package dev.canswarm.pipeline.tasks;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.stream.Stream;

/**
 * Loads implementations of an interface from jars that name them in {@code META-INF/services}. A
 * plug-in is a jar, or a directory that contains the plug-in's jar and its libraries. Plug-ins see
 * this program's classes, but not each other's. Where they call {@code System.exit}, an error is
 * thrown instead. Their class loaders stay open until the program ends.
 */
public final class PluginLoader {
  private PluginLoader() {}

  /**
   * Loads all plug-ins. Blocks: call it during start-up.
   *
   * @param spi the interface
   * @param jarsOrDirectories the plug-ins
   * @return the implementations, in the order of the paths and then of the jars' names
   * @throws PluginException if a path is neither a jar nor a directory of jars, or if a plug-in has
   *     no implementation or one that cannot be instantiated
   */
  public static <T> List<T> load(Class<T> spi, List<Path> jarsOrDirectories) {
    var loaded = new ArrayList<T>();
    for (Path path : jarsOrDirectories) {
      loaded.addAll(load(spi, path));
    }
    return List.copyOf(loaded);
  }

  private static <T> List<T> load(Class<T> spi, Path path) {
    URLClassLoader classes = new PluginClasses(urls(path), spi.getClassLoader());
    try {
      List<T> found =
          ServiceLoader.load(spi, classes).stream()
              // ServiceLoader also finds the program's own implementations, which are not plug-ins.
              .filter(provider -> provider.type().getClassLoader() == classes)
              .map(ServiceLoader.Provider::get)
              .toList();
      if (found.isEmpty()) {
        throw new PluginException(
            path, "expected META-INF/services/" + spi.getName() + " that names a class, got none");
      }
      return found;
    } catch (ServiceConfigurationError | LinkageError e) {
      close(classes, e);
      throw new PluginException(path, e);
    } catch (PluginException e) {
      close(classes, e);
      throw e;
    }
  }

  private static URL[] urls(Path path) {
    List<Path> jars = Files.isDirectory(path) ? jarsIn(path) : List.of(path);
    if (jars.isEmpty() || !jars.stream().allMatch(PluginLoader::isJar)) {
      throw new PluginException(
          path,
          "expected a jar or a directory of jars, got "
              + (Files.exists(path) ? "neither" : "nothing"));
    }
    try {
      var urls = new URL[jars.size()];
      for (int i = 0; i < urls.length; i++) {
        urls[i] = jars.get(i).toUri().toURL();
      }
      return urls;
    } catch (IOException e) {
      throw new PluginException(path, e);
    }
  }

  private static List<Path> jarsIn(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(PluginLoader::isJar).sorted().toList();
    } catch (IOException e) {
      throw new PluginException(directory, e);
    }
  }

  private static boolean isJar(Path file) {
    return Files.isRegularFile(file) && file.toString().endsWith(".jar");
  }

  private static void close(URLClassLoader classes, Throwable because) {
    try {
      classes.close();
    } catch (IOException e) {
      because.addSuppressed(e);
    }
  }
}
