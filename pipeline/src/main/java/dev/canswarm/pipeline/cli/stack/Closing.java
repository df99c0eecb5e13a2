package dev.canswarm.pipeline.cli.stack;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was started, closed in the opposite order. One that does not close is reported and does not
 * keep the others from it. For one thread.
 */
public final class Closing implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Closing.class);

  private record Opened(String what, AutoCloseable resource) {}

  private final Deque<Opened> opened = new ArrayDeque<>();

  /** Closes this one before all that were added earlier. */
  public <T extends AutoCloseable> T add(String what, T resource) {
    opened.push(new Opened(what, resource));
    return resource;
  }

  /** Closes what was added last. */
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

  /** How many are open. */
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
