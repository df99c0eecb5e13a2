package dev.canswarm.stage;

import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.RecordPosition;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.port.Delivery;
import dev.canswarm.port.OutgoingRecord;
import dev.canswarm.protocol.Effect;
import dev.canswarm.protocol.EffectResult;
import dev.canswarm.protocol.payload.Finalize;
import dev.canswarm.stage.trace.EffectTrace;
import dev.canswarm.stage.trace.NeedTrace;
import dev.canswarm.stage.trace.TracePart;
import dev.canswarm.stage.trace.Tracer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keeps every call as text, each part of a trace on its own. */
final class RecordingTracer implements Tracer {
  /** The calls for one part. */
  record Part(NeedId needId, ThreadId threadId, List<String> told) implements NeedTrace {
    @Override
    public void came(Delivery delivery, Verb verb, long begunNanos, long decodedNanos) {
      byte[] parent = delivery.traceparent();
      told.add(
          "came "
              + verb
              + " on "
              + delivery.topic()
              + " decoded in "
              + (decodedNanos - begunNanos)
              + " from "
              + (parent == null ? "nobody" : new String(parent, StandardCharsets.UTF_8)));
    }

    @Override
    public void entered(String stage) {
      told.add("entered " + stage);
    }

    @Override
    public void left() {
      told.add("left");
    }

    @Override
    public OutgoingRecord sending(OutgoingRecord record, @Nullable Verb verb) {
      told.add("sending " + verb + " to " + record.topic());
      return record.with(Delivery.TRACEPARENT, HEADER);
    }

    @Override
    public void sent() {
      told.add("sent");
    }

    @Override
    public void stored(Verb verb, String slot) {
      told.add("stored " + verb + " in " + slot.replaceFirst("/.*", ""));
    }

    @Override
    public void lost(String slot, String kind, String heldId) {
      told.add("lost " + slot.replaceFirst("/.*", "") + " as " + kind);
    }

    @Override
    public void deadLettered(Reason reason, String stage, RecordPosition source) {
      told.add("dead-lettered " + reason + " at " + stage + " from " + source);
    }

    @Override
    public void retried(Throwable failure) {
      told.add("retried " + failure.getMessage());
    }

    @Override
    public void heldBack(Throwable failure) {
      told.add("held back " + failure.getMessage());
    }

    @Override
    public void finalized(Finalize end, long fromMillis, long untilMillis) {
      told.add("finalized " + end.outcome() + " after " + (untilMillis - fromMillis));
    }

    @Override
    public EffectTrace effect(Effect effect) {
      String name = effect.getClass().getSimpleName();
      told.add("began " + name);
      return new EffectTrace() {
        @Override
        public void permitted() {
          told.add("permitted " + name);
        }

        @Override
        public void retried(Throwable failure) {
          told.add("retried " + name);
        }

        @Override
        public void ended(EffectResult result) {
          told.add("ended " + name + " with " + result.getClass().getSimpleName());
        }

        @Override
        public void stopped() {
          told.add("stopped " + name);
        }
      };
    }

    @Override
    public void end() {
      told.add("end");
    }
  }

  /** A header of the right length. */
  static final String HEADER = "00-" + "a".repeat(32) + "-" + "b".repeat(16) + "-01";

  final List<Part> parts = new ArrayList<>();
  private long nanos;

  @Override
  public NeedTrace begin(TracePart part, NeedId needId, ThreadId threadId) {
    return begun(new Part(needId, threadId, new ArrayList<>()));
  }

  @Override
  public NeedTrace begin(RecordPosition position) {
    return begun(new Part(new NeedId(""), new ThreadId(position.toString()), new ArrayList<>()));
  }

  private Part begun(Part part) {
    parts.add(part);
    return part;
  }

  @Override
  public long nowNanos() {
    return ++nanos;
  }

  /** All calls, one part after the other. */
  List<String> told() {
    return parts.stream().flatMap(part -> part.told().stream()).toList();
  }
}
