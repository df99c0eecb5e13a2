package dev.canswarm.pipeline.cli.keys;

import dev.canswarm.crypto.SigningKey;
import dev.canswarm.pipeline.cli.command.CommandContext;
import dev.canswarm.pipeline.cli.command.ExitCode;
import dev.canswarm.pipeline.signer.SignerServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

/**
 * {@code ./swarm keys signer}: answers requests for signatures until they end, or the process is
 * asked to stop.
 */
final class SignerRun {
  private SignerRun() {}

  static int run(
      Map<String, SigningKey> keys,
      InputStream requests,
      OutputStream answers,
      CommandContext context)
      throws IOException, InterruptedException {
    AtomicReference<IOException> failure = new AtomicReference<>();
    // A thread that reads cannot be asked to stop; it ends with the process.
    Thread server =
        new Thread(
            () -> {
              try {
                new SignerServer(keys).serve(requests, answers);
              } catch (IOException e) {
                failure.set(e);
              } finally {
                context.stop().request();
              }
            },
            "signer");
    server.setDaemon(true);
    server.start();
    context.stop().await();
    IOException failed = failure.get();
    if (failed != null) {
      context.console().note("swarm: keys signer: " + failed.getMessage());
      return ExitCode.FAILED;
    }
    return ExitCode.OK;
  }
}
