package dev.canswarm.pipeline.cli.up;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.clock.TimeSource;
import dev.canswarm.config.LoadedSettings;
import dev.canswarm.config.SettingsLoader;
import dev.canswarm.pipeline.cli.command.CommandContext;
import dev.canswarm.pipeline.cli.command.CommandException;
import dev.canswarm.pipeline.cli.command.Console;
import dev.canswarm.pipeline.cli.command.ExitCode;
import dev.canswarm.pipeline.cli.command.StopSignal;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HttpEndpointTest {
  private final Path data;
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final CommandContext context =
      new CommandContext(
          new Console(printing(new ByteArrayOutputStream()), printing(err), false),
          new StopSignal(),
          Map.of(),
          Path.of("").toAbsolutePath(),
          TimeSource.system(),
          new SecureRandom());

  HttpEndpointTest(@TempDir Path data) {
    this.data = data;
  }

  private static PrintStream printing(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  @Test
  void aPortThatWasNamedAndIsTakenIsAnError() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      LoadedSettings settings = settings(Map.of("http.port", "" + taken.getLocalPort()));
      assertThatThrownBy(() -> HttpEndpoint.open(settings, data, context))
          .isInstanceOfSatisfying(
              CommandException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.ENVIRONMENT))
          .hasMessageContaining("port " + taken.getLocalPort() + " (http) is taken");
    }
  }

  @Test
  void whereTheUsualPortIsTakenAFreeOneWillDo() throws Exception {
    try (HttpEndpoint first = open(settings(Map.of()));
        HttpEndpoint second = open(settings(Map.of()))) {
      assertThat(second.address()).startsWith("127.0.0.1:").isNotEqualTo(first.address());
      assertThat(err.toString(StandardCharsets.UTF_8))
          .contains("swarm: port 19080 is taken; HTTP takes a free one");
    }
  }

  @Test
  void aTokenIsMadeAtTheFirstStartAndStays() throws Exception {
    try (HttpEndpoint loopback = open(settings(Map.of("http.port", "0")))) {
      assertThat(loopback.address()).startsWith("127.0.0.1:");
      assertThat(Files.size(data.resolve("http.token"))).isEqualTo(44);
    }
    String made = Files.readString(data.resolve("http.token"));
    try (HttpEndpoint everywhere =
        open(settings(Map.of("http.port", "0", "http.host", "0.0.0.0")))) {
      assertThat(everywhere.address()).isNotEmpty();
      assertThat(Files.readString(data.resolve("http.token"))).isEqualTo(made);
    }
  }

  @Test
  void withoutHttpNoEndpointIsWritten() throws Exception {
    assertThat(HttpEndpoint.open(settings(Map.of("http.enabled", "false")), data, context))
        .isEmpty();
  }

  private HttpEndpoint open(LoadedSettings settings) throws Exception {
    HttpEndpoint endpoint = HttpEndpoint.open(settings, data, context).orElseThrow();
    // It listens in the background: the port is taken once it has an address.
    assertThat(endpoint.address()).isNotEmpty();
    return endpoint;
  }

  private LoadedSettings settings(Map<String, String> flags) throws Exception {
    return SettingsLoader.load(flags, Map.of(), Optional.empty(), data);
  }
}
