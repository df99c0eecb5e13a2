package dev.canswarm.pipeline.embedded;

import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.apache.kafka.common.utils.Exit;
import org.jspecify.annotations.Nullable;

/** A separate JVM that runs a stack until it is killed. */
record StackProcess(
    Process jvm, BufferedReader output, ProcessHandle postgres, ProcessHandle redis) {

  private static final String READY = "stack-ready ";

  static StackProcess start(Path directory) throws Exception {
    Process jvm =
        new ProcessBuilder(JavaCommand.of(Main.class.getName(), directory.toString()))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    BufferedReader out = jvm.inputReader(StandardCharsets.UTF_8);
    for (@Nullable String line = out.readLine(); line != null; line = out.readLine()) {
      if (line.startsWith(READY)) {
        String[] pids = line.substring(READY.length()).split(" ", -1);
        return new StackProcess(jvm, out, process(pids[0]), process(pids[1]));
      }
    }
    throw new AssertionError("the stack's JVM ended with status " + jvm.waitFor());
  }

  private static ProcessHandle process(String pid) {
    return ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
  }

  /**
   * Runs a stack on the directory that the argument names. A line on standard input triggers a
   * broker fault.
   */
  static final class Main {

    private Main() {}

    public static void main(String[] arguments) throws Exception {
      StartListener listener =
          new StartListener() {
            @Override
            public void fatal(ServerKind server, String detail) {
              System.out.println("fatal " + server + ": " + detail);
            }
          };
      EmbeddedStack stack = EmbeddedStack.start(Path.of(arguments[0]), Ports.anyFree(), listener);
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(
                  () -> {
                    stack.close();
                    System.out.println("closed");
                  }));
      System.out.println(READY + stack.postgres().pid() + " " + stack.redis().pid());
      if (System.in.read() >= 0) {
        Exit.halt(1, "all log directories failed");
      }
      System.exit(0);
    }
  }
}
