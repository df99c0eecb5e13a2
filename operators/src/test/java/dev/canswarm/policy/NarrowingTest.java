package dev.canswarm.policy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.envelope.Verb;
import dev.canswarm.json.ObjectReader;
import dev.canswarm.json.ShapeException;
import dev.canswarm.json.StrictJson;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the member {@code may_send} of a policy may say. */
class NarrowingTest {
  private static Map<RoleName, Set<Verb>> of(String policy) {
    return Narrowing.of(new ObjectReader(StrictJson.parseObject(policy.getBytes(UTF_8)), "policy"));
  }

  @Test
  void withoutTheMemberNothingIsNarrowed() {
    assertThat(of("{}")).isEmpty();
  }

  @Test
  void aListedRoleHasTheListedVerbsAndOtherRolesAreNotAmongThem() {
    Map<RoleName, Set<Verb>> narrowed =
        of("{\"may_send\":{\"client\":[\"NEED\"],\"worker\":[],\"decider\":[\"DECIDE\"]}}");
    assertThat(narrowed)
        .containsOnlyKeys(RoleName.CLIENT, RoleName.WORKER, RoleName.DECIDER)
        .containsEntry(RoleName.CLIENT, Set.of(Verb.NEED))
        .containsEntry(RoleName.WORKER, Set.of())
        .containsEntry(RoleName.DECIDER, Set.of(Verb.DECIDE));
  }

  @Test
  void whatIsReadCannotBeWidenedAfterwards() {
    Map<RoleName, Set<Verb>> narrowed = of("{\"may_send\":{\"client\":[\"NEED\"]}}");
    assertThatThrownBy(() -> narrowed.put(RoleName.ADMIN, Set.of()))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> narrowed.getOrDefault(RoleName.CLIENT, Set.of()).add(Verb.CANCEL))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{\"king\":[]}; policy/may_send: expected a role of a NEED, got king",
        "{\"admin\":[]}; policy/may_send: expected a role of a NEED, got admin",
        "{\"CLIENT\":[]}; policy/may_send: expected a role of a NEED, got CLIENT",
        "{\"client\":[\"PROPOSE\"]}; policy/may_send/client: expected some of [NEED, CANCEL], got"
            + " PROPOSE",
        "{\"worker\":[\"claim\"]}; policy/may_send/worker: expected some of [CLAIM, COMMIT, YIELD],"
            + " got claim",
        "{\"decider\":[]}; policy/may_send/decider: expected at least [DECIDE], which everyone"
            + " derives, got []",
        "{\"coordinator\":[\"RELEASE\"]}; policy/may_send/coordinator: expected at least [FINALIZE,"
            + " RELEASE], which everyone derives, got [RELEASE]",
      })
  void whatIsRefusedIsNamedWithItsPlace(String maySend, String message) {
    assertThatThrownBy(() -> of("{\"may_send\":" + maySend + "}"))
        .isInstanceOf(ShapeException.class)
        .hasMessage(message);
  }
}
