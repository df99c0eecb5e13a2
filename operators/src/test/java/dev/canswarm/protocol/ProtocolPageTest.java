package dev.canswarm.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.plan.TaskState;
import dev.canswarm.policy.RoleName;
import dev.canswarm.protocol.Deadlines.Timer;
import dev.canswarm.protocol.PurePlay.AgentMix;
import dev.canswarm.protocol.PurePlay.Habit;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The table of moves and the diagram of task states in {@code docs/ARCHITECTURE.md} against the
 * enumerations, and both against what the roles do in plays that make every move.
 */
class ProtocolPageTest {
  private static final int PLAYS = 80;
  private static final Set<Move> MOVES = EnumSet.noneOf(Move.class);
  private static final Map<Move, Set<Timer>> TIMERS = new EnumMap<>(Move.class);
  private static final TreeSet<String> TRANSITIONS = new TreeSet<>();

  @BeforeAll
  static void play() {
    Random random = new Random(7);
    for (int i = 0; i < PLAYS; i++) {
      AgentMix mix = i % 4 == 1 ? undecided() : anybody(i, random);
      PurePlay play = new PurePlay(mix, Graphs.need(1 + i % 3, random), random);
      if (i % 10 == 9) {
        play.step();
        play.cancel(play.client);
      }
      play.end();
      MOVES.addAll(play.moves);
      TRANSITIONS.addAll(play.transitions);
      play.timersOfMoves.forEach(
          (move, deadlines) ->
              TIMERS.computeIfAbsent(move, key -> EnumSet.noneOf(Timer.class)).addAll(deadlines));
    }
  }

  private static AgentMix anybody(int i, Random random) {
    return new AgentMix(
        1 + i % 2,
        i % 5 == 0 ? 1 : 0,
        1 + i % 3,
        habits(random, 2, i % 7 == 0 ? Habit.SILENT : Habit.HONEST, Habit.LIAR),
        i % 6 == 0 ? Collections.nCopies(2, Habit.SILENT) : habits(random, 3, Habit.values()),
        habits(random, 4, Habit.HONEST, Habit.HONEST, Habit.LIAR, Habit.SILENT),
        i % 2 == 0);
  }

  /** Too few verifiers for K and a liar: all vote, and neither side gets there. */
  private static AgentMix undecided() {
    List<Habit> one = List.of(Habit.HONEST);
    return new AgentMix(2, 0, 1, one, one, List.of(Habit.LIAR, Habit.HONEST, Habit.HONEST), false);
  }

  private static List<Habit> habits(Random random, int count, Habit... from) {
    List<Habit> habits = new ArrayList<>(Collections.nCopies(count, from[0]));
    habits.replaceAll(habit -> from[random.nextInt(from.length)]);
    return habits;
  }

  private static List<String> section(String heading) {
    try {
      List<String> lines = Files.readAllLines(Path.of("..", "docs", "ARCHITECTURE.md"));
      int from = lines.indexOf("## " + heading) + 1;
      assertThat(from).as("section %s", heading).isPositive();
      List<String> rest = lines.subList(from, lines.size());
      long length = rest.stream().takeWhile(line -> !line.startsWith("## ")).count();
      return rest.subList(0, (int) length);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Rows of the table whose first column is a move, as their columns. */
  private static List<List<String>> rows() {
    return section("Moves and timers").stream()
        .filter(line -> line.startsWith("| `"))
        .map(line -> Arrays.stream(line.substring(1).split("\\|", -1)).map(String::strip).toList())
        .toList();
  }

  @Test
  void theTableListsEveryMoveInOrderWithItsRole() {
    assertThat(rows())
        .extracting(row -> row.get(0) + " " + row.get(1))
        .containsExactlyElementsOf(
            Arrays.stream(Move.values())
                .map(move -> "`" + move + "` " + move.role().label())
                .toList());
  }

  @Test
  void theTableNamesTheTimerOfEachMoveAndSoEveryTimer() {
    Set<Timer> named = EnumSet.noneOf(Timer.class);
    for (List<String> row : rows()) {
      Move move = Move.valueOf(row.get(0).replace("`", ""));
      String timer = move.timer().map(Timer::name).orElse("");
      assertThat(row.get(3)).as(move.name()).startsWith(timer);
      assertThat(row.get(3).isEmpty()).as(move.name()).isEqualTo(timer.isEmpty());
      move.timer().ifPresent(named::add);
    }
    assertThat(named).isEqualTo(EnumSet.allOf(Timer.class));
  }

  /** Seen in play: which timer a move of the coordinator waited for is the one that it names. */
  @Test
  void whatAMoveWaitsForIsTheTimerThatItNames() {
    for (Move move : Move.values()) {
      if (move.role() == RoleName.COORDINATOR) {
        assertThat(TIMERS.getOrDefault(move, Set.of()))
            .as(move.name())
            .isEqualTo(move.timer().map(Set::of).orElse(Set.of()));
      }
    }
  }

  @Test
  void everyMoveIsMadeInPlay() {
    assertThat(EnumSet.complementOf(EnumSet.copyOf(MOVES))).isEmpty();
  }

  /** Exactly the transitions that the operations of real envelopes make, no more and no fewer. */
  @Test
  void theDiagramShowsTheTransitionsThatTheOperationsMake() {
    TreeSet<String> drawn = new TreeSet<>();
    Set<String> states = new TreeSet<>();
    for (String line : section("The task state machine")) {
      String text = line.strip();
      if (!text.contains(" --> ") || text.equals("FINAL --> [*]")) {
        continue;
      }
      String arrow = text.substring(0, text.indexOf(": "));
      states.add(arrow.substring(arrow.indexOf("> ") + 2));
      for (String event : text.substring(text.indexOf(": ") + 2).split(", ", -1)) {
        drawn.add(arrow + ": " + event);
      }
    }
    assertThat(drawn).isEqualTo(TRANSITIONS);
    assertThat(states)
        .isEqualTo(new TreeSet<>(Arrays.stream(TaskState.values()).map(TaskState::name).toList()));
  }
}
