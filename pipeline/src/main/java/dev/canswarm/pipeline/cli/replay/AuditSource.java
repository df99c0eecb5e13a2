package dev.canswarm.pipeline.cli.replay;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One node's audit log.
 *
 * @param label the prefix of its files in reports; empty, or ends with a slash
 */
public record AuditSource(String label, Path directory) {
  private static final String SEGMENTS = "[0-9]*.jsonl";

  /**
   * Returns the logs in a directory: its own segments, and those of its subdirectories, which
   * commands beside a running node wrote.
   */
  public static List<AuditSource> in(Path directory) throws IOException {
    List<AuditSource> sources = new ArrayList<>();
    String label = directory.getFileName() + "/";
    if (hasSegments(directory)) {
      sources.add(new AuditSource(label, directory));
    }
    if (Files.isDirectory(directory)) {
      List<Path> inside = new ArrayList<>();
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
        entries.forEach(inside::add);
      }
      inside.sort(null);
      for (Path entry : inside) {
        if (hasSegments(entry)) {
          sources.add(new AuditSource(label + entry.getFileName() + "/", entry));
        }
      }
    }
    return sources;
  }

  private static boolean hasSegments(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return false;
    }
    try (DirectoryStream<Path> segments = Files.newDirectoryStream(directory, SEGMENTS)) {
      return segments.iterator().hasNext();
    }
  }
}
