package dev.canswarm.architecture;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.lang.ArchRule;

/** Assertions that a rule can fail. */
public final class BrokenRules {
  private BrokenRules() {}

  /**
   * Asserts that classes break a rule, and that its message names the class that does and says what
   * to do instead.
   */
  public static void assertBreaks(ArchRule rule, JavaClasses bad, String offender, String advice) {
    assertThatThrownBy(() -> rule.check(bad))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining(offender)
        .hasMessageContaining(advice);
  }
}
