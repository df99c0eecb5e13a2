package dev.canswarm.stage;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.port.AuditEvent;
import dev.canswarm.port.OutgoingRecord;
import dev.canswarm.stage.trace.NeedTrace;
import java.util.ArrayList;
import java.util.List;
import reactor.core.publisher.Mono;

/** Sends and audits the content of the filled slots, in one producer pass and one audit append. */
final class PublishStage extends Stage {
  PublishStage(StageContext context) {
    super(StageName.PUBLISH, context);
  }

  @Override
  Mono<Turn> pass(Turn turn) {
    List<OutgoingRecord> records = new ArrayList<>();
    List<AuditEvent> events = new ArrayList<>();
    for (NeedTurn need : turn.needs()) {
      events.addAll(need.outputs.audits);
      need.outputs.sends.forEach(envelope -> add(need.trace, envelope, records, events));
      need.outputs.resends.forEach(envelope -> add(need.trace, envelope, records, events));
      need.letters.forEach(
          letter -> {
            records.add(DeadLetters.message(letter));
            events.add(DeadLetters.event(letter));
          });
    }
    for (Turn.Stateless record : turn.stateless) {
      add(record, records);
      events.addAll(record.audits);
    }
    if (records.isEmpty() && events.isEmpty()) {
      return Mono.just(turn);
    }
    Mono<Void> sent = records.isEmpty() ? Mono.empty() : send(turn, records);
    Mono<Void> audited = events.isEmpty() ? Mono.empty() : append(turn, events);
    return Mono.when(sent, audited)
        .then(Mono.fromSupplier(() -> sent(turn)))
        .publishOn(context().scheduler());
  }

  private Mono<Void> send(Turn turn, List<OutgoingRecord> records) {
    Mono<Void> sent = Mono.defer(() -> context().bus().send(records)).retryWhen(retry(turn));
    return turn.isTraced() ? sent.doOnSuccess(done -> turn.sent()) : sent;
  }

  private Mono<Void> append(Turn turn, List<AuditEvent> events) {
    return Mono.defer(() -> context().audit().append(events)).retryWhen(retry(turn));
  }

  private static void add(Turn.Stateless record, List<OutgoingRecord> records) {
    Envelope envelope = NeedTurn.anyEnvelope(record.arrival);
    for (OutgoingRecord send : record.sends) {
      records.add(record.trace.sending(send, envelope == null ? null : envelope.verb()));
    }
  }

  private void add(
      NeedTrace trace, Envelope envelope, List<OutgoingRecord> records, List<AuditEvent> events) {
    records.add(trace.sending(StatelessRecords.record(envelope), envelope.verb()));
    events.add(StatelessRecords.published(envelope, context().gasOf(envelope)));
  }

  private static Turn sent(Turn turn) {
    for (NeedTurn need : turn.needs()) {
      need.outputs.sends.forEach(envelope -> need.state.markOnTopic(envelope.id()));
      need.outputs.resends.forEach(envelope -> need.state.markOnTopic(envelope.id()));
    }
    return turn;
  }
}
