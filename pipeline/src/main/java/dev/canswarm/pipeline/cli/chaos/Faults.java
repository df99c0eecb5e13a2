package dev.canswarm.pipeline.cli.chaos;

import dev.canswarm.pipeline.cli.CommandException;
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
 * Does one fault after another, at times and to processes that a seed chooses, and starts again
 * what it stopped. Every kind comes in every round. For one thread.
 */
final class Faults {
  /** How long a swarm that works is left alone, at least and at most. */
  private static final int PAUSE_MILLIS_MIN = 50;

  private static final int PAUSE_MILLIS_MAX = 800;

  /** One of so many kills does not wait until its victim works, or, of a server, anybody does. */
  private static final int UNAWARES_ONE_IN = 8;

  /** How long a kill waits for its victim to work: nothing may be left for it to do. */
  private static final long WORK_MILLIS_MAX = 20_000;

  private static final int EXIT_TERMINATED = 143;
  private static final long LOOK_MILLIS = 20;
  private static final long SERVER_MILLIS_MAX = 60_000;

  private final ChaosStack stack;
  private final Book book;
  private final SplittableRandom random;
  private final LongSupplier millis;
  private final List<Fault> round = new ArrayList<>();
  private final Map<Fault, Integer> counts = new EnumMap<>(Fault.class);
  private final List<Kill> kills = new ArrayList<>();
  private final List<String> surprises = new ArrayList<>();

  Faults(ChaosStack stack, Book book, SplittableRandom random, LongSupplier millis) {
    this.stack = stack;
    this.book = book;
    this.random = random;
    this.millis = millis;
  }

  /** How often each was done. */
  Map<Fault, Integer> counts() {
    return counts;
  }

  /** The kills so far. */
  List<Kill> kills() {
    return kills;
  }

  /** Processes that ended without being asked to, or otherwise than they were asked to. */
  List<String> surprises() {
    return surprises;
  }

  /** Waits for a while of the seed's choosing, then does the next fault. */
  Fault next() throws Exception {
    Fault fault = draw();
    switch (fault) {
      case PIPELINE_KILLED, PIPELINE_LEFT -> restart(fault, someJoined());
      case UP_KILLED, BROKER_RESTARTED -> {
        if (fault == Fault.BROKER_RESTARTED) {
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

  private Fault draw() {
    if (round.isEmpty()) {
      for (Fault fault : Fault.values()) {
        for (int i = 0; i < fault.share(); i++) {
          round.add(random.nextInt(round.size() + 1), fault);
        }
      }
    }
    return round.remove(round.size() - 1);
  }

  /** One that has joined, mostly at work, and now and then whatever it does, such as starting. */
  private SwarmProcess someJoined() throws Exception {
    SwarmProcess chosen = stack.joined().get(random.nextInt(stack.joined().size()));
    if (random.nextInt(UNAWARES_ONE_IN) > 0) {
      awaitWork(chosen);
    } else {
      pause();
    }
    return chosen;
  }

  /** Waits until all have joined: nobody can join a stack that was stopped in order. */
  private void awaitJoined() throws Exception {
    for (SwarmProcess process : stack.joined()) {
      mend(process);
      process.awaitReady();
    }
  }

  /** Waits until it works on something, and then a while. */
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
      Thread.sleep(LOOK_MILLIS);
    }
  }

  private boolean works(SwarmProcess process) {
    return process.ready() && book.inFlight(process.trail().taken(), millis.getAsLong()) > 0;
  }

  private void pause() throws InterruptedException {
    Thread.sleep(random.nextInt(PAUSE_MILLIS_MIN, PAUSE_MILLIS_MAX));
  }

  /** Notes and mends what ended without being asked. */
  void mendAll() throws IOException {
    for (SwarmProcess process : stack.all()) {
      mend(process);
    }
  }

  private void mend(SwarmProcess process) throws IOException {
    if (!process.alive()) {
      surprises.add(process.name() + " ended by itself: " + process.end());
      process.start();
    }
  }

  private void restart(Fault fault, SwarmProcess process) throws Exception {
    if (fault.isKill()) {
      long now = millis.getAsLong();
      process.kill();
      kills.add(new Kill(fault, now, taken(List.of(process))));
    } else {
      int status = process.terminate();
      if (status != EXIT_TERMINATED) {
        surprises.add(
            "%s ended with status %d after TERM, expected %d: %s"
                .formatted(process.name(), status, EXIT_TERMINATED, process.end()));
      }
    }
    process.start();
  }

  private interface Server {
    Optional<ProcessHandle> find();
  }

  private void killServer(Fault fault, Server server) throws Exception {
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
            dev.canswarm.pipeline.cli.ExitCode.FAILED,
            "PostgreSQL or Redis does not answer within %d ms; up: %s"
                .formatted(SERVER_MILLIS_MAX, stack.owner().end()));
      }
      Thread.sleep(LOOK_MILLIS);
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
      Thread.sleep(LOOK_MILLIS);
    }
    throw new CommandException(
        dev.canswarm.pipeline.cli.ExitCode.FAILED,
        "up did not start a killed server again within %d ms: %s"
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
          surprises.add("Redis does not answer: " + starting.getMessage());
          return;
        }
        Thread.sleep(LOOK_MILLIS);
      }
    }
  }

  private static Set<String> taken(Collection<SwarmProcess> processes) {
    Set<String> all = new HashSet<>();
    processes.forEach(process -> all.addAll(process.trail().taken()));
    return all;
  }
}
