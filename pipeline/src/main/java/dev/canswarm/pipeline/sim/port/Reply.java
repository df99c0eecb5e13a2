package dev.canswarm.pipeline.sim.port;

import dev.canswarm.pipeline.sim.time.EventLoop;
import dev.canswarm.pipeline.sim.time.Life;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.SignalType;

/** Takes a server's answer back to the process that asked, if that still lives by then. */
final class Reply<T> extends BaseSubscriber<T> {
  private final EventLoop loop;
  private final Life life;
  private final long afterNanos;
  private final MonoSink<T> sink;
  private @Nullable T value;
  private @Nullable Throwable error;

  Reply(EventLoop loop, Life life, long afterNanos, MonoSink<T> sink) {
    this.loop = loop;
    this.life = life;
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
    loop.afterNanos(afterNanos, () -> life.run(this::deliver));
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
