package dev.canswarm.simulation.hostile;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Finds records in the audit logs below a directory, by the lines' text alone. */
public final class AuditLookup {
  private static final Pattern PLACE =
      Pattern.compile(
          "\"offset\":(\\d+),\"partition\":(\\d+),\"prev\":\"[0-9a-f]*\",(?:\"raw_b64\":\"[^\"]*\",)?"
              + "\"timestamp_ns\":\"\\d+\",\"topic\":\"([^\"]*)\"}$");

  private AuditLookup() {}

  /** Returns those of the positions whose line begins with this direction. */
  public static Set<String> positions(Path directory, String direction, Collection<String> wanted) {
    Set<String> asked = Set.copyOf(wanted);
    Set<String> found = new HashSet<>();
    for (Path segment : segments(directory)) {
      try (Stream<String> lines = Files.lines(segment)) {
        lines
            .filter(line -> line.startsWith("{\"dir\":\"" + direction + "\""))
            .forEach(
                line -> {
                  Matcher place = PLACE.matcher(line);
                  if (place.find()) {
                    found.add(place.group(3) + "/" + place.group(2) + "/" + place.group(1));
                  }
                });
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    found.retainAll(asked);
    return found;
  }

  /** Returns the bytes of all audit logs below a directory. */
  public static long bytes(Path directory) {
    long bytes = 0;
    for (Path segment : segments(directory)) {
      bytes += segment.toFile().length();
    }
    return bytes;
  }

  /** Returns the mean length of the lines that begin with this direction, 0 for none. */
  public static long lineBytes(Path directory, String direction) {
    long lines = 0;
    long bytes = 0;
    for (Path segment : segments(directory)) {
      try (Stream<String> all = Files.lines(segment)) {
        for (String line :
            (Iterable<String>)
                all.filter(one -> one.startsWith("{\"dir\":\"" + direction + "\""))::iterator) {
          lines++;
          bytes += line.length() + 1L;
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return lines == 0 ? 0 : bytes / lines;
  }

  private static List<Path> segments(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(file -> file.toString().endsWith(".jsonl")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
