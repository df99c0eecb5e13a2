package dev.canswarm.simulation.chaos;

import dev.canswarm.pipeline.cli.command.CommandException;
import dev.canswarm.pipeline.cli.command.ExitCode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;

/**
 * Injects one fault after another, in the {@link FaultOrder}, at times and into processes that a
 * seed chooses, and restarts what it stopped. Not thread-safe.
 */
final class FaultInjector {
  /** Shortest and longest pause before a fault while the swarm works. */
  private static final int PAUSE_MILLIS_MIN = 50;

  private static final int PAUSE_MILLIS_MAX = 800;

  /**
   * One in this many kills does not wait until its victim, or any process for a server, has work in
   * flight.
   */
  private static final int UNAWARES_ONE_IN = 8;

  /** Longest wait for a victim to have work in flight: there may be none left for it. */
  private static final long WORK_MILLIS_MAX = 20_000;

  private static final int EXIT_TERMINATED = 143;
  private static final long POLL_MILLIS = 20;
  private static final long SERVER_MILLIS_MAX = 60_000;

  private final ChaosStack stack;
  private final NeedLedger ledger;
  private final SplittableRandom random;
  private final LongSupplier millis;
  private final FaultOrder order;
  private final Map<ChaosFault, Integer> counts = new EnumMap<>(ChaosFault.class);
  private final List<Kill> kills = new ArrayList<>();
  private final List<String> unexpectedEnds = new ArrayList<>();

  FaultInjector(ChaosStack stack, NeedLedger ledger, SplittableRandom random, LongSupplier millis) {
    this.stack = stack;
    this.ledger = ledger;
    this.random = random;
    this.order = new FaultOrder(random);
    this.millis = millis;
  }

  /** Returns how often each fault was injected. */
  Map<ChaosFault, Integer> counts() {
    return counts;
  }

  /** Returns the kills so far. */
  List<Kill> kills() {
    return kills;
  }

  /** Returns the unexpected ends of processes. */
  List<String> unexpectedEnds() {
    return unexpectedEnds;
  }

  /** Waits for a time that the seed chooses, then injects the next fault and returns it. */
  ChaosFault next() throws Exception {
    ChaosFault fault = order.next();
    switch (fault) {
      case PIPELINE_KILLED, PIPELINE_LEFT -> restart(fault, someJoined());
      case UP_KILLED, BROKER_RESTARTED -> {
        if (fault == ChaosFault.BROKER_RESTARTED) {
          awaitJoined();
        }
        awaitWork(stack.owner());
        restart(fault, stack.owner());
        stack.owner().awaitReady();
      }
      case POSTGRES_KILLED -> killServer(fault, stack::postgres);
      case REDIS_KILLED -> killServer(fault, stack::redis);
      case REDIS_FLUSHED -> flush();
    }
    counts.merge(fault, 1, Integer::sum);
    return fault;
  }

  /**
   * Chooses a joined process: mostly one with work in flight, sometimes in any state, such as
   * starting.
   */
  private SwarmProcess someJoined() throws Exception {
    SwarmProcess chosen = stack.joined().get(random.nextInt(stack.joined().size()));
    if (random.nextInt(UNAWARES_ONE_IN) > 0) {
      awaitWork(chosen);
    } else {
      pause();
    }
    return chosen;
  }

  /** Waits until all have joined: no process can join a stack that was stopped in order. */
  private void awaitJoined() throws Exception {
    for (SwarmProcess process : stack.joined()) {
      mend(process);
      process.awaitReady();
    }
  }

  /** Waits until it has work in flight, and then a random pause. */
  private void awaitWork(SwarmProcess process) throws Exception {
    awaitWorkOfAny(List.of(process));
    pause();
  }

  private void awaitWorkOfAny(Collection<SwarmProcess> processes) throws Exception {
    long deadline = System.nanoTime() + WORK_MILLIS_MAX * 1_000_000;
    while (System.nanoTime() - deadline < 0 && processes.stream().noneMatch(this::works)) {
      for (SwarmProcess process : processes) {
        mend(process);
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  private boolean works(SwarmProcess process) {
    return process.ready() && ledger.inFlight(process.trail().taken(), millis.getAsLong()) > 0;
  }

  private void pause() throws InterruptedException {
    Thread.sleep(random.nextInt(PAUSE_MILLIS_MIN, PAUSE_MILLIS_MAX));
  }

  /** Restarts processes that ended unexpectedly and records them. */
  void mendAll() throws IOException {
    for (SwarmProcess process : stack.all()) {
      mend(process);
    }
  }

  private void mend(SwarmProcess process) throws IOException {
    if (!process.alive()) {
      unexpectedEnds.add(process.name() + " ended unexpectedly: " + process.end());
      process.start();
    }
  }

  private void restart(ChaosFault fault, SwarmProcess process) throws Exception {
    if (fault.isKill()) {
      long now = millis.getAsLong();
      process.kill();
      kills.add(new Kill(fault, now, taken(List.of(process))));
    } else {
      int status = process.terminate();
      if (status != EXIT_TERMINATED) {
        unexpectedEnds.add(
            "%s ended with status %d after TERM, expected %d: %s"
                .formatted(process.name(), status, EXIT_TERMINATED, process.end()));
      }
    }
    process.start();
  }

  private interface Server {
    Optional<ProcessHandle> find();
  }

  private void killServer(ChaosFault fault, Server server) throws Exception {
    awaitServers();
    pause();
    if (random.nextInt(UNAWARES_ONE_IN) > 0) {
      awaitWorkOfAny(stack.all());
    }
    ProcessHandle handle = await(server, -1);
    long now = millis.getAsLong();
    handle.destroyForcibly();
    kills.add(new Kill(fault, now, taken(stack.all())));
    await(server, handle.pid());
  }

  /** Waits until both answer: a kill is to hit one that is in use. */
  private void awaitServers() throws Exception {
    long deadline = System.nanoTime() + SERVER_MILLIS_MAX * 1_000_000;
    while (!stack.serversAnswer()) {
      if (System.nanoTime() - deadline > 0) {
        throw new CommandException(
            ExitCode.FAILED,
            "PostgreSQL or Redis did not respond within %d ms; up: %s"
                .formatted(SERVER_MILLIS_MAX, stack.owner().end()));
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  /** Waits for the server's process, other than the one that was killed. */
  private ProcessHandle await(Server server, long killed) throws Exception {
    long deadline = System.nanoTime() + SERVER_MILLIS_MAX * 1_000_000;
    while (System.nanoTime() - deadline < 0) {
      Optional<ProcessHandle> found = server.find().filter(process -> process.pid() != killed);
      if (found.isPresent()) {
        return found.get();
      }
      Thread.sleep(POLL_MILLIS);
    }
    throw new CommandException(
        ExitCode.FAILED,
        "up did not restart a killed server within %d ms: %s"
            .formatted(SERVER_MILLIS_MAX, stack.owner().end()));
  }

  private void flush() throws InterruptedException {
    pause();
    long deadline = System.nanoTime() + SERVER_MILLIS_MAX * 1_000_000;
    while (true) {
      try {
        stack.flushRedis();
        return;
      } catch (IOException starting) {
        if (System.nanoTime() - deadline > 0) {
          unexpectedEnds.add("Redis did not respond: " + starting.getMessage());
          return;
        }
        Thread.sleep(POLL_MILLIS);
      }
    }
  }

  private static Set<String> taken(Collection<SwarmProcess> processes) {
    Set<String> all = new HashSet<>();
    processes.forEach(process -> all.addAll(process.trail().taken()));
    return all;
  }
}
