package dev.canswarm.stage;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.port.AuditEvent;
import dev.canswarm.port.OutgoingRecord;
import java.util.ArrayList;
import java.util.List;
import reactor.core.publisher.Mono;

/** One pass to the producer and one audit append: what is sent and audited is what slots hold. */
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
      need.outputs.sends.forEach(envelope -> add(envelope, records, events));
      need.outputs.resends.forEach(envelope -> add(envelope, records, events));
      need.letters.forEach(
          letter -> {
            records.add(DeadLetters.message(letter));
            events.add(DeadLetters.event(letter));
          });
    }
    for (Turn.Loose record : turn.loose) {
      records.addAll(record.sends);
      events.addAll(record.audits);
    }
    if (records.isEmpty() && events.isEmpty()) {
      return Mono.just(turn);
    }
    Mono<Void> sent = records.isEmpty() ? Mono.empty() : send(records);
    Mono<Void> audited = events.isEmpty() ? Mono.empty() : append(events);
    return Mono.when(sent, audited)
        .then(Mono.fromSupplier(() -> sent(turn)))
        .publishOn(context().scheduler());
  }

  private Mono<Void> send(List<OutgoingRecord> records) {
    return Mono.defer(() -> context().bus().send(records)).retryWhen(context().retry());
  }

  private Mono<Void> append(List<AuditEvent> events) {
    return Mono.defer(() -> context().audit().append(events)).retryWhen(context().retry());
  }

  private void add(Envelope envelope, List<OutgoingRecord> records, List<AuditEvent> events) {
    records.add(LooseRecords.record(envelope));
    events.add(LooseRecords.published(envelope, context().gasOf(envelope)));
  }

  private static Turn sent(Turn turn) {
    for (NeedTurn need : turn.needs()) {
      need.outputs.sends.forEach(envelope -> need.state.markOnTopic(envelope.id()));
      need.outputs.resends.forEach(envelope -> need.state.markOnTopic(envelope.id()));
    }
    return turn;
  }
}
