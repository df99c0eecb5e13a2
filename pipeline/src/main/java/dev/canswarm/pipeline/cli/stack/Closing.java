package dev.canswarm.pipeline.cli.stack;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes resources in the reverse order of their start. A failure to close one is reported and does
 * not prevent the others from closing. Not thread-safe.
 */
public final class Closing implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Closing.class);

  private record Opened(String what, AutoCloseable resource) {}

  private final Deque<Opened> opened = new ArrayDeque<>();

  /** Adds a resource; it is closed before those added earlier. */
  public <T extends AutoCloseable> T add(String what, T resource) {
    opened.push(new Opened(what, resource));
    return resource;
  }

  /** Closes the resource added last. */
  void closeLast() {
    Opened last = opened.poll();
    if (last == null) {
      return;
    }
    try {
      LOG.debug("stopping {}", last.what());
      last.resource().close();
    } catch (Exception e) {
      LOG.warn("{} did not stop as it should: {}", last.what(), e.toString());
      LOG.debug("because of", e);
    }
  }

  /** Returns the number of open resources. */
  int size() {
    return opened.size();
  }

  @Override
  public void close() {
    while (!opened.isEmpty()) {
      closeLast();
    }
  }
}
