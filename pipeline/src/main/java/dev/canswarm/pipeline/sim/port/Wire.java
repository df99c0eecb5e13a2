package dev.canswarm.pipeline.sim.port;

import dev.canswarm.pipeline.sim.scenario.Fault;
import dev.canswarm.pipeline.sim.scenario.Server;
import dev.canswarm.pipeline.sim.time.Draw;
import dev.canswarm.pipeline.sim.time.EventLoop;
import dev.canswarm.pipeline.sim.time.Life;
import dev.canswarm.port.RetryableException;
import java.io.IOException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * What lies between one process, in one of its lives, and the servers. A call takes effect at the
 * server some time after it was made, also when the process has died by then, and its answer takes
 * time again; on the way it can be lost, fail, be slow. Each call is a point at which the process
 * can die.
 */
public final class Wire {
  /** A client gives up a call that nobody answers. */
  private static final long TIMEOUT_MILLIS = 1_000;

  private static final long NANOS_PER_MILLI = 1_000_000;
  private static final int LATENCY_NANOS_MIN = 20_000;
  private static final int LATENCY_NANOS_MAX = 900_000;
  private static final int EVEN_PERMILLE = 500;

  /** What becomes of a call. */
  private enum Fate {
    DONE,
    /** It fails and was not done. */
    UNDONE,
    /** It fails and was done. */
    DONE_AND_FAILED
  }

  private final EventLoop loop;
  private final Life life;
  private final Weather weather;
  private final Draw draw;
  private final int node;
  private final Runnable die;
  private Fault.@Nullable Crash crash;
  private int callsLeft;

  /**
   * @param die ends the process
   */
  public Wire(EventLoop loop, Life life, Weather weather, Draw draw, int node, Runnable die) {
    this.loop = loop;
    this.life = life;
    this.weather = weather;
    this.draw = draw;
    this.node = node;
    this.die = die;
  }

  /** The process dies after that many more calls. */
  public void arm(Fault.Crash fault) {
    crash = fault;
    callsLeft = fault.calls();
  }

  int node() {
    return node;
  }

  Draw draw() {
    return draw;
  }

  Weather weather() {
    return weather;
  }

  Life life() {
    return life;
  }

  EventLoop loop() {
    return loop;
  }

  /** A call that any server may answer. */
  <T> Mono<T> call(Server server, Supplier<Mono<T>> effect) {
    return Mono.create(sink -> make(server, effect, sink, Fate.DONE));
  }

  /** Something that the process does on its own machine: it is done if it lives until then. */
  <T> Mono<T> local(Server server, Runnable effect) {
    return Mono.create(
        sink -> {
          if (life.isOver() || dies(server, effect)) {
            return;
          }
          Fate fate = fate(server);
          loop.afterNanos(
              latency(server),
              () ->
                  life.run(
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

  /** A call that fails once done, or fails undone, or is done: as the caller drew it. */
  <T> Mono<T> callThat(Server server, boolean fails, boolean isDone, Supplier<Mono<T>> effect) {
    Fate fate = !fails ? Fate.DONE : isDone ? Fate.DONE_AND_FAILED : Fate.UNDONE;
    return Mono.create(sink -> make(server, effect, sink, fate));
  }

  private <T> void make(Server server, Supplier<Mono<T>> effect, MonoSink<T> sink, Fate wanted) {
    if (life.isOver()) {
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
              request, () -> effect.get().subscribe(new Reply<>(loop, life, response, sink)));
    }
  }

  /** Whether the process dies at this call, and whether the call still gets through. */
  private boolean dies(Server server, Runnable effect) {
    if (crash == null || callsLeft-- > 0) {
      return false;
    }
    weather.count(crash);
    crash = null;
    if (draw.hits(EVEN_PERMILLE)) {
      loop.afterNanos(latency(server), effect);
    }
    die.run();
    return true;
  }

  private <T> void fail(MonoSink<T> sink, Server server, long afterNanos) {
    loop.afterNanos(afterNanos, () -> life.run(() -> sink.error(away(server))));
  }

  private static RetryableException away(Server server) {
    return new RetryableException("a call of " + server, new IOException("simulated"));
  }

  private Fate fate(Server server) {
    if (weather.isClear()) {
      return Fate.DONE;
    }
    for (Fault.Cut cut : weather.cuts(node, server)) {
      weather.count(cut);
      return draw.hits(EVEN_PERMILLE) ? Fate.UNDONE : Fate.DONE_AND_FAILED;
    }
    for (Fault.Failing failing : weather.all(Fault.Failing.class)) {
      if (failing.server() == server && draw.hits(failing.permille())) {
        weather.count(failing);
        return draw.hits(EVEN_PERMILLE) ? Fate.UNDONE : Fate.DONE_AND_FAILED;
      }
    }
    return Fate.DONE;
  }

  private long latency(Server server) {
    long nanos = draw.between(LATENCY_NANOS_MIN, LATENCY_NANOS_MAX);
    if (!weather.isClear()) {
      for (Fault.Slow slow : weather.all(Fault.Slow.class)) {
        if (slow.server() == server) {
          weather.count(slow);
          nanos += draw.between(0L, slow.millisMax()) * NANOS_PER_MILLI;
        }
      }
    }
    return nanos;
  }
}
