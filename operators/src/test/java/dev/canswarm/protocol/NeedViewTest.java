package dev.canswarm.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.crypto.PublicKey;
import dev.canswarm.envelope.Draft;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.RecordPosition;
import dev.canswarm.envelope.TaskId;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.protocol.Stored.Message;
import dev.canswarm.protocol.Stored.Waiting;
import dev.canswarm.protocol.payload.Lease;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;

/** A view holds what was put into it, regardless of the steps in which it was made. */
class NeedViewTest {
  private static final String NEED = "need";
  private static final ThreadId THREAD = new ThreadId("thread");
  private static final PublicKey SENDER = PublicKey.of(new byte[PublicKey.LENGTH_BYTES]);
  private static final List<Slot.Waiting> SLOTS =
      IntStream.range(0, 8)
          .mapToObj(offset -> Slot.waiting(new RecordPosition("", "swarm.lease", 0, offset)))
          .toList();
  private static final List<EnvelopeId> IDS = EnvelopeId.ofTexts(List.of("1", "2", "3", "4", NEED));

  @Property
  void itemByItemItIsTheSameAsAllAtOnce(@ForAll("items") @Size(max = 30) List<Stored> items) {
    NeedView view = NeedView.empty(new NeedId(NEED), THREAD);
    for (Stored item : items) {
      view = view.with(item);
    }
    assertIs(view, NeedView.of(new NeedId(NEED), THREAD, items));
  }

  @Property
  void inTwoPartsItIsTheSameAsAllAtOnce(
      @ForAll("items") @Size(max = 30) List<Stored> first,
      @ForAll("items") @Size(max = 30) List<Stored> second) {
    List<Stored> all = new ArrayList<>(first);
    all.addAll(second);
    assertIs(
        NeedView.of(new NeedId(NEED), THREAD, first).withAll(second),
        NeedView.of(new NeedId(NEED), THREAD, all));
  }

  @Property
  void itHoldsTheLastOfEachSlotAndOfEachId(@ForAll("items") @Size(max = 30) List<Stored> items) {
    NeedView view = NeedView.of(new NeedId(NEED), THREAD, items);

    TreeMap<Slot, Stored> bySlot = new TreeMap<>();
    items.forEach(item -> bySlot.put(item.slot(), item));
    TreeMap<EnvelopeId, Message> byId = new TreeMap<>();
    for (Stored item : bySlot.values()) {
      if (item instanceof Message message) {
        byId.put(message.id(), message);
      }
    }
    assertThat(view.stored()).containsExactlyElementsOf(bySlot.values());
    assertThat(view.messages()).containsExactlyElementsOf(byId.values());
    for (Slot slot : SLOTS) {
      assertThat(view.slot(slot)).isSameAs(bySlot.get(slot));
    }
    for (EnvelopeId id : IDS) {
      assertThat(view.byId(id)).isSameAs(byId.get(id));
    }
    assertThat(view.need()).isSameAs(byId.get(new EnvelopeId(NEED)));
  }

  @Property
  void withoutSomeSlotsItIsWhatTheOthersHold(
      @ForAll("items") @Size(max = 30) List<Stored> items, @ForAll("slots") Set<Slot> slots) {
    NeedView view = NeedView.of(new NeedId(NEED), THREAD, items);
    List<Stored> others = items.stream().filter(item -> !slots.contains(item.slot())).toList();

    assertIs(view.without(slots), NeedView.of(new NeedId(NEED), THREAD, others));
    if (slots.stream().noneMatch(view::filled)) {
      assertThat(view.without(slots)).isSameAs(view);
    }
  }

  private static void assertIs(NeedView view, NeedView expected) {
    assertThat(view.stored()).containsExactlyElementsOf(expected.stored());
    assertThat(view.messages()).containsExactlyElementsOf(expected.messages());
    assertThat(view.waiting()).containsExactlyElementsOf(expected.waiting());
    assertThat(view.need()).isSameAs(expected.need());
  }

  @Provide
  Arbitrary<Set<Slot>> slots() {
    return Arbitraries.<Slot>of(SLOTS).set();
  }

  @Provide
  Arbitrary<List<Stored>> items() {
    Arbitrary<Stored> item =
        Combinators.combine(
                Arbitraries.of(SLOTS), Arbitraries.of(IDS), Arbitraries.of(true, true, false))
            .as(NeedViewTest::item);
    return item.list();
  }

  private static Stored item(Slot.Waiting slot, EnvelopeId id, boolean counts) {
    Envelope envelope =
        Envelope.unsigned(
            id,
            Draft.builder(Verb.YIELD, THREAD).need(new NeedId(NEED)).build(),
            SENDER,
            "",
            id.text().getBytes(StandardCharsets.UTF_8));
    Lease payload = new Lease(new TaskId("task"), 1, 1);
    return counts
        ? new Message(slot, envelope, payload, 0)
        : new Waiting(slot, envelope, payload, 0);
  }
}
