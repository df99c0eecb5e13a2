package dev.canswarm.pipeline.cli.need;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.Verb;
import dev.canswarm.pipeline.cli.Invocation;
import dev.canswarm.pipeline.cli.command.DataAccess;
import dev.canswarm.pipeline.reader.RecordedNeed;
import dev.canswarm.protocol.Slot;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A NEED may be sent while no database says whether its key is known; CommandsIT asks one. */
class KeyedNeedTest {
  private static final Envelope NEED = RecordedNeed.ofOneTask().message(Verb.NEED);

  @ParameterizedTest
  @ValueSource(strings = {"", "postgresql://p@127.0.0.1:1/p"})
  void withoutADatabaseTheKeyIsNotKnown(String postgres, @TempDir Path home) throws Exception {
    Map<String, String> named =
        postgres.isEmpty() ? Map.of() : Map.of("SWARM_POSTGRES_URL", postgres);
    CancelCommand command = new CancelCommand(new Invocation(home, named).context());
    KeyedNeed keyed =
        new KeyedNeed(DataAccess.of(command), RecordedNeed.CODEC, Slot.FINALIZE, NEED);
    keyed.lookUp();
    assertThat(keyed.first()).isEmpty();
    assertThat(keyed.stored()).isEmpty();
  }
}
