package dev.canswarm.benchmarks.load.proc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProcFieldsTest {
  private static final String STATUS = "Name:\tjava\nVmHWM:\t  412345 kB\nVmRSS:\t  400000 kB\n";

  @Test
  void theNumberAfterTheNameIsRead() {
    assertThat(ProcFields.parse(STATUS, "VmHWM")).hasValue(412_345);
    assertThat(ProcFields.parse("rchar: 1\nwrite_bytes: 4096\n", "write_bytes")).hasValue(4_096);
  }

  @Test
  void aMissingFieldIsEmpty() {
    assertThat(ProcFields.parse(STATUS, "VmSwap")).isEmpty();
  }
}
