package dev.canswarm.pipeline.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.pipeline.follow.FeedEvent;
import dev.canswarm.pipeline.follow.FollowedRow;
import dev.canswarm.pipeline.follow.MessageText;
import dev.canswarm.pipeline.follow.Position;
import dev.canswarm.pipeline.follow.Rates;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Events as lines of text, byte for byte as a client sees them. */
class EventFramesTest {
  private static final String COMMON =
      "\"lamport\":3,\"need_id\":\"n\",%s\"sender_pk_b64\":\"s\",%s\"stored_ms\":7,%s\"thread_id\":\"t\"}";

  private static String frame(String kind, MessageText text) {
    return frame(new NeedId("n"), kind, text);
  }

  private static String frame(@Nullable NeedId needId, String kind, MessageText text) {
    return new String(
        EventFrames.of(
            new FeedEvent.Said(
                new FollowedRow(
                    new Position(12, 3),
                    "swarm.need/0/5",
                    "i",
                    needId,
                    new ThreadId("t"),
                    kind,
                    "s",
                    3,
                    7,
                    text))),
        UTF_8);
  }

  private static String said(String kind, String afterNeed, String afterSender, String last) {
    return "id: 12-3\ndata: {\"id\":\"i\",\"kind\":\""
        + kind
        + "\","
        + COMMON.formatted(afterNeed, afterSender, last)
        + "\n\n";
  }

  @Test
  void aMessageHasItsPositionAsItsIdAndItsMembersInOneLine() {
    assertThat(frame("DECIDE", new MessageText(List.of(), "", "")))
        .isEqualTo(said("DECIDE", "", "", ""));
  }

  @Test
  void whatBelongsToNoNeedNamesTheControlChainOrNothing() {
    MessageText text = new MessageText(List.of(), "", "");
    assertThat(frame(null, "CONTROL", text)).contains("\"need_id\":\"#control\"");
    assertThat(frame(null, "DEAD_LETTER", text)).contains("\"need_id\":\"\"");
  }

  @Test
  void aNeedNamesItsTaskTypes() {
    assertThat(frame("NEED", new MessageText(List.of("a", "b"), "", "")))
        .isEqualTo(said("NEED", "", "", "\"task_types\":[\"a\",\"b\"],"));
  }

  @Test
  void anEndNamesItsOutcomeAndAReasonIfItHasOne() {
    assertThat(frame("FINALIZE", new MessageText(List.of(), "ACCEPTED", "")))
        .isEqualTo(said("FINALIZE", "\"outcome\":\"ACCEPTED\",", "", ""));
    assertThat(frame("FINALIZE", new MessageText(List.of(), "REJECTED", "NO_PLAN")))
        .isEqualTo(said("FINALIZE", "\"outcome\":\"REJECTED\",\"reason\":\"NO_PLAN\",", "", ""));
  }

  @Test
  void aDeadLetterNamesItsSourceAndItsReason() {
    assertThat(frame("DEAD_LETTER", new MessageText(List.of(), "", "MALFORMED_JSON: x")))
        .isEqualTo(
            said(
                "DEAD_LETTER",
                "\"reason\":\"MALFORMED_JSON: x\",",
                "\"source\":\"swarm.need/0/5\",",
                ""));
  }

  @Test
  void aMarkIsAnIdWithoutDataSoThatNoEventIsFired() {
    assertThat(new String(EventFrames.of(new FeedEvent.Mark(new Position(9, 0))), UTF_8))
        .isEqualTo(":\nid: 9-0\n\n");
  }

  @Test
  void ratesAreOfATypeOfTheirOwnAndLeaveTheLastIdAsItIs() {
    Rates rates = new Rates(1_000, 1, 2, 3, 4, 5, 6, 7, 8);
    assertThat(new String(EventFrames.of(new FeedEvent.Rate(rates)), UTF_8))
        .isEqualTo(
            "event: rates\ndata: {\"accepted\":2,\"began\":1,\"dead_letters\":5,\"expired\":4,"
                + "\"median_ms\":7,\"p95_ms\":8,\"rejected\":3,\"span_ms\":1000,\"timed\":6}\n\n");
  }

  @Test
  void aChangeOfTheSampleIsOfATypeOfItsOwn() {
    assertThat(new String(EventFrames.of(new FeedEvent.Sampled(8)), UTF_8))
        .isEqualTo("event: sampled\ndata: {\"one_of\":8}\n\n");
  }

  @Test
  void eventsThatAreSentTogetherFollowEachOther() {
    FeedEvent sampled = new FeedEvent.Sampled(2);
    FeedEvent mark = new FeedEvent.Mark(new Position(9, 0));
    assertThat(new String(EventFrames.of(List.of(sampled, mark)), UTF_8))
        .isEqualTo("event: sampled\ndata: {\"one_of\":2}\n\n:\nid: 9-0\n\n");
  }

  @Test
  void aMessageIsWrittenOnceForAllFollowers() {
    FeedEvent.Said said =
        new FeedEvent.Said(
            new FollowedRow(
                new Position(1, 1),
                "slot",
                "i",
                new NeedId("n"),
                new ThreadId("t"),
                "DECIDE",
                "s",
                1,
                1,
                new MessageText(List.of(), "", "")));
    assertThat(EventFrames.of(said)).isSameAs(EventFrames.of(said));
  }

  @Test
  void noTextFromOutsideBeginsALine() {
    assertThat(
            frame("DEAD_LETTER", new MessageText(List.of(), "", "a\r\nid: 9-9\rdata: x\n\ny"))
                .lines())
        .hasSize(3)
        .last()
        .isEqualTo("");
  }
}
