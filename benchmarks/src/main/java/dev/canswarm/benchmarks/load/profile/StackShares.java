package dev.canswarm.benchmarks.load.profile;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import jdk.jfr.consumer.RecordedClass;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingFile;

/**
 * Whose work the samples of a flight recording show: each sample belongs to the innermost frame of
 * our own packages, since what runs under it runs for it; without one, to the library of its
 * innermost frame. Stateless.
 */
public final class StackShares {
  private static final String OWN = "dev.canswarm.";
  private static final String[] SAMPLES = {"jdk.ExecutionSample", "jdk.NativeMethodSample"};

  private StackShares() {}

  /**
   * The part of all samples that each package has, 0 to 1; empty for a recording without samples.
   */
  public static Map<String, Double> of(Path recording) throws IOException {
    Map<String, Integer> counts = new TreeMap<>();
    int all = 0;
    try (var file = new RecordingFile(recording)) {
      while (file.hasMoreEvents()) {
        RecordedEvent event = file.readEvent();
        // A native sample is of a thread that waits in the kernel as often as of one that works.
        if (event.getEventType().getName().equals(SAMPLES[0]) && event.getStackTrace() != null) {
          counts.merge(owner(event), 1, Integer::sum);
          all++;
        }
      }
    }
    Map<String, Double> shares = new TreeMap<>();
    for (Map.Entry<String, Integer> entry : counts.entrySet()) {
      shares.put(entry.getKey(), entry.getValue() / (double) all);
    }
    return shares;
  }

  private static String owner(RecordedEvent event) {
    String innermost = "";
    for (RecordedFrame frame : event.getStackTrace().getFrames()) {
      RecordedClass type = frame.getMethod().getType();
      String name = packageOf(type.getName());
      if (name.startsWith(OWN)) {
        return name;
      }
      if (innermost.isEmpty()) {
        innermost = name;
      }
    }
    return library(innermost);
  }

  static String packageOf(String type) {
    int dot = type.lastIndexOf('.');
    return dot < 0 ? "" : type.substring(0, dot);
  }

  /** The first three parts of a package's name, which distinguish libraries. */
  static String library(String name) {
    String[] parts = name.split("\\.");
    int length = Math.min(parts.length, 3);
    return length == 0 ? "unknown" : String.join(".", Arrays.copyOf(parts, length));
  }
}
