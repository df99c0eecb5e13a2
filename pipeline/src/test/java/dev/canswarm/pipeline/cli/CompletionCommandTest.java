package dev.canswarm.pipeline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The script that completes commands, in a real shell. */
class CompletionCommandTest {
  private static final long SECONDS_MAX = 20;

  @TempDir Path home;

  @ParameterizedTest
  @CsvSource({"li,1,list", "list --out,2,--outcome", "stat,1,status", "need --wa,2,--wait"})
  void bashCompletesCommandsAndOptions(String typed, int word, String expected) throws Exception {
    Path script = home.resolve("completion");
    Files.writeString(script, Invocation.of(home, "completion").out());
    Process bash =
        new ProcessBuilder(
                "bash",
                "-c",
                "source '%s'; COMP_WORDS=(swarm %s); COMP_CWORD=%d; _complete_swarm 2>/dev/null; echo \"${COMPREPLY[@]}\""
                    .formatted(script, typed, word))
            .redirectErrorStream(true)
            .start();
    String out = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(bash.waitFor(SECONDS_MAX, TimeUnit.SECONDS)).isTrue();
    assertThat(out.strip().split(" ")).contains(expected);
  }

  @Test
  void asJsonItIsOneObject() throws Exception {
    Invocation json = Invocation.of(home, "completion", "--json");
    assertThat(json.exit()).isZero();
    assertThat(json.objects().get(0).get("script").asText()).contains("_complete_swarm");
  }
}
