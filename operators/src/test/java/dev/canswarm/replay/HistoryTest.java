package dev.canswarm.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.protocol.Stored.Message;
import dev.canswarm.protocol.payload.Payload;
import dev.canswarm.protocol.verb.Verbs;
import dev.canswarm.replay.History.Closure;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class HistoryTest {
  private static final ReplayFixture NEED = new ReplayFixture().run(ReplayFixture.twoTasks());
  private static final List<Envelope> ALL =
      Arrays.stream(Verb.values()).flatMap(verb -> NEED.all(verb).stream()).toList();
  private static final Envelope END = NEED.all(Verb.FINALIZE).get(0);

  /**
   * Of any part of a NEED, a closure has what its envelopes follow from, or names what is missing.
   */
  @Property(tries = 100)
  void aClosureIsCompleteOrNamesTheParentsThatAreMissing(@ForAll long kept) {
    History history = history(part(kept), Set.of());

    Closure closure = history.closure(List.of(END.id()));

    for (Known found : closure.found().values()) {
      for (EnvelopeId parent : found.envelope().parents()) {
        assertThat(closure.found().containsKey(parent))
            .isNotEqualTo(closure.missing().contains(parent));
      }
    }
    assertThat(closure.missing()).allMatch(id -> history.byId(id) == null);
    assertThat(closure.isComplete()).isEqualTo(closure.missing().isEmpty());
  }

  @Example
  void theClosureOfTheEndOfAWholeNeedBeginsWithTheNeed() {
    Closure closure = history(ALL, Set.of()).closure(List.of(END.id()));

    assertThat(closure.isComplete()).isTrue();
    assertThat(closure.of(Verb.NEED))
        .extracting(Known::id)
        .containsExactly(NEED.all(Verb.NEED).get(0).id());
    assertThat(closure.of(Verb.FINALIZE)).extracting(Known::id).containsExactly(END.id());
  }

  @Example
  void theFirstOfAVerbIsOneThatHoldsItsSlot() {
    List<Envelope> votes = NEED.all(Verb.ATTEST);
    Envelope last = votes.get(votes.size() - 1);

    assertThat(history(votes, Set.of(last.id())).first(Verb.ATTEST))
        .map(Known::id)
        .contains(last.id());
    assertThat(history(votes, Set.of()).first(Verb.NEED)).isEmpty();
  }

  private static List<Envelope> part(long kept) {
    return ALL.stream().filter(one -> (kept >> ALL.indexOf(one) & 1) == 1).toList();
  }

  private static History history(List<Envelope> envelopes, Set<EnvelopeId> taken) {
    Set<EnvelopeId> holders = new HashSet<>(taken);
    TreeMap<EnvelopeId, Known> known = new TreeMap<>();
    for (Envelope envelope : envelopes) {
      Payload payload = Verbs.payload(envelope.verb(), envelope.payload());
      Message message =
          new Message(Verbs.slot(envelope, payload, NEED.rules().trust()), envelope, payload, 0);
      known.put(envelope.id(), new Known(message, "log", holders.contains(envelope.id())));
    }
    return new History(NeedId.of(NEED.all(Verb.NEED).get(0).id()), ReplayFixture.THREAD, known);
  }
}
