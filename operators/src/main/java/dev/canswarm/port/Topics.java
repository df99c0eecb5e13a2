package dev.canswarm.port;

import dev.canswarm.envelope.Verb;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** The names of the swarm's topics beside those of the verbs. */
public final class Topics {
  /** Plain JSON NEED payloads from any producer. */
  public static final String INTAKE = "swarm.intake";

  /** Refused records: their original bytes, with the reason in headers. */
  public static final String DEAD_LETTERS = "swarm.dlq";

  private Topics() {}

  /** The topics of the verbs, sorted. */
  public static List<String> ofVerbs() {
    return Arrays.stream(Verb.values()).map(Verb::topic).distinct().sorted().toList();
  }

  /** Every topic of the swarm, sorted. */
  public static List<String> all() {
    return Stream.concat(ofVerbs().stream(), Stream.of(INTAKE, DEAD_LETTERS)).sorted().toList();
  }
}
