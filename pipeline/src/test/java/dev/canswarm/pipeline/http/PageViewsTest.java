package dev.canswarm.pipeline.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * The page in a real browser, in front of a server of the script's own that is fast, slow or
 * restarted, or lies. {@code PageIT} has it in front of a swarm.
 */
class PageViewsTest {
  @Test
  void thePageShowsWhatIsSoWhateverItsServerDoes() throws Exception {
    BrowserScript browser = BrowserScript.orSkip();
    String out = Path.of("target", "page-views").toString();
    assertThat(browser.run(line -> {}, "views.mjs", out)).endsWith("DONE");
  }
}
