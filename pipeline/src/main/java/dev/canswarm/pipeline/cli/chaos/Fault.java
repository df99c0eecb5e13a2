package dev.canswarm.pipeline.cli.chaos;

import java.util.Locale;

/** What is done to a running swarm. */
enum Fault {
  /** SIGKILL of one process that joined; it is started again at once. */
  PIPELINE_KILLED(true, 8),
  /** TERM of one process that joined, while it works; it is started again. */
  PIPELINE_LEFT(false, 1),
  /** SIGKILL of {@code up}: its pipeline, the broker in it, and with it PostgreSQL and Redis. */
  UP_KILLED(true, 1),
  /** TERM of {@code up}, so that the broker stops in order, and its start. */
  BROKER_RESTARTED(false, 1),
  /** SIGKILL of PostgreSQL's first process; {@code up} starts it again. */
  POSTGRES_KILLED(true, 5),
  /** SIGKILL of Redis; {@code up} starts it again. */
  REDIS_KILLED(true, 4),
  /** FLUSHALL: Redis forgets every decision. */
  REDIS_FLUSHED(false, 2);

  private final boolean kill;
  private final int share;

  Fault(boolean kill, int share) {
    this.kill = kill;
    this.share = share;
  }

  /** Whether a process dies without having been asked. */
  boolean isKill() {
    return kill;
  }

  /** How many of these are among the faults of one round, in which every kind comes. */
  int share() {
    return share;
  }

  /** Its name in results. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
