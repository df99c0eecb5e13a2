package dev.canswarm.task;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Task code that goes on until it is told to end, whether it is interrupted or not. */
public final class HangingCode {
  private static final long SECONDS_MAX = 20;

  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);

  /** Hangs; returns nothing. */
  public byte[] hang() {
    begun.countDown();
    while (true) {
      try {
        if (ended.await(SECONDS_MAX, TimeUnit.SECONDS)) {
          return new byte[0];
        }
        throw new IllegalStateException("expected to be ended within " + SECONDS_MAX + " s");
      } catch (InterruptedException ignored) {
        // It is what hanging code does.
      }
    }
  }

  /** Waits until it hangs. */
  public void awaitBegun() throws InterruptedException {
    if (!begun.await(SECONDS_MAX, TimeUnit.SECONDS)) {
      throw new IllegalStateException("expected to begin within " + SECONDS_MAX + " s");
    }
  }

  /** Lets it end. */
  public void end() {
    ended.countDown();
  }
}
