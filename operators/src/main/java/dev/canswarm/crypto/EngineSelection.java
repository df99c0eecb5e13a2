package dev.canswarm.crypto;

import java.util.List;
import java.util.stream.Collectors;

/**
 * The engine that was taken.
 *
 * @param passedOver the faster ones, each with the reason why it cannot be used
 */
public record EngineSelection(SignatureEngine engine, List<EngineUnavailableException> passedOver) {
  public EngineSelection {
    passedOver = List.copyOf(passedOver);
  }

  /** One line for a person: {@code i2p (not accp: its native library does not load …)}. */
  public String describe() {
    String others =
        passedOver.stream()
            .map(e -> "not " + e.engine() + ": " + e.reason())
            .collect(Collectors.joining("; "));
    return engine.name() + (others.isEmpty() ? "" : " (" + others + ")");
  }
}
