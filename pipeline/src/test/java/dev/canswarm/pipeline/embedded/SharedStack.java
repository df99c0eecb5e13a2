package dev.canswarm.pipeline.embedded;

import dev.canswarm.pipeline.embedded.DemoDirectories.DemoDirectory;
import org.jspecify.annotations.Nullable;

/**
 * One embedded stack for all integration tests of a JVM. The first test that asks starts it, and
 * the end of the JVM stops it. Each test uses its own topics, thread ids and keys, and restarts the
 * servers that it stopped.
 */
public final class SharedStack {

  private static @Nullable EmbeddedStack stack;

  private SharedStack() {}

  /** Returns the running stack. */
  public static synchronized EmbeddedStack get() {
    EmbeddedStack running = stack;
    if (running == null) {
      running = start();
      stack = running;
    }
    return running;
  }

  private static EmbeddedStack start() {
    try {
      DemoDirectories directories = DemoDirectories.inTempDir();
      directories.sweep();
      DemoDirectory directory = directories.create();
      boolean started = false;
      try {
        EmbeddedStack fresh =
            EmbeddedStack.start(
                directory.data(), Ports.anyFree(), StackSettings.defaults(), StartListener.none());
        started = true;
        Runtime.getRuntime()
            .addShutdownHook(
                new Thread(
                    () -> {
                      fresh.close();
                      directory.close();
                    },
                    "shared-stack-close"));
        return fresh;
      } finally {
        if (!started) {
          directory.close();
        }
      }
    } catch (EmbeddedStackException e) {
      throw new IllegalStateException("the embedded stack does not start: " + e.getMessage(), e);
    }
  }
}
