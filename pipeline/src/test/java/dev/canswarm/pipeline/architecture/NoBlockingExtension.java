package dev.canswarm.pipeline.architecture;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import reactor.blockhound.BlockHound;
import reactor.blockhound.BlockingOperationError;

/**
 * Watches every test of this module for blocking calls on threads that must not block: Reactor's
 * parallel and single ones, and Netty's event loops. The call fails where it happens, and the test
 * class fails at its end too, since an error on an event loop is easily swallowed. {@code
 * -Dblockhound=false} switches it off, to debug.
 */
public final class NoBlockingExtension implements BeforeAllCallback, AfterAllCallback {
  private static final int FRAMES_SHOWN = 20;

  private static final ConcurrentLinkedQueue<BlockingOperationError> FOUND =
      new ConcurrentLinkedQueue<>();
  private static final boolean ON = !"false".equals(System.getProperty("blockhound"));

  static {
    if (ON) {
      BlockHound.builder()
          .loadIntegrations()
          // Netty's allocator locks for a moment where event loops contend for a magazine; no
          // code of ours can keep it from that.
          .allowBlockingCallsInside(
              "io.netty.buffer.AdaptivePoolingAllocator$MagazineGroup", "tryExpandMagazines")
          // Lettuce looks up its proxies' methods under a lock while it makes a connection, and
          // keeps writers and a change of the connection's state apart by another. Clients that
          // share their threads, as in tests only, give them up under a third.
          .allowBlockingCallsInside(
              "io.lettuce.core.internal.AbstractInvocationHandler$MethodTranslator", "of")
          .allowBlockingCallsInside("io.lettuce.core.protocol.SharedLock", "doExclusive")
          .allowBlockingCallsInside("io.lettuce.core.protocol.SharedLock", "incrementWriters")
          .allowBlockingCallsInside(
              "io.lettuce.core.resource.DefaultEventLoopGroupProvider", "release")
          // A pool makes a thread under its lock: where task code hangs, and another must run.
          .allowBlockingCallsInside("java.util.concurrent.ThreadPoolExecutor", "addWorker")
          // The queue of timers is locked for a moment when one is cancelled. Reactor allows this
          // for
          // its other tasks and not for periodic ones.
          .allowBlockingCallsInside(
              "java.util.concurrent.ScheduledThreadPoolExecutor$DelayedWorkQueue", "remove")
          // PostgreSQL's driver draws 18 random bytes for each login; the device does not block.
          .allowBlockingCallsInside("com.ongres.scram.common.ScramFunctions", "nonce")
          // TLS clients draw random bytes for each connection; the device does not block.
          .allowBlockingCallsInside("sun.security.ssl.SSLContextImpl", "engineInit")
          // Threads that log at the same moment take turns for one write to standard error.
          .allowBlockingCallsInside("ch.qos.logback.core.OutputStreamAppender", "subAppend")
          // A span that makes a batch full wakes the exporter's thread under a lock that is held
          // for a moment.
          .allowBlockingCallsInside(
              "io.opentelemetry.sdk.trace.export.BatchSpanProcessor$Worker", "addSpan")
          // Noted and not thrown: an error out of a lock's queue leaves a waiter in it that never
          // takes its turn, and the next one waits for ever.
          .blockingMethodCallback(method -> FOUND.add(new BlockingOperationError(method)))
          .install();
    }
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    // Loading this class was all there was to do.
  }

  @Override
  public void afterAll(ExtensionContext context) {
    failWhereAnyWasFound();
  }

  static void failWhereAnyWasFound() {
    List<BlockingOperationError> found = takeFound();
    if (!found.isEmpty()) {
      throw new AssertionError(
          "%d blocking calls on threads that must not block; the first is the cause: %s from %s"
              .formatted(found.size(), found.get(0).getMessage(), callers(found.get(0))),
          found.get(0));
    }
  }

  /** The innermost frames on one line: a test report may show no more than its first line. */
  private static String callers(BlockingOperationError error) {
    return Arrays.stream(error.getStackTrace())
        .filter(frame -> !frame.getClassName().startsWith("reactor.blockhound."))
        .limit(FRAMES_SHOWN)
        .map(frame -> frame.getClassName() + "." + frame.getMethodName())
        .collect(Collectors.joining(" < "));
  }

  /** What was found since this was last asked. */
  static List<BlockingOperationError> takeFound() {
    List<BlockingOperationError> found = new ArrayList<>();
    for (BlockingOperationError error = FOUND.poll(); error != null; error = FOUND.poll()) {
      found.add(error);
    }
    return found;
  }

  /** Whether blocking calls are watched for. */
  static boolean isOn() {
    return ON;
  }
}
