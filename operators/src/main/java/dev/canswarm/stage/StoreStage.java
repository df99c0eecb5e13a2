package dev.canswarm.stage;

import dev.canswarm.envelope.Verb;
import dev.canswarm.policy.SlotKind;
import dev.canswarm.port.Candidate;
import dev.canswarm.port.SlotRow;
import dev.canswarm.port.StoreOutcome;
import dev.canswarm.protocol.Stored.Message;
import dev.canswarm.protocol.payload.Finalize;
import dev.canswarm.protocol.payload.Payload;
import dev.canswarm.stage.trace.NeedTrace;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * Writes the slots, op rows, timers and closings of the turn, each {@link WritePart} in one
 * transaction. If a row of a NEED lost its slot, or was left out because a row that it follows from
 * lost, the NEED reacts again on the content of the slots and stores the result, until no row loses
 * or {@link #ROUNDS_MAX} rounds are over.
 */
final class StoreStage extends Stage {
  /**
   * Rounds of a turn. A NEED that still loses a slot then is held back, so that the others go on.
   */
  private static final int ROUNDS_MAX = 32;

  private static final String OUTDATED =
      "a record was judged before the last entry of the control chain; it is judged again";

  /** NEEDs that lost a slot and records that became dead letters: both have more rows to store. */
  private static final class Losers {
    final List<NeedTurn> needs = new ArrayList<>();
    final List<Turn.Stateless> stateless = new ArrayList<>();

    /** Whether the control chain has grown, or may have grown. */
    boolean refreshes;
  }

  private final Reactions reactions;
  private final StoredAnswers answers;

  StoreStage(StageContext context, Reactions reactions) {
    super(StageName.STORE, context);
    this.reactions = reactions;
    this.answers = new StoredAnswers(context);
  }

  @Override
  Mono<Turn> pass(Turn turn) {
    List<WritePart> parts = new ArrayList<>(WritePart.of(turn.needs(), turn.stateless));
    if (!turn.closings.isEmpty()) {
      parts = WritePart.withClosings(parts, turn.closings);
    }
    return store(turn, parts, ROUNDS_MAX)
        .doOnSuccess(stored -> turn.closings.values().forEach(closing -> closed(turn, closing)));
  }

  private static void closed(Turn turn, Turn.Closing closing) {
    NeedState state = closing.state();
    closing.partition().woken(state.needId());
    if (!closing.isAbandoned()) {
      state.close();
    } else if (turn.keys().contains(state.key())) {
      state.stale();
    } else {
      closing.partition().states().drop(state.key());
    }
  }

  private Mono<Turn> store(Turn turn, List<WritePart> parts, int roundsLeft) {
    Losers losers = new Losers();
    return Flux.fromIterable(parts)
        .concatMap(part -> write(turn, part, losers), 0)
        .then(Mono.defer(() -> losers.refreshes ? refresh(turn) : Mono.empty()))
        .then(Mono.defer(() -> again(turn, losers, roundsLeft - 1)));
  }

  /** Takes in the entry of the control chain that was stored, or that left rows out. */
  private Mono<Void> refresh(Turn turn) {
    return context()
        .heads()
        .refresh()
        .retryWhen(retryOutages(turn))
        .publishOn(context().scheduler())
        .then();
  }

  private Mono<Turn> again(Turn turn, Losers losers, int roundsLeft) {
    if (losers.needs.isEmpty() && losers.stateless.isEmpty()) {
      return Mono.just(turn);
    }
    List<NeedTurn> left = new ArrayList<>();
    for (NeedTurn loser : losers.needs) {
      reactions.tryReact(loser);
      RuntimeException failure =
          roundsLeft > 0
              ? loser.failure
              : new IllegalStateException("lost " + ROUNDS_MAX + " times: " + loser.state.key());
      if (failure != null) {
        turn.holdBack(loser, failure);
      } else {
        left.add(loser);
      }
    }
    return left.isEmpty() && losers.stateless.isEmpty()
        ? Mono.just(turn)
        : store(turn, WritePart.of(left, losers.stateless), roundsLeft);
  }

  private Mono<Void> write(Turn turn, WritePart part, Losers losers) {
    if (part.isEmpty()) {
      part.commit();
      return Mono.empty();
    }
    // Closings alone have no content that could fail.
    Retry retry = part.isSplittable() ? retryOutages(turn) : retry(turn);
    return Mono.defer(() -> context().store().store(part.write()))
        .retryWhen(retry)
        .publishOn(context().scheduler())
        .doOnNext(outcomes -> take(turn, part, outcomes, losers))
        .then()
        .onErrorResume(failure -> apart(turn, part, losers, failure));
  }

  /**
   * Writes each NEED alone after the common write failed on content, and holds back the faulty one.
   */
  private Mono<Void> apart(Turn turn, WritePart part, Losers losers, Throwable failure) {
    List<WritePart> single = part.split();
    if (single.size() > 1) {
      return Flux.fromIterable(single).concatMap(one -> write(turn, one, losers), 0).then();
    }
    part.holdBack(turn, failure);
    return Mono.empty();
  }

  private void take(Turn turn, WritePart part, List<StoreOutcome> outcomes, Losers losers) {
    for (NeedTurn need : part.needs()) {
      boolean stands = true;
      need.letters.clear();
      for (PendingRow row : need.outputs.rows) {
        StoreOutcome outcome = part.outcome(row, outcomes);
        tell(need.state, need.trace, row, outcome);
        stands &= stands(need, row, outcome);
        losers.refreshes |= isOutdated(need, part, row, outcomes);
      }
      if (stands) {
        for (PendingRow row : need.outputs.rows) {
          takeStanding(need, row, part.outcome(row, outcomes));
        }
        WritePart.commit(need);
      } else {
        lost(need, part, outcomes);
        if (!losers.needs.contains(need)) {
          losers.needs.add(need);
        }
      }
    }
    for (Turn.Stateless record : part.stateless()) {
      PendingRow row = record.row;
      if (row != null) {
        StoreOutcome outcome = part.outcome(row, outcomes);
        tell(null, record.trace, row, outcome);
        SlotRow held = held(row, outcome);
        losers.refreshes |= row.origin() instanceof PendingRow.Origin.Came;
        if (outcome instanceof StoreOutcome.LeftOut) {
          losers.refreshes = true;
          turn.holdBack(record, new IllegalStateException(OUTDATED));
        }
        if (held != null && StatelessRecords.filled(record, held, context())) {
          losers.stateless.add(record);
        }
      }
    }
  }

  private static boolean stands(NeedTurn need, PendingRow row, StoreOutcome outcome) {
    boolean stands = row.stands(outcome);
    if (!stands && outcome instanceof StoreOutcome.Held held) {
      need.trace.lost(row.row().slot(), row.row().kind(), held.row().id());
    }
    return stands;
  }

  /**
   * Whether a row was left out although its basis stands: there is an entry after the head under
   * which it was judged, or more rows depend on one another than one write takes.
   */
  private static boolean isOutdated(
      NeedTurn need, WritePart part, PendingRow row, List<StoreOutcome> outcomes) {
    boolean isOutdated =
        row.pin() != Candidate.UNPINNED
            && part.outcome(row, outcomes) instanceof StoreOutcome.LeftOut
            && row.basis().stream().allMatch(base -> base.stands(part.outcome(base, outcomes)));
    if (isOutdated && row.origin() instanceof PendingRow.Origin.Came came) {
      need.outdated.add(came.envelope().id());
    }
    return isOutdated;
  }

  private void tell(
      @Nullable NeedState state, NeedTrace trace, PendingRow row, StoreOutcome outcome) {
    if (!(outcome instanceof StoreOutcome.Inserted inserted)) {
      return;
    }
    PendingRow.Origin origin = row.origin();
    if (origin instanceof PendingRow.Origin.Came came) {
      tell(state, trace, row, inserted, came.envelope().verb(), came.payload());
    } else if (origin instanceof PendingRow.Origin.Said said) {
      tell(state, trace, row, inserted, said.envelope().verb(), said.payload());
    } else if (origin instanceof PendingRow.Origin.Submitted submitted) {
      tell(state, trace, row, inserted, submitted.envelope().verb(), submitted.payload());
    } else if (origin instanceof PendingRow.Origin.Refused refused) {
      DeadLetters.Letter letter = refused.letter();
      context().meter().deadLettered(letter.reason());
      trace.deadLettered(letter.reason(), letter.stage(), letter.source());
    }
  }

  private void tell(
      @Nullable NeedState state,
      NeedTrace trace,
      PendingRow row,
      StoreOutcome.Inserted inserted,
      Verb verb,
      Payload payload) {
    Message need = state == null || verb != Verb.FINALIZE ? null : state.full().need();
    context()
        .meter()
        .stored(
            verb,
            payload,
            verb == Verb.ATTEST && row.row().slot().startsWith(SlotKind.EQUIVOCATION.name()),
            need == null ? -1 : Math.max(0, inserted.storedMillis() - need.storedMillis()));
    trace.stored(verb, row.row().slot());
    if (payload instanceof Finalize end) {
      trace.finalized(end, need == null ? -1 : need.storedMillis(), inserted.storedMillis());
    }
  }

  /** Resets a NEED that lost a slot to its state before the turn, plus everything stored since. */
  private void lost(NeedTurn need, WritePart part, List<StoreOutcome> outcomes) {
    NeedState.Snapshot before = need.before;
    if (before != null) {
      need.state.restore(before);
    }
    List<PendingRow> rows = need.outputs.rows;
    for (PendingRow row : rows) {
      SlotRow held = held(row, part.outcome(row, outcomes));
      if (held != null) {
        answers.filled(need.state, row, held);
      }
    }
    need.before = need.state.snapshot();
  }

  private void takeStanding(NeedTurn need, PendingRow row, StoreOutcome outcome) {
    SlotRow held = held(row, outcome);
    if (held == null) {
      return;
    }
    if (row.origin() instanceof PendingRow.Origin.Refused refused) {
      if (context().deadLetters().isOurs(held)) {
        need.letters.add(refused.letter());
      }
    } else {
      answers.storedAt(need.state, row, held.storedMillis());
    }
  }

  private static @Nullable SlotRow held(PendingRow row, StoreOutcome outcome) {
    if (outcome instanceof StoreOutcome.Inserted inserted) {
      return row.row().storedAt(inserted.storedMillis());
    }
    return outcome instanceof StoreOutcome.Held other ? other.row() : null;
  }
}
