package dev.canswarm.benchmarks.load.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** Stands in for {@code ./swarm up}: says that it is ready, and runs until it is stopped. */
final class StandIn {
  /** The option that names the file in which all of them note what they do. */
  static final String JOURNAL = "--journal=";

  /** The option that names the data directory with which one fails. */
  static final String FAIL = "--fail=";

  private StandIn() {}

  /** Writes a program that runs this class. */
  static Path jar(Path directory) throws Exception {
    URI classes = StandIn.class.getProtectionDomain().getCodeSource().getLocation().toURI();
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, StandIn.class.getName());
    manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, classes.toString());
    Path jar = directory.resolve("stand-in.jar");
    new JarOutputStream(Files.newOutputStream(jar), manifest).close();
    return jar;
  }

  public static void main(String[] args) throws Exception {
    String name = Path.of(option(args, "--data=")).getFileName().toString();
    Path journal = Path.of(option(args, JOURNAL));
    note(journal, String.join(" ", args));
    if (name.equals(option(args, FAIL))) {
      System.err.println("no room left");
      System.exit(7);
    }
    Runtime.getRuntime().addShutdownHook(new Thread(() -> note(journal, "end " + name)));
    System.out.println("ready kafka=" + name + ":1 http=" + name + ":2 data=" + name);
    Thread.currentThread().join();
  }

  private static String option(String[] args, String prefix) {
    return Arrays.stream(args)
        .filter(arg -> arg.startsWith(prefix))
        .map(arg -> arg.substring(prefix.length()))
        .findFirst()
        .orElse("");
  }

  private static void note(Path journal, String line) {
    try {
      Files.writeString(
          journal,
          line + "\n",
          StandardCharsets.UTF_8,
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
