package dev.canswarm.pipeline.embedded;

import dev.canswarm.pipeline.embedded.DemoDirectories.DemoDirectory;
import org.jspecify.annotations.Nullable;

/**
 * One embedded stack for all integration tests of a JVM, started by the first that asks and stopped
 * when the JVM ends. A test names its topics, thread ids and keys so that no other meets them, and
 * starts again what it stopped.
 */
public final class SharedStack {

  private static @Nullable EmbeddedStack stack;

  private SharedStack() {}

  /** The running stack. */
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
