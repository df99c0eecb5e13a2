package dev.canswarm.pipeline.cli.list;

import dev.canswarm.crypto.Sha256;
import dev.canswarm.envelope.EnvelopeIds;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.pipeline.cli.command.CommandException;
import dev.canswarm.pipeline.cli.command.Console;
import dev.canswarm.pipeline.cli.command.DataAccess;
import dev.canswarm.pipeline.cli.command.ExitCode;
import dev.canswarm.pipeline.cli.text.Printable;
import dev.canswarm.pipeline.cli.thread.StoreAccess;
import dev.canswarm.pipeline.follow.ListKeeper;
import dev.canswarm.pipeline.follow.NeedList;
import dev.canswarm.pipeline.postgres.PostgresPoolSettings;
import dev.canswarm.pipeline.postgres.PostgresReadModel;
import dev.canswarm.pipeline.wiring.PostgresAddresses;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One {@code ./swarm list}. */
final class ListRun {

  /** Parts of the op-log that a list which has fallen behind takes in before it is shown. */
  private static final int PARTS_MAX = 50;

  private static final int LIMIT_MAX = 1_000_000;
  private static final Set<String> OUTCOMES = Set.of("ACCEPTED", "REJECTED", "EXPIRED");
  private static final Pattern AGE = Pattern.compile("([0-9]{1,9})(s|m|h|d)");

  private final Console console;
  private final long nowMillis;

  ListRun(Console console, long nowMillis) {
    this.console = console;
    this.nowMillis = nowMillis;
  }

  static int run(ListCommand command) throws Exception {
    NeedList.Filter filter = filter(command);
    DataAccess access = DataAccess.of(command);
    int timeoutMillis = access.settings().postgres().statementTimeoutMillis();
    PostgresReadModel readModel =
        new PostgresReadModel(
            new PostgresPoolSettings(
                PostgresAddresses.of(access.postgres()),
                PostgresReadModel.CONNECTIONS_MAX,
                timeoutMillis));
    try {
      NeedList list = readModel.needs();
      Duration wait = StoreAccess.wait(access);
      if (!followed(list, wait)) {
        command
            .console()
            .note("swarm: the list is behind, and the newest NEEDs may be missing: run this again");
      }
      ListRun run = new ListRun(command.console(), command.context().time().epochMillis());
      int shown = run.show(list, filter, command.limit, wait);
      command
          .console()
          .summary(ExitCode.OK, Map.<String, Object>of("needs", shown, "verified", false));
      return ExitCode.OK;
    } finally {
      readModel.closeLater().block(StoreAccess.CLOSE_MAX);
    }
  }

  /**
   * Updates the list, which nobody does meanwhile where no process answers HTTP.
   *
   * @return whether it has caught up
   */
  static boolean followed(NeedList list, Duration wait) {
    for (int part = 0; part < PARTS_MAX; part++) {
      if (list.follow(ListKeeper.ROWS_MAX).blockOptional(wait).orElse(0) < ListKeeper.ROWS_MAX) {
        return true;
      }
    }
    return false;
  }

  int show(NeedList list, NeedList.Filter first, int limit, Duration wait) {
    int shown = 0;
    NeedList.Filter filter = first;
    while (true) {
      NeedList.Page page = list.list(filter).blockOptional(wait).orElseThrow();
      for (NeedList.Item item : page.items()) {
        if (shown == limit) {
          return shown;
        }
        show(item);
        shown++;
      }
      if (page.next().isEmpty() || shown == limit || console.outputClosed()) {
        return shown;
      }
      filter = filter.after(page.next().getAsLong());
    }
  }

  private void show(NeedList.Item item) {
    String end = item.outcome().orElse(item.phase());
    String why = item.reason().map(reason -> "  " + Printable.value(reason)).orElse("");
    long until = item.endedMillis().orElse(nowMillis);
    console.result(
        "%s  %-9s  %8s  %-24s  %s%s"
            .formatted(
                item.needId(),
                end,
                time(until - item.createdMillis()),
                Printable.value(item.threadId().text()),
                Printable.value(String.join(",", item.taskTypes())),
                why));
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("need_id", item.needId().text());
    members.put("thread_id", item.threadId().text());
    members.put("state", item.endedMillis().isPresent() ? "ended" : "open");
    members.put("phase", item.phase());
    members.put("task_types", item.taskTypes());
    members.put("created_ms", item.createdMillis());
    item.endedMillis().ifPresent(millis -> members.put("ended_ms", millis));
    item.outcome().ifPresent(outcome -> members.put("outcome", outcome));
    item.reason().ifPresent(reason -> members.put("reason", reason));
    console.object("need", members);
  }

  /** How long something took, in the largest unit that leaves two digits or more. */
  private static String time(long millis) {
    long shown = Math.max(0, millis);
    if (shown < 10_000) {
      return shown + " ms";
    }
    long seconds = shown / 1_000;
    if (seconds < 600) {
      return seconds + " s";
    }
    return seconds < 36_000 ? seconds / 60 + " min" : seconds / 3_600 + " h";
  }

  static NeedList.Filter filter(ListCommand command) throws CommandException {
    Optional<NeedList.State> state = Optional.empty();
    if (command.state != null) {
      state =
          Optional.of(
              switch (command.state) {
                case "open" -> NeedList.State.OPEN;
                case "ended" -> NeedList.State.ENDED;
                default -> throw usage("--state", "open or ended", command.state);
              });
    }
    check("--outcome", command.outcome, "ACCEPTED, REJECTED or EXPIRED", OUTCOMES::contains);
    check("--thread", command.thread, ThreadId.FORM, EnvelopeIds::isThreadId);
    check("--artifact", command.artifact, "64 hexadecimal digits", Sha256::isHex);
    if (command.limit < 1 || command.limit > LIMIT_MAX) {
      throw usage("--limit", "1 to " + LIMIT_MAX, Integer.toString(command.limit));
    }
    return new NeedList.Filter(
        state,
        Optional.ofNullable(command.outcome),
        Optional.ofNullable(command.type),
        Optional.ofNullable(command.thread).map(ThreadId::new),
        Optional.ofNullable(command.artifact),
        age(command.olderThan),
        new NeedList.Window(OptionalLong.empty(), Math.min(command.limit, NeedList.ROWS_MAX)));
  }

  private static OptionalLong age(@Nullable String text) throws CommandException {
    if (text == null) {
      return OptionalLong.empty();
    }
    Matcher parts = AGE.matcher(text);
    if (!parts.matches()) {
      throw usage("--older-than", "a number and s, m, h or d", text);
    }
    Duration unit =
        switch (parts.group(2)) {
          case "s" -> Duration.ofSeconds(1);
          case "m" -> Duration.ofMinutes(1);
          case "h" -> Duration.ofHours(1);
          default -> Duration.ofDays(1);
        };
    return OptionalLong.of(unit.multipliedBy(Long.parseLong(parts.group(1))).toMillis());
  }

  private static void check(
      String option, @Nullable String value, String expected, Predicate<String> allowed)
      throws CommandException {
    if (value != null && !allowed.test(value)) {
      throw usage(option, expected, value);
    }
  }

  private static CommandException usage(String option, String expected, String actual) {
    return new CommandException(
        ExitCode.USAGE, "%s: expected %s, got %s".formatted(option, expected, actual));
  }
}
