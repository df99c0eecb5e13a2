package dev.canswarm.benchmarks.run;

import dev.canswarm.benchmarks.input.BenchEngines;
import dev.canswarm.benchmarks.input.NeedParts;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The JMH parameters of the option {@code -p}: values by name. Immutable.
 *
 * @param values at least one value for each name; a missing name keeps the benchmarks' own values
 */
record Parameters(Map<String, List<String>> values) {
  /** The parameters of a benchmark that has none. */
  static final Parameters NONE = new Parameters(Map.of());

  static final String ENGINE = "engine";
  static final String PAYLOAD_BYTES = "payloadBytes";

  /** The largest payload, in bytes; an envelope has ample room for it. */
  static final int PAYLOAD_BYTES_MAX = 512 << 10;

  Parameters {
    values = Map.copyOf(values);
  }

  /**
   * Parses {@code NAME=V1,V2} options.
   *
   * @throws JmhException with {@link JmhExitCode#USAGE} for an unknown name or an invalid value,
   *     with {@link JmhExitCode#ENVIRONMENT} for an engine that does not load
   */
  static Parameters of(Map<String, String> given) throws JmhException {
    Map<String, List<String>> values = new LinkedHashMap<>();
    for (Map.Entry<String, String> entry : given.entrySet()) {
      List<String> list = Arrays.stream(entry.getValue().split(",", -1)).distinct().toList();
      for (String value : list) {
        check(entry.getKey(), value);
      }
      values.put(entry.getKey(), list);
    }
    return new Parameters(values);
  }

  private static void check(String name, String value) throws JmhException {
    switch (name) {
      case ENGINE -> checkEngine(value);
      case PAYLOAD_BYTES -> checkSize(value);
      default ->
          throw usage("-p: expected %s or %s, got %s".formatted(ENGINE, PAYLOAD_BYTES, name), null);
    }
  }

  private static void checkEngine(String value) throws JmhException {
    if (!BenchEngines.NAMES.contains(value)) {
      throw usage("-p engine: expected of %s, got %s".formatted(BenchEngines.NAMES, value), null);
    }
    Optional<String> absent = BenchEngines.unavailableReason(value);
    if (absent.isPresent()) {
      throw new JmhException(
          JmhExitCode.ENVIRONMENT,
          "engine %s does not load here: %s; use -p engine=%s"
              .formatted(value, absent.get(), String.join(",", BenchEngines.available())),
          null);
    }
  }

  private static void checkSize(String value) throws JmhException {
    int size;
    try {
      size = Integer.parseInt(value);
    } catch (NumberFormatException e) {
      throw usage(sizeMessage(value), e);
    }
    if (size < NeedParts.PAYLOAD_BYTES_MIN || size > PAYLOAD_BYTES_MAX) {
      throw usage(sizeMessage(value), null);
    }
  }

  private static String sizeMessage(String value) {
    return "-p payloadBytes: expected %d to %d, got %s"
        .formatted(NeedParts.PAYLOAD_BYTES_MIN, PAYLOAD_BYTES_MAX, value);
  }

  private static JmhException usage(String message, @Nullable Throwable cause) {
    return new JmhException(JmhExitCode.USAGE, message, cause);
  }

  /** Returns the values of that name, or {@code otherwise} if there are none. */
  List<String> orElse(String name, List<String> otherwise) {
    return values.getOrDefault(name, otherwise);
  }

  /**
   * Checks that each name has exactly one value, since a ratio is one number.
   *
   * @throws JmhException with {@link JmhExitCode#USAGE}
   */
  void requireSingle() throws JmhException {
    for (Map.Entry<String, List<String>> entry : values.entrySet()) {
      if (entry.getValue().size() > 1) {
        throw usage(
            "-p %s: expected one value with --quick, got %s"
                .formatted(entry.getKey(), String.join(",", entry.getValue())),
            null);
      }
    }
  }
}
