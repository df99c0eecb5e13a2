package dev.canswarm.simulation.port;

import dev.canswarm.port.RetryableException;
import dev.canswarm.simulation.scenario.Fault;
import dev.canswarm.simulation.scenario.Server;
import dev.canswarm.simulation.time.EventLoop;
import dev.canswarm.simulation.time.Incarnation;
import dev.canswarm.simulation.time.SeededRandom;
import java.io.IOException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * The network between one incarnation of a process and the servers. A call takes effect at the
 * server after some latency, even if the process has crashed by then, and the response takes time
 * again; either can be lost, fail or be slow. Each call is a point at which the process can crash.
 */
public final class Link {
  /** Time after which a client gives up an unanswered call. */
  private static final long TIMEOUT_MILLIS = 1_000;

  private static final long NANOS_PER_MILLI = 1_000_000;
  private static final int LATENCY_NANOS_MIN = 20_000;
  private static final int LATENCY_NANOS_MAX = 900_000;
  private static final int EVEN_PERMILLE = 500;

  /** The fate of a call. */
  private enum Fate {
    DONE,
    /** The call fails and had no effect. */
    UNDONE,
    /** The call fails although it took effect. */
    DONE_AND_FAILED
  }

  private final EventLoop loop;
  private final Incarnation incarnation;
  private final ActiveFaults activeFaults;
  private final SeededRandom random;
  private final int node;
  private final Runnable die;
  private Fault.@Nullable Crash crash;
  private int callsLeft;

  /**
   * @param die crashes the process
   */
  public Link(
      EventLoop loop,
      Incarnation incarnation,
      ActiveFaults activeFaults,
      SeededRandom random,
      int node,
      Runnable die) {
    this.loop = loop;
    this.incarnation = incarnation;
    this.activeFaults = activeFaults;
    this.random = random;
    this.node = node;
    this.die = die;
  }

  /** Arms a crash after the fault's number of further calls. */
  public void arm(Fault.Crash fault) {
    crash = fault;
    callsLeft = fault.calls();
  }

  int node() {
    return node;
  }

  SeededRandom random() {
    return random;
  }

  ActiveFaults activeFaults() {
    return activeFaults;
  }

  Incarnation incarnation() {
    return incarnation;
  }

  EventLoop loop() {
    return loop;
  }

  /** Calls a server; active faults apply. */
  <T> Mono<T> call(Server server, Supplier<Mono<T>> effect) {
    return Mono.create(sink -> make(server, effect, sink, Fate.DONE));
  }

  /**
   * Runs an operation on the process's own machine; it takes effect if the process is still alive
   * by then.
   */
  <T> Mono<T> local(Server server, Runnable effect) {
    return Mono.create(
        sink -> {
          if (incarnation.isOver() || dies(server, effect)) {
            return;
          }
          Fate fate = fate(server);
          loop.afterNanos(
              latency(server),
              () ->
                  incarnation.run(
                      () -> {
                        if (fate != Fate.UNDONE) {
                          effect.run();
                        }
                        if (fate == Fate.DONE) {
                          sink.success();
                        } else {
                          sink.error(away(server));
                        }
                      }));
        });
  }

  /** Calls a server; the caller decides whether it fails, and whether a failed call took effect. */
  <T> Mono<T> callThat(Server server, boolean fails, boolean isDone, Supplier<Mono<T>> effect) {
    Fate fate = !fails ? Fate.DONE : isDone ? Fate.DONE_AND_FAILED : Fate.UNDONE;
    return Mono.create(sink -> make(server, effect, sink, fate));
  }

  private <T> void make(Server server, Supplier<Mono<T>> effect, MonoSink<T> sink, Fate wanted) {
    if (incarnation.isOver()) {
      return;
    }
    if (dies(server, () -> effect.get().subscribe(done -> {}, lost -> {}))) {
      return;
    }
    Fate fate = wanted == Fate.DONE ? fate(server) : wanted;
    long request = latency(server);
    long response = latency(server);
    switch (fate) {
      case UNDONE -> fail(sink, server, request + response);
      case DONE_AND_FAILED -> {
        loop.afterNanos(request, () -> effect.get().subscribe(done -> {}, lost -> {}));
        fail(sink, server, TIMEOUT_MILLIS * NANOS_PER_MILLI);
      }
      case DONE ->
          loop.afterNanos(
              request,
              () -> effect.get().subscribe(new DelayedReply<>(loop, incarnation, response, sink)));
    }
  }

  /** Crashes the process if it is due. The call may still reach the server. */
  private boolean dies(Server server, Runnable effect) {
    if (crash == null || callsLeft-- > 0) {
      return false;
    }
    activeFaults.count(crash);
    crash = null;
    if (random.hits(EVEN_PERMILLE)) {
      loop.afterNanos(latency(server), effect);
    }
    die.run();
    return true;
  }

  private <T> void fail(MonoSink<T> sink, Server server, long afterNanos) {
    loop.afterNanos(afterNanos, () -> incarnation.run(() -> sink.error(away(server))));
  }

  private static RetryableException away(Server server) {
    return new RetryableException("a call of " + server, new IOException("simulated"));
  }

  private Fate fate(Server server) {
    if (activeFaults.isClear()) {
      return Fate.DONE;
    }
    for (Fault.Cut cut : activeFaults.cuts(node, server)) {
      activeFaults.count(cut);
      return random.hits(EVEN_PERMILLE) ? Fate.UNDONE : Fate.DONE_AND_FAILED;
    }
    for (Fault.Failing failing : activeFaults.all(Fault.Failing.class)) {
      if (failing.server() == server && random.hits(failing.permille())) {
        activeFaults.count(failing);
        return random.hits(EVEN_PERMILLE) ? Fate.UNDONE : Fate.DONE_AND_FAILED;
      }
    }
    return Fate.DONE;
  }

  private long latency(Server server) {
    long nanos = random.between(LATENCY_NANOS_MIN, LATENCY_NANOS_MAX);
    if (!activeFaults.isClear()) {
      for (Fault.Slow slow : activeFaults.all(Fault.Slow.class)) {
        if (slow.server() == server) {
          activeFaults.count(slow);
          nanos += random.between(0L, slow.millisMax()) * NANOS_PER_MILLI;
        }
      }
    }
    return nanos;
  }
}
