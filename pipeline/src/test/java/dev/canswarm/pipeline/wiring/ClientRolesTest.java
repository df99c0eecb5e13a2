package dev.canswarm.pipeline.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.policy.RoleName;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClientRolesTest {
  @Test
  void namesEachRoleOnceInTheirOrder() {
    assertThat(ClientRoles.clientId(List.of(RoleName.WORKER, RoleName.PLANNER, RoleName.WORKER)))
        .isEqualTo("planner,worker");
  }

  @Test
  void readsBackTheRoles() {
    assertThat(ClientRoles.of("planner,worker")).containsExactly(RoleName.PLANNER, RoleName.WORKER);
  }

  @Test
  void leavesOutUnknownRoles() {
    assertThat(ClientRoles.of("consumer-1,worker,\u001b[2J")).containsExactly(RoleName.WORKER);
    assertThat(ClientRoles.of("")).isEmpty();
  }
}
