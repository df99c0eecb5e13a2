package dev.canswarm.stage;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.policy.Chain;
import dev.canswarm.port.OpenNeed;
import dev.canswarm.port.SlotRow;
import dev.canswarm.port.SlotStore;
import dev.canswarm.port.TurnRead;
import dev.canswarm.protocol.Rules;
import dev.canswarm.protocol.Slot;
import dev.canswarm.protocol.Stored;
import dev.canswarm.protocol.Stored.Message;
import dev.canswarm.protocol.payload.Decide;
import dev.canswarm.protocol.payload.Payload;
import dev.canswarm.stage.NeedState.Reading;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Makes sure that the state of each NEED is complete enough for its turn. It reads the store, in
 * one batch for all NEEDs of the turn, under a new assignment, after a failure, at a wake, and for
 * a parent that was not seen.
 */
final class AdmitStage extends Stage {
  /** The stored rows of a NEED, and its timer, which names the slot of the NEED's envelope. */
  private record Read(NeedTurn turn, List<SlotRow> rows, @Nullable OpenNeed open) {}

  private final SlotStore store;

  AdmitStage(StageContext context) {
    super(StageName.ADMIT, context);
    this.store = context.store();
  }

  @Override
  Mono<Turn> pass(Turn turn) {
    return namesUnknownHead(turn) ? refresh(turn).then(Mono.defer(() -> admit(turn))) : admit(turn);
  }

  private Mono<Boolean> refresh(Turn turn) {
    return context()
        .heads()
        .refresh()
        .retryWhen(retryOutages(turn))
        .publishOn(context().scheduler());
  }

  /** An honest sender had read the head from the store, so it is there. */
  private boolean namesUnknownHead(Turn turn) {
    for (NeedTurn need : turn.needs()) {
      for (Input.Arrival arrival : need.arrivals()) {
        if (arrival.decoded() instanceof Decoded.Valid valid
            && context().heads().namesUnknownHead(valid.payload())
            && need.state.full().byId(valid.envelope().id()) == null) {
          return true;
        }
      }
    }
    return false;
  }

  private Mono<Turn> admit(Turn turn) {
    List<NeedTurn> unread = new ArrayList<>();
    for (NeedTurn need : turn.needs()) {
      need.state.follow(context().bus().assignment(need.partition.number()));
      if (need.due() != null
          || need.state.isUnread()
          || missesParents(need)
          || isUnderOtherTerms(need)) {
        unread.add(need);
      }
    }
    return unread.isEmpty()
        ? Mono.just(turn)
        : read(unread)
            .retryWhen(retry(turn))
            .publishOn(context().scheduler())
            .doOnNext(all -> all.forEach(one -> takeIn(one.turn(), one)))
            .then(Mono.defer(() -> pinsUnknownHead(unread) ? refresh(turn) : Mono.just(false)))
            .then(Mono.defer(() -> loadTerms(turn, unread)))
            .thenReturn(turn);
  }

  /**
   * Loads the rules that stored DECIDEs pin, and the policies of NEEDs that are not decided, where
   * they are not those of the chain or of this process.
   */
  private Mono<Void> loadTerms(Turn turn, List<NeedTurn> read) {
    ControlHeads heads = context().heads();
    Set<Decide> terms = new LinkedHashSet<>();
    Set<String> policies = new LinkedHashSet<>();
    for (NeedTurn need : read) {
      Message decision = need.state.full().decision();
      Message own = need.state.full().need();
      if (decision != null && !heads.knows(decision.as(Decide.class))) {
        terms.add(decision.as(Decide.class));
      } else if (decision == null
          && own != null
          && !heads.knowsPolicy(own.envelope().policyHash())) {
        policies.add(own.envelope().policyHash());
      }
    }
    return terms.isEmpty() && policies.isEmpty()
        ? Mono.empty()
        : Flux.fromIterable(terms)
            .concatMap(heads::load)
            .thenMany(Flux.fromIterable(policies))
            .concatMap(heads::loadPolicy)
            .then()
            .retryWhen(retryOutages(turn))
            .publishOn(context().scheduler());
  }

  private boolean pinsUnknownHead(List<NeedTurn> read) {
    for (NeedTurn need : read) {
      Message decision = need.state.full().decision();
      if (decision != null && context().heads().namesUnknownHead(decision.payload())) {
        return true;
      }
    }
    return false;
  }

  /** A sender stores parents before it sends, so missing parents are most often in the store. */
  private static boolean missesParents(NeedTurn need) {
    Set<EnvelopeId> coming = null;
    for (Input.Arrival arrival : need.arrivals()) {
      Envelope envelope = NeedTurn.envelope(arrival);
      if (envelope != null && need.state.full().byId(envelope.id()) == null) {
        for (EnvelopeId parent : envelope.parents()) {
          if (need.state.full().byId(parent) == null) {
            coming = coming == null ? arriving(need) : coming;
            if (!coming.contains(parent)) {
              return true;
            }
          }
        }
      }
    }
    return false;
  }

  private static Set<EnvelopeId> arriving(NeedTurn need) {
    Set<EnvelopeId> ids = new HashSet<>();
    for (Input.Arrival arrival : need.arrivals()) {
      Envelope envelope = NeedTurn.envelope(arrival);
      if (envelope != null) {
        ids.add(envelope.id());
      }
    }
    return ids;
  }

  /**
   * A message that depends on another trust file or on an older head of the control chain than the
   * last one, or whose sender may not send it under the head that applies, may have been stored
   * while it could be derived and was allowed. An honest sender stored it before sending, so the
   * NEED is read from the store first; a forged message is not there.
   */
  private boolean isUnderOtherTerms(NeedTurn need) {
    for (Input.Arrival arrival : need.arrivals()) {
      if (arrival.decoded() instanceof Decoded.Valid valid
          && need.state.full().byId(valid.envelope().id()) == null
          && isUnderOtherTerms(need, valid.envelope(), valid.payload())) {
        return true;
      }
    }
    return false;
  }

  private boolean isUnderOtherTerms(NeedTurn need, Envelope envelope, Payload payload) {
    ControlHeads heads = context().heads();
    if (heads.hasEntries()) {
      StageContext.Duties duties = heads.of(need.state.full(), envelope, payload);
      Rules rules = duties.rules();
      return heads.isOutdated(payload)
          || !envelope.policyHash().equals(rules.policy().hash())
          || !rules.policy().maySend(rules.trust().rolesOf(envelope.sender()), envelope.verb());
    }
    if (!Chain.settling().contains(envelope.verb())) {
      return false;
    }
    Message decision = need.state.full().decision();
    Payload terms = payload instanceof Decide || decision == null ? payload : decision.payload();
    return terms instanceof Decide decide
        && !decide.trust().equals(context().rules().trust().hash());
  }

  /**
   * Reads the NEEDs' rows and timers. The row of a NEED's own envelope is in the scope of its
   * thread, and found by its id; it is not read again where the state has it.
   */
  private Mono<List<Read>> read(List<NeedTurn> needs) {
    return Mono.defer(
        () -> {
          Set<NeedId> ids = new TreeSet<>();
          Set<NeedId> own = new TreeSet<>();
          for (NeedTurn need : needs) {
            NeedId id = need.state.needId();
            ids.add(id);
            if (need.state.full().need() == null) {
              own.add(id);
            }
          }
          return store.read(ids, own).map(stored -> join(needs, stored));
        });
  }

  private static List<Read> join(List<NeedTurn> needs, TurnRead stored) {
    Map<String, List<SlotRow>> rowsOf = new HashMap<>();
    for (SlotRow row : stored.own()) {
      rowsOf.computeIfAbsent(row.id(), id -> new ArrayList<>()).add(row);
    }
    for (SlotRow row : stored.rows()) {
      rowsOf.computeIfAbsent(row.scope(), id -> new ArrayList<>()).add(row);
    }
    Map<NeedId, OpenNeed> timerOf = new HashMap<>();
    stored.timers().forEach(timer -> timerOf.put(timer.needId(), timer));
    List<Read> all = new ArrayList<>(needs.size());
    for (NeedTurn need : needs) {
      NeedId id = need.state.needId();
      all.add(new Read(need, rowsOf.getOrDefault(id.text(), List.of()), timerOf.get(id)));
    }
    return all;
  }

  private void takeIn(NeedTurn turn, Read read) {
    Reading before = turn.state.reading();
    OpenNeed due = turn.due();
    if (due != null) {
      turn.state.showAll();
      turn.state.retryGivenUp();
      turn.state.armed(due.dueMillis());
      turn.state.open();
    }
    fillIn(turn.state, read, before);
    resend(turn.state, before, due != null);
  }

  /** Adds the rows that were read; a slot that is hidden from roles here stays hidden. */
  private void fillIn(NeedState state, Read read, Reading before) {
    List<Stored> found = new ArrayList<>();
    for (SlotRow row : read.rows()) {
      if (row.threadId().equals(state.threadId())
          && state.needId().equals(row.needId())
          && !state.filled(Slot.parse(row.slot()))) {
        found.add(context().rows().stored(row));
      }
    }
    // Rows are new if this process already followed the NEED; otherwise their age is unknown.
    boolean watches = before == Reading.CURRENT;
    state.add(found, watches ? (Long) context().time().epochMillis() : null);
    OpenNeed open = read.open();
    if (open == null && state.full().finalized() != null) {
      state.close();
    }
    // Keep the stored due time where ours is not known: it may have passed already.
    if (open != null
        && open.threadId().equals(state.threadId())
        && state.armedMillis() == NeedState.NOT_ARMED) {
      state.armed(open.dueMillis());
    }
    state.read();
  }

  /**
   * Marks for sending every stored message that may never have been sent. At a wake these are the
   * messages without a successor, of every sender, since a sender may have died before it sent one.
   * At first sight and after a failure these are the messages of this process's agents, since
   * others may have read them from the store and continued from there.
   */
  private void resend(NeedState state, Reading before, boolean isWake) {
    boolean failed = before == Reading.STALE;
    boolean isOver = state.full().finalized() != null;
    if (isWake) {
      state.leaves().forEach(leaf -> state.markUnsent(leaf.envelope()));
    }
    if (before == Reading.CURRENT || (isWake && !failed)) {
      return;
    }
    // The NEED is over and its FINALIZE acknowledged: old messages are not sent again.
    if (isOver && state.isClosed() && !failed) {
      return;
    }
    List<Message> open = isOver && !failed ? state.leaves() : state.full().messages();
    for (Message message : open) {
      if (context().answersFor(message.envelope())) {
        state.markUnsent(message.envelope());
      }
    }
  }
}
