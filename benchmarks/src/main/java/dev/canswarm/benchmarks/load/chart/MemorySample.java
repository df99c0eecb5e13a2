package dev.canswarm.benchmarks.load.chart;

/**
 * The memory of the pipeline's JVMs at one moment.
 *
 * @param seconds since the first NEED was due
 * @param residentBytes memory that the JVMs have resident
 * @param heapBytes heap in use, garbage included
 */
public record MemorySample(double seconds, long residentBytes, long heapBytes) {}
