package dev.canswarm.pipeline.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ExitCallsTest {
  /** Task code that ends the process, if it is let. */
  public static final class Exits implements Runnable {
    private static final long LONG = 0x1122334455667788L;
    private static final double DOUBLE = 1.25;

    @Override
    public void run() {
      if (System.nanoTime() != LONG && Math.random() != DOUBLE) {
        System.exit(7);
      }
    }
  }

  /** Task code that calls another method of that name, which is not System's. */
  public static final class Other implements Runnable {
    static void exit(int status) {
      if (status != 7) {
        throw new IllegalStateException("expected 7, got " + status);
      }
    }

    @Override
    public void run() {
      exit(7);
    }
  }

  private static byte[] classFile(Class<?> type) throws IOException {
    String name = type.getName().substring(type.getName().lastIndexOf('.') + 1) + ".class";
    try (InputStream in = type.getResourceAsStream(name)) {
      return in.readAllBytes();
    }
  }

  /** Defines a class from bytes, apart from the one of this test. */
  private static Runnable made(Class<?> type, byte[] classFile) throws Exception {
    ClassLoader loader =
        new ClassLoader(ExitCallsTest.class.getClassLoader()) {
          @Override
          protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            return name.equals(type.getName())
                ? defineClass(name, classFile, 0, classFile.length)
                : super.loadClass(name, resolve);
          }
        };
    return (Runnable) loader.loadClass(type.getName()).getDeclaredConstructor().newInstance();
  }

  @Test
  void aCallOfExitIsAnErrorOfTheTask() throws Exception {
    byte[] before = classFile(Exits.class);
    byte[] after = ExitCalls.redirected(before);
    assertThat(after).isNotEqualTo(before);
    assertThatThrownBy(() -> made(Exits.class, after).run())
        .hasMessageContaining("a plug-in must not end the process: it called System.exit(7)");
  }

  @Test
  void aClassWithoutSuchACallIsTheSameArray() throws Exception {
    byte[] before = classFile(Other.class);
    assertThat(ExitCalls.redirected(before)).isSameAs(before);
    made(Other.class, before).run();
  }

  @Test
  void anInvalidClassFileIsLeftToTheJvm() throws Exception {
    byte[] text = "no class file at all".getBytes(StandardCharsets.UTF_8);
    assertThat(ExitCalls.redirected(text)).isSameAs(text);
    byte[] whole = classFile(Exits.class);
    for (int length = 0; length < 200; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThat(ExitCalls.redirected(cut)).as("the first %d bytes", length).isSameAs(cut);
    }
    byte[] unknownTag = whole.clone();
    unknownTag[10] = 99;
    assertThat(ExitCalls.redirected(unknownTag)).isSameAs(unknownTag);
  }
}
