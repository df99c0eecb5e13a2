package dev.canswarm.protocol.payload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.Sha256;
import dev.canswarm.crypto.TestKeys;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.TaskId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonNumber;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonString;
import dev.canswarm.json.JsonValue;
import dev.canswarm.json.StrictJson;
import dev.canswarm.policy.RoleName;
import dev.canswarm.protocol.verb.Verbs;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

/** A payload that is written and read again, over its bytes, is the same payload. */
class PayloadLawsTest {
  private static final List<PublicKey> KEYS = TestKeys.publicKeys(4);

  private static Arbitrary<String> hash() {
    return Arbitraries.integers()
        .map(i -> Sha256.hex(String.valueOf(i).getBytes(StandardCharsets.UTF_8)));
  }

  private static Arbitrary<Integer> attempt() {
    return Arbitraries.integers().between(1, (int) Shapes.ATTEMPT_MAX);
  }

  private static Arbitrary<Long> token() {
    return Arbitraries.longs().between(1, JsonNumber.SAFE_INTEGER_MAX);
  }

  private static Arbitrary<String> name() {
    return Arbitraries.strings()
        .excludeChars('\uD800')
        .withCharRange(' ', '\uD7FF')
        .ofMinLength(1)
        .ofMaxLength(Shapes.NAME_CHARS_MAX);
  }

  private static Arbitrary<TaskId> taskId() {
    return hash().map(TaskId::new);
  }

  private static Arbitrary<JsonValue> json() {
    return Arbitraries.oneOf(
        Arbitraries.integers().map(i -> (JsonValue) JsonNumber.of(i)),
        name().map(text -> (JsonValue) new JsonString(text)),
        name().map(text -> (JsonValue) JsonObject.builder().put("text", text).build()));
  }

  private static JsonObject overTheWire(JsonObject json) {
    return StrictJson.parseObject(CanonicalJson.write(json));
  }

  @Provide
  Arbitrary<Lease> leases() {
    return Combinators.combine(taskId(), attempt(), token()).as(Lease::new);
  }

  @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
  void lease(@ForAll("leases") Lease lease) {
    assertThat(Verbs.payload(Verb.CLAIM, overTheWire(lease.toJson()))).isEqualTo(lease);
    Yield yield = new Yield(lease, null);
    assertThat(Verbs.payload(Verb.YIELD, overTheWire(lease.toJson()))).isEqualTo(yield);
    assertThat(Verbs.payload(Verb.YIELD, overTheWire(yield.toJson()))).isEqualTo(yield);
  }

  @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
  void cancel(@ForAll("reasons") @Nullable String reason) {
    Cancel cancel = new Cancel(reason);
    assertThat(Verbs.payload(Verb.CANCEL, overTheWire(cancel.toJson()))).isEqualTo(cancel);
  }

  @Provide
  Arbitrary<ControlChange> changes() {
    Arbitrary<PublicKey> key = Arbitraries.of(KEYS);
    Arbitrary<Set<RoleName>> roles = Arbitraries.of(RoleName.class).set().ofMinSize(1);
    Arbitrary<String> agent = Arbitraries.strings().alpha().ofMinLength(1).ofMaxLength(64);
    return Arbitraries.oneOf(
        Combinators.combine(agent, key, roles).as(ControlChange.Add::new),
        Combinators.combine(key, roles).as(ControlChange.Roles::new),
        Combinators.combine(agent, key, key).as(ControlChange.Rotate::new),
        key.map(ControlChange.Retire::new),
        key.map(ControlChange.Compromised::new),
        json()
            .map(value -> JsonObject.builder().put("any", value).build())
            .map(ControlChange.Activate::new),
        hash().map(ControlChange.RetirePolicy::new));
  }

  @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
  void control(
      @ForAll("changes") ControlChange change,
      @ForAll("reasons") @Nullable String note,
      @ForAll long seed) {
    List<Control.Approval> approvals =
        KEYS.stream()
            .limit(Math.floorMod(seed, 4))
            .map(key -> Control.Approval.of(key, new byte[64]))
            .toList();
    Control control =
        new Control(1 + Math.floorMod(seed, 9), Sha256.hex(new byte[1]), change, approvals, note);
    assertThat(Verbs.payload(Verb.CONTROL, overTheWire(control.toJson()))).isEqualTo(control);
  }

  @Provide
  Arbitrary<String> reasons() {
    return name().map(ErrorText::of).injectNull(0.3);
  }

  @Provide
  Arbitrary<Commit> commits() {
    return Combinators.combine(taskId(), attempt(), token(), hash(), hash().list().ofMaxSize(4))
        .as(Commit::new);
  }

  @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
  void commit(@ForAll("commits") Commit commit) {
    assertThat(Verbs.payload(Verb.COMMIT, overTheWire(commit.toJson()))).isEqualTo(commit);
  }

  @Provide
  Arbitrary<Attest> attests() {
    Arbitrary<Attest.Work> work =
        Combinators.combine(taskId(), attempt(), hash()).as(Attest.Work::new);
    return Arbitraries.oneOf(
        Combinators.combine(hash(), Arbitraries.of(true, false))
            .as((target, accept) -> new Attest(new EnvelopeId(target), accept, null, null)),
        Combinators.combine(
                hash().map(EnvelopeId::new),
                Arbitraries.of(true, false),
                work,
                json().injectNull(0.5),
                name().map(ErrorText::of).injectNull(0.5))
            .as(Attest::new));
  }

  @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
  void attest(@ForAll("attests") Attest attest) {
    assertThat(Verbs.payload(Verb.ATTEST, overTheWire(attest.toJson()))).isEqualTo(attest);
  }

  @Provide
  Arbitrary<Decide> decides() {
    Arbitrary<Integer> count = Arbitraries.integers().between(1, 1024);
    return Combinators.combine(
            hash().map(EnvelopeId::new), token(), count, count, hash(), hash(), hash())
        .as(Decide::new);
  }

  @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
  void decide(@ForAll("decides") Decide decide) {
    assertThat(Verbs.payload(Verb.DECIDE, overTheWire(decide.toJson()))).isEqualTo(decide);
  }

  @Provide
  Arbitrary<Release> releases() {
    return Combinators.combine(
            taskId(),
            attempt(),
            token(),
            Arbitraries.of(Release.Cause.values()),
            hash().list().ofMaxSize(3),
            Arbitraries.of(KEYS).list().ofMaxSize(6))
        .as(Release::new);
  }

  @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
  void release(@ForAll("releases") Release release) {
    assertThat(Verbs.payload(Verb.RELEASE, overTheWire(release.toJson()))).isEqualTo(release);
    assertThat(release.exclude()).isSorted().doesNotHaveDuplicates();
  }

  @Provide
  Arbitrary<Finalize> ends() {
    Arbitrary<Finalize.Result> result =
        Combinators.combine(taskId(), name(), hash()).as(Finalize.Result::new);
    return Combinators.combine(
            Arbitraries.of(Finalize.Outcome.values()),
            name().injectNull(0.5),
            Arbitraries.oneOf(hash(), Arbitraries.just("")),
            result.list().ofMaxSize(4))
        .as(Finalize::new);
  }

  @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
  void end(@ForAll("ends") Finalize end) {
    assertThat(Verbs.payload(Verb.FINALIZE, overTheWire(end.toJson()))).isEqualTo(end);
  }

  @Provide
  Arbitrary<Propose> proposals() {
    Arbitrary<PlanTask> task =
        Combinators.combine(name(), json().injectNull(0.5), hash(), name().list().ofMaxSize(2))
            .as(
                (type, input, artifact, produces) ->
                    new PlanTask(
                        type, input, input == null ? artifact : null, List.of(), produces));
    return Combinators.combine(
            task.list().ofMinSize(1).ofMaxSize(5), Arbitraries.randomValue(random -> random))
        .as(
            (tasks, random) -> {
              List<PlanTask> plan = new ArrayList<>();
              for (PlanTask one : tasks) {
                List<Integer> requires =
                    IntStream.range(0, plan.size())
                        .filter(i -> random.nextBoolean())
                        .boxed()
                        .toList();
                plan.add(
                    new PlanTask(
                        one.taskType(),
                        one.input(),
                        one.inputArtifact(),
                        requires,
                        one.produces()));
              }
              return new Propose(plan);
            });
  }

  @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
  void propose(@ForAll("proposals") Propose proposal) {
    assertThat(Verbs.payload(Verb.PROPOSE, overTheWire(proposal.toJson()))).isEqualTo(proposal);
  }
}
