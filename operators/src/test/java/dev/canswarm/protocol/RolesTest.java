package dev.canswarm.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.envelope.Verb;
import dev.canswarm.policy.RoleName;
import java.util.List;
import org.junit.jupiter.api.Test;

class RolesTest {
  private record Silent(RoleName name) implements Role {
    @Override
    public Reaction react(NeedView view, Deadlines deadlines) {
      return Reaction.NONE;
    }
  }

  private static final Role WORKER = new Silent(RoleName.WORKER);
  private static final Role PLANNER = new Silent(RoleName.PLANNER);

  @Test
  void theyAreListedInTheOrderOfTheRoles() {
    assertThat(Roles.of(List.of(WORKER, PLANNER)).all()).containsExactly(PLANNER, WORKER);
  }

  @Test
  void aProcessSaysTheVerbsOfTheRolesThatItPlays() {
    Roles roles = Roles.of(List.of(WORKER));

    assertThat(Verb.values())
        .filteredOn(roles::says)
        .containsExactly(Verb.CLAIM, Verb.COMMIT, Verb.YIELD);
    assertThat(roles.playing(RoleName.WORKER)).contains(WORKER);
    assertThat(roles.playing(RoleName.PLANNER)).isEmpty();
  }

  @Test
  void oneRoleIsPlayedOnce() {
    assertThatThrownBy(() -> Roles.of(List.of(WORKER, new Silent(RoleName.WORKER))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("WORKER");
  }
}
