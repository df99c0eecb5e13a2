/**
 * The command line: one class per command, and what they share. Commands are thin; whatever loads
 * Kafka, Netty or the settings does so once a command runs.
 */
@NullMarked
package dev.canswarm.pipeline.cli;

import org.jspecify.annotations.NullMarked;
