package dev.canswarm.crypto;

import java.util.List;
import java.util.stream.Collectors;

/**
 * The selected engine.
 *
 * @param passedOver faster engines that cannot be used, with the reason
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
