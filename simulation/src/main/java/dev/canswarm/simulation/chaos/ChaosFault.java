package dev.canswarm.simulation.chaos;

import java.util.Locale;

/** The faults that are injected into a running swarm. */
enum ChaosFault {
  /** SIGKILL of one process that joined; it restarts at once. */
  PIPELINE_KILLED(true, 8),
  /** TERM of one process that joined, while it works; it restarts. */
  PIPELINE_LEFT(false, 1),
  /** SIGKILL of {@code up}: its pipeline, the broker in it, and with it PostgreSQL and Redis. */
  UP_KILLED(true, 1),
  /** TERM of {@code up}, so that the broker stops in order, and its start. */
  BROKER_RESTARTED(false, 1),
  /** SIGKILL of PostgreSQL's first process; {@code up} restarts it. */
  POSTGRES_KILLED(true, 5),
  /** SIGKILL of Redis; {@code up} restarts it. */
  REDIS_KILLED(true, 4),
  /** FLUSHALL: Redis loses every decision. */
  REDIS_FLUSHED(false, 2);

  private final boolean kill;
  private final int share;

  ChaosFault(boolean kill, int share) {
    this.kill = kill;
    this.share = share;
  }

  /** Whether it kills a process. */
  boolean isKill() {
    return kill;
  }

  /** Returns how often it occurs in one round of all faults. */
  int share() {
    return share;
  }

  /** Returns its name in results. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
