package dev.canswarm.pipeline.cli.thread;

import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.TaskId;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.pipeline.cli.command.ChainText;
import dev.canswarm.pipeline.cli.command.CliCommand;
import dev.canswarm.pipeline.cli.command.CommandException;
import dev.canswarm.pipeline.cli.command.Console;
import dev.canswarm.pipeline.cli.command.DataAccess;
import dev.canswarm.pipeline.cli.command.ExitCode;
import dev.canswarm.pipeline.cli.kafka.MessageCheck;
import dev.canswarm.pipeline.cli.kafka.UnverifiedEnvelope;
import dev.canswarm.pipeline.cli.text.Printable;
import dev.canswarm.pipeline.postgres.PostgresSlotStore;
import dev.canswarm.pipeline.reader.CheckedNeed;
import dev.canswarm.pipeline.reader.StoredCheck;
import dev.canswarm.plan.PlanOp;
import dev.canswarm.plan.PlanState;
import dev.canswarm.plan.TaskProgress;
import dev.canswarm.port.SlotRow;
import dev.canswarm.protocol.Slot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** One {@code ./swarm thread}. */
final class ThreadRun {
  private static final Comparator<SlotRow> ORDER =
      Comparator.comparingLong(SlotRow::lamport).thenComparing(SlotRow::id);

  private final Console console;
  private final Map<String, String> nameByKey;
  private int envelopes;
  private int unverified;
  private int tasks;
  private int equivocations;

  ThreadRun(Console console, Map<String, String> nameByKey) {
    this.console = console;
    this.nameByKey = nameByKey;
  }

  static int run(CliCommand command, ThreadId threadId) throws Exception {
    DataAccess access = DataAccess.of(command);
    Duration wait = StoreAccess.wait(access);
    PostgresSlotStore store = StoreAccess.open(access);
    try {
      List<SlotRow> needs =
          store.load(threadId.text()).blockOptional(wait).orElse(List.of()).stream()
              .filter(row -> row.threadId().equals(threadId))
              .sorted(Comparator.comparingLong(SlotRow::storedMillis).thenComparing(ORDER))
              .toList();
      if (needs.isEmpty()) {
        throw new CommandException(
            ExitCode.FAILED,
            "no NEED of thread "
                + threadId
                + " is stored; those that are: ./swarm list, those that were refused: ./swarm dlq"
                + " list");
      }
      StoredCheck check = MessageCheck.ofStored(access, store, wait, command.context().time());
      ThreadRun run = new ThreadRun(command.console(), StoreAccess.names(access));
      for (SlotRow need : needs) {
        NeedId needId = needId(need);
        List<SlotRow> rows = new ArrayList<>(List.of(need));
        rows.addAll(store.load(needId.text()).blockOptional(wait).orElse(List.of()));
        StoredCheck known = check.withArchived(rows, store).blockOptional(wait).orElse(check);
        run.show(rows, known, said -> AttemptErrors.noted(store, needId, wait, said));
      }
      Map<String, Object> members = new LinkedHashMap<>();
      members.put("thread_id", threadId.text());
      members.put("needs", needs.size());
      members.put("envelopes", run.envelopes);
      members.put("unverified", run.unverified);
      members.put("tasks", run.tasks);
      members.put("equivocations", run.equivocations);
      command.console().summary(ExitCode.OK, members);
      return ExitCode.OK;
    } finally {
      store.closeLater().block(StoreAccess.CLOSE_MAX);
    }
  }

  /** Every row in a thread's scope is of a NEED. */
  private static NeedId needId(SlotRow need) {
    return Objects.requireNonNull(need.needId());
  }

  /**
   * @param check that knows what was in force for the NEED
   * @param noted the failures that processes have stored, beyond those in envelopes
   */
  void show(List<SlotRow> rows, StoredCheck check, UnaryOperator<List<AttemptErrors.Entry>> noted) {
    SlotRow need = rows.get(0);
    console.result("NEED " + need.id());
    CheckedNeed checked = check.of(needId(need), need.threadId(), rows);
    rows.sort(ORDER);
    List<PlanOp> ops = new ArrayList<>();
    List<AttemptErrors.Entry> said = new ArrayList<>();
    Set<String> shown = new HashSet<>();
    for (SlotRow row : rows) {
      String problem = checked.problem(row);
      if (problem.isEmpty()) {
        ops.addAll(PlanOp.fromJson(row.ops()));
      }
      Optional<UnverifiedEnvelope> envelope = UnverifiedEnvelope.of(row.bytes());
      if (row.kind().equals(SlotRow.WAIT) || row.kind().equals(SlotRow.VERDICT)) {
        continue;
      }
      if (envelope.isEmpty()) {
        noMessage(row, problem);
        continue;
      }
      Optional<AttemptErrors.Entry> error = AttemptErrors.said(envelope.get());
      if (problem.isEmpty()) {
        error.ifPresent(said::add);
      }
      // A RELEASE that ended a lease and opened the next grant is in the slots of both.
      if (shown.add(row.id() + ' ' + problem)) {
        envelope(envelope.get(), error, problem);
      }
      if (problem.isEmpty() && Slot.parse(row.slot()) instanceof Slot.Equivocation) {
        equivocation(envelope.get());
      }
    }
    PlanState state = PlanState.of(ops);
    for (Map.Entry<TaskId, TaskProgress> task : state.progress().entrySet()) {
      task(need, task.getKey(), state.typeOf(task.getKey()), task.getValue());
    }
    noted.apply(said).forEach(entry -> failure(need, entry));
    Lapses.of(checked).forEach(entry -> failure(need, entry));
    console.result("");
  }

  /** Reports a row whose bytes are no message at all. */
  private void noMessage(SlotRow row, String problem) {
    unverified++;
    console.result("       NOT VERIFIED: " + Printable.value(row.slot() + ": " + problem));
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("slot", row.slot());
    members.put("kind", row.kind());
    members.put("id", row.id());
    members.put("verified", false);
    members.put("problem", problem);
    console.object("envelope", members);
  }

  private void envelope(
      UnverifiedEnvelope envelope, Optional<AttemptErrors.Entry> error, String problem) {
    envelopes++;
    String who = nameByKey.getOrDefault(envelope.sender(), ChainText.shortId(envelope.sender()));
    String after =
        envelope.parents().isEmpty() ? "" : "  ← " + ChainText.shortIds(envelope.parents());
    console.result(
        "  %3d  %-8s  %s  %-13s  %s%s"
            .formatted(
                envelope.lamport(),
                envelope.verb(),
                ChainText.shortId(envelope.id()),
                who,
                ChainText.remark(envelope.verb(), envelope.payload()),
                after));
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("need_id", envelope.needId());
    members.put("kind", envelope.verb().name());
    members.put("id", envelope.id());
    members.put("lamport", envelope.lamport());
    members.put("sender", who);
    members.put("parents", envelope.parents());
    members.put("verified", problem.isEmpty());
    if (!problem.isEmpty()) {
      unverified++;
      console.result("       NOT VERIFIED: " + Printable.value(problem));
      members.put("problem", problem);
    }
    error.ifPresent(
        entry -> {
          console.result("       error: " + entry.error());
          members.put("error", entry.error());
        });
    console.object("envelope", members);
  }

  /** Both votes are printed above; this line names the equivocation that they prove. */
  private void equivocation(UnverifiedEnvelope second) {
    equivocations++;
    String who = nameByKey.getOrDefault(second.sender(), ChainText.shortId(second.sender()));
    String target = second.text("target");
    console.result(
        "       EQUIVOCATION: %s said both ACCEPT and REJECT of %s; neither counts"
            .formatted(who, ChainText.shortId(target)));
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("need_id", second.needId());
    members.put("sender", who);
    members.put("target", target);
    members.put("second", second.id());
    console.object("equivocation", members);
  }

  private void failure(SlotRow need, AttemptErrors.Entry entry) {
    console.result("  " + entry.line(nameByKey));
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("need_id", needId(need).text());
    members.putAll(entry.members(nameByKey));
    console.object("failure", members);
  }

  private void task(SlotRow need, TaskId taskId, @Nullable String type, TaskProgress progress) {
    tasks++;
    String shown = type == null ? "?" : Printable.value(type);
    console.result(
        "  task %s  %-18s  attempt %d  %s"
            .formatted(
                ChainText.shortId(taskId.text()), shown, progress.attempt(), progress.state()));
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("need_id", needId(need).text());
    members.put("task_id", taskId.text());
    members.put("task_type", shown);
    members.put("attempt", progress.attempt());
    members.put("state", progress.state().name());
    console.object("task", members);
  }
}
