package dev.canswarm.simulation.port;

import dev.canswarm.simulation.time.EventLoop;
import dev.canswarm.simulation.time.Incarnation;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.SignalType;

/** Delivers a server's response to the calling process, if it is still alive by then. */
final class DelayedReply<T> extends BaseSubscriber<T> {
  private final EventLoop loop;
  private final Incarnation incarnation;
  private final long afterNanos;
  private final MonoSink<T> sink;
  private @Nullable T value;
  private @Nullable Throwable error;

  DelayedReply(EventLoop loop, Incarnation incarnation, long afterNanos, MonoSink<T> sink) {
    this.loop = loop;
    this.incarnation = incarnation;
    this.afterNanos = afterNanos;
    this.sink = sink;
  }

  @Override
  protected void hookOnNext(T answer) {
    value = answer;
  }

  @Override
  protected void hookOnError(Throwable failure) {
    error = failure;
  }

  @Override
  protected void hookFinally(SignalType type) {
    loop.afterNanos(afterNanos, () -> incarnation.run(this::deliver));
  }

  private void deliver() {
    if (error != null) {
      sink.error(error);
    } else if (value != null) {
      sink.success(value);
    } else {
      sink.success();
    }
  }
}
