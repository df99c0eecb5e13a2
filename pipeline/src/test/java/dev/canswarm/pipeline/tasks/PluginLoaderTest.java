package dev.canswarm.pipeline.tasks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Public, since the plug-ins that it compiles implement a nested interface. */
public class PluginLoaderTest {
  /** The interface of these tests' plug-ins. */
  public interface Greeter extends Supplier<String> {}

  private static final String SERVICE = "META-INF/services/" + Greeter.class.getName();

  private final Path directory;

  PluginLoaderTest(@TempDir Path directory) {
    this.directory = directory;
  }

  @Test
  void anImplementationComesOutOfAJar() throws IOException {
    Path jar = jarOf("Hello", "return \"hello\";");
    assertThat(PluginLoader.load(Greeter.class, List.of(jar)))
        .singleElement()
        .satisfies(greeter -> assertThat(greeter.get()).isEqualTo("hello"));
  }

  @Test
  void aDirectoryOfJarsIsOnePlugIn() throws IOException {
    Path jars = Files.createDirectory(directory.resolve("jars"));
    Files.move(jarOf("Second", "return \"2\";"), jars.resolve("b.jar"));
    Files.move(jarOf("First", "return \"1\";"), jars.resolve("a.jar"));
    Files.writeString(jars.resolve("README"), "mine");
    assertThat(PluginLoader.load(Greeter.class, List.of(jars)))
        .extracting(Greeter::get)
        .containsExactly("1", "2");
  }

  @Test
  void noPathsGiveNoPlugIns() {
    assertThat(PluginLoader.load(Greeter.class, List.of())).isEmpty();
  }

  @Test
  void aMissingPathIsNamed() {
    assertRefused(directory.resolve("none.jar"), "got nothing");
  }

  @Test
  void aDirectoryWithoutJarsIsNamed() {
    assertRefused(directory, "expected a jar or a directory of jars");
  }

  @Test
  void anInvalidJarIsNamed() throws IOException {
    assertRefused(Files.writeString(directory.resolve("plugin.txt"), "x"), "got neither");
  }

  @Test
  void aJarThatNamesNoImplementationIsNamed() throws IOException {
    Path jar = directory.resolve("empty.jar");
    writeJar(jar, "other", new byte[0], "another", new byte[0]);
    assertRefused(jar, SERVICE);
  }

  @Test
  void aClassThatIsNotInTheJarIsNamed() throws IOException {
    Path jar = directory.resolve("lost.jar");
    writeJar(jar, SERVICE, "lost.Plugin".getBytes(UTF_8), "another", new byte[0]);
    assertRefused(jar, "lost.Plugin");
  }

  @Test
  void aConstructorThatFailsIsNamedWithItsCause() throws IOException {
    Path jar =
        jarOf("Broken", "return \"\";} public Broken() { throw new RuntimeException(\"no\");");
    assertThatThrownBy(() -> PluginLoader.load(Greeter.class, List.of(jar)))
        .isInstanceOf(PluginException.class)
        .hasMessageContaining("Broken")
        .hasRootCauseMessage("no");
  }

  @Test
  void aPlugInThatCallsExitGetsAnErrorAndTheProcessGoesOn() throws IOException {
    Path direct = jarOf("Direct", "System.exit(0); return \"\";");
    Path reference =
        jarOf(
            "Reference",
            "java.util.function.IntConsumer e = System::exit; e.accept(7); return \"\";");
    Path inLambda = jarOf("InLambda", "Runnable r = () -> System.exit(3); r.run(); return \"\";");
    for (Path jar : List.of(direct, reference, inLambda)) {
      Greeter greeter = PluginLoader.load(Greeter.class, List.of(jar)).get(0);
      assertThatThrownBy(greeter::get)
          .isInstanceOf(PluginSystem.ExitError.class)
          .hasMessageContaining("System.exit(");
    }
  }

  @Test
  void whatElseAPlugInDoesWithTheSystemStaysAsItIs() throws IOException {
    Path jar =
        jarOf(
            "Other",
            "long l = 1L << 40; double d = 0.5; if (System.nanoTime() == l) System.exit((int) d);"
                + " return System.getProperty(\"java.version\") + l + d"
                + " + getClass().getProtectionDomain().getCodeSource().getLocation();");
    assertThat(PluginLoader.load(Greeter.class, List.of(jar)).get(0).get())
        .startsWith(System.getProperty("java.version") + (1L << 40) + 0.5)
        .endsWith("Other.jar");
  }

  @Test
  void aConstructorThatCallsExitIsNamed() throws IOException {
    Path jar = jarOf("Leaving", "return \"\";} public Leaving() { System.exit(0);");
    assertThatThrownBy(() -> PluginLoader.load(Greeter.class, List.of(jar)))
        .isInstanceOf(PluginException.class)
        .hasMessageContaining("Leaving")
        .hasRootCauseInstanceOf(PluginSystem.ExitError.class);
  }

  private static void assertRefused(Path path, String why) {
    assertThatThrownBy(() -> PluginLoader.load(Greeter.class, List.of(path)))
        .isInstanceOf(PluginException.class)
        .hasMessageContaining(path.toString())
        .hasMessageContaining(why);
  }

  /** Compiles a class whose {@code get} has this body, and packs it into a jar. */
  private Path jarOf(String name, String body) throws IOException {
    Path source = directory.resolve(name + ".java");
    Files.writeString(
        source,
        "public class %s implements %s { public String get() { %s } }"
            .formatted(name, Greeter.class.getCanonicalName(), body));
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    int code =
        compiler.run(
            null,
            null,
            null,
            "-proc:none",
            "-cp",
            System.getProperty("java.class.path"),
            source.toString());
    assertThat(code).isZero();
    Path jar = directory.resolve(name + ".jar");
    Path compiled = directory.resolve(name + ".class");
    writeJar(jar, SERVICE, name.getBytes(UTF_8), name + ".class", Files.readAllBytes(compiled));
    return jar;
  }

  private static void writeJar(
      Path jar, String firstName, byte[] first, String secondName, byte[] second)
      throws IOException {
    try (OutputStream out = Files.newOutputStream(jar);
        var entries = new JarOutputStream(out)) {
      entries.putNextEntry(new JarEntry(firstName));
      entries.write(first);
      entries.closeEntry();
      entries.putNextEntry(new JarEntry(secondName));
      entries.write(second);
      entries.closeEntry();
    }
  }
}
