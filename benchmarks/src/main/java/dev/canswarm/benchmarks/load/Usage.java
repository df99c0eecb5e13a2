package dev.canswarm.benchmarks.load;

import dev.canswarm.benchmarks.load.failure.BenchException;
import dev.canswarm.benchmarks.load.jvm.JvmProbe;
import dev.canswarm.benchmarks.load.proc.ProcStat;
import dev.canswarm.benchmarks.load.proc.ProcessGroup;
import dev.canswarm.benchmarks.load.proc.ThreadTimes;
import dev.canswarm.benchmarks.load.stack.BenchStack;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * All that is read before a phase and after it.
 *
 * @param processes CPU time and bytes written of the stack
 * @param heaps of each JVM
 * @param meters of all pipelines, summed
 * @param threads of each JVM
 * @param harnessCpuMillis of this process
 */
record Usage(
    ProcessGroup.Usage processes,
    List<JvmProbe.Mark> heaps,
    Map<String, Double> meters,
    List<ThreadTimes> threads,
    long harnessCpuMillis) {
  private static final Path SELF = Path.of("/proc/self/stat");

  Usage {
    heaps = List.copyOf(heaps);
    meters = Map.copyOf(meters);
    threads = List.copyOf(threads);
  }

  static Usage of(BenchStack stack) throws BenchException {
    Map<String, Double> meters = new HashMap<>();
    List<JvmProbe.Mark> heaps = new ArrayList<>();
    for (JvmProbe probe : stack.probes()) {
      probe.meters().forEach((name, value) -> meters.merge(name, value, Double::sum));
      heaps.add(probe.mark());
    }
    return new Usage(
        stack.processGroup().usage(),
        heaps,
        meters,
        stack.jvms().keySet().stream().map(ThreadTimes::of).toList(),
        ProcStat.read(SELF).map(ProcStat::cpuMillis).orElse(0L));
  }
}
