package dev.canswarm.stage;

/**
 * Bounds of the lanes of a process.
 *
 * @param partitions of every topic; a record of a number beyond ends the process
 * @param lanes that carry the partitions, in parallel; at most as many as partitions are used
 * @param needsMax complete NEED states cached of each partition
 * @param needsBytesMax bytes of these, of each partition
 */
public record LaneBounds(int partitions, int lanes, int needsMax, long needsBytesMax) {}
