package dev.canswarm.pipeline.tasks;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PluginClassesTest {
  private static final String EXITS = ExitCallsTest.Exits.class.getName();
  private static final String OTHER = ExitCallsTest.Other.class.getName();
  private static final String PACKAGE = ExitCallsTest.class.getPackageName();

  private final Path directory;
  private final List<PluginClasses> open = new ArrayList<>();

  PluginClassesTest(@TempDir Path directory) {
    this.directory = directory;
  }

  @AfterEach
  void close() throws IOException {
    for (PluginClasses classes : open) {
      classes.close();
    }
  }

  /** The program's classes without those that a plug-in of these tests has. */
  private static final class Program extends ClassLoader {
    Program() {
      super(PluginClassesTest.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (name.equals(EXITS) || name.equals(OTHER)) {
        throw new ClassNotFoundException(name);
      }
      return super.loadClass(name, resolve);
    }
  }

  private PluginClasses of(Path place) throws IOException {
    PluginClasses classes = new PluginClasses(new URL[] {place.toUri().toURL()}, new Program());
    open.add(classes);
    return classes;
  }

  private static String file(String name) {
    return name.replace('.', '/') + ".class";
  }

  private static byte[] classFile(String name) throws IOException {
    try (InputStream in =
        PluginClassesTest.class.getClassLoader().getResourceAsStream(file(name))) {
      return in.readAllBytes();
    }
  }

  private Path jar(boolean sealed) throws IOException {
    Manifest manifest = new Manifest();
    Attributes main = manifest.getMainAttributes();
    main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    main.put(Attributes.Name.IMPLEMENTATION_VERSION, "4.2");
    main.put(Attributes.Name.SEALED, Boolean.toString(sealed));
    Path jar = directory.resolve("plugin.jar");
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream entries = new JarOutputStream(out, manifest)) {
      for (String name : List.of(EXITS, OTHER)) {
        entries.putNextEntry(new JarEntry(file(name)));
        entries.write(classFile(name));
        entries.closeEntry();
      }
    }
    return jar;
  }

  private static void run(Class<?> type) throws ReflectiveOperationException {
    ((Runnable) type.getDeclaredConstructor().newInstance()).run();
  }

  @Test
  void aClassThatCallsExitIsOfItsJarLikeTheOthers() throws Exception {
    Path jar = jar(false);
    PluginClasses classes = of(jar);
    Class<?> exits = classes.loadClass(EXITS);
    Class<?> other = classes.loadClass(OTHER);

    assertThatThrownBy(() -> run(exits)).isInstanceOf(PluginSystem.ExitError.class);
    run(other);
    for (Class<?> type : List.of(exits, other)) {
      assertThat(type.getClassLoader()).isSameAs(classes);
      assertThat(type.getProtectionDomain().getCodeSource().getLocation())
          .isEqualTo(jar.toUri().toURL());
      assertThat(type.getPackage().getName()).isEqualTo(PACKAGE);
      assertThat(type.getPackage().getImplementationVersion()).isEqualTo("4.2");
    }
  }

  @Test
  void aSealedJarMayHaveClassesThatCallExitAndOthersInAnyOrder() throws Exception {
    Path jar = jar(true);
    for (List<String> order : List.of(List.of(EXITS, OTHER), List.of(OTHER, EXITS))) {
      PluginClasses classes = of(jar);
      for (String name : order) {
        assertThat(classes.loadClass(name).getPackage().isSealed()).isTrue();
      }
    }
  }

  @Test
  void classesMayBeFilesOfADirectory() throws Exception {
    Path file = directory.resolve(file(EXITS));
    Files.createDirectories(file.getParent());
    Files.write(file, classFile(EXITS));

    Class<?> exits = of(directory).loadClass(EXITS);

    assertThatThrownBy(() -> run(exits)).isInstanceOf(PluginSystem.ExitError.class);
    assertThat(exits.getPackage().getName()).isEqualTo(PACKAGE);
  }

  @Test
  void aClassOfTheProgramIsTheProgramsAndAnUnknownOneIsNotFound() throws Exception {
    PluginClasses classes = of(jar(false));
    assertThat(classes.loadClass(PluginSystem.class.getName())).isSameAs(PluginSystem.class);
    assertThatThrownBy(() -> classes.loadClass("missing.Type"))
        .isInstanceOf(ClassNotFoundException.class)
        .hasMessage("missing.Type")
        .hasNoCause();
  }

  @Test
  void aClassInADamagedJarIsNotFoundAndTheCauseIsSaid() throws Exception {
    Path jar = jar(false);
    byte[] bytes = Files.readAllBytes(jar);
    byte[] name = file(EXITS).getBytes(US_ASCII);
    int data = indexOf(bytes, name) + name.length;
    for (int i = data + 20; i < data + 120; i++) {
      bytes[i] ^= 0x55;
    }
    Files.write(jar, bytes);

    assertThatThrownBy(() -> of(jar).loadClass(EXITS))
        .isInstanceOf(ClassNotFoundException.class)
        .hasMessage(EXITS)
        .hasCauseInstanceOf(ZipException.class);
  }

  private static int indexOf(byte[] all, byte[] part) {
    for (int i = 0; i < all.length - part.length; i++) {
      if (Arrays.equals(all, i, i + part.length, part, 0, part.length)) {
        return i;
      }
    }
    throw new AssertionError("not in the jar");
  }
}
