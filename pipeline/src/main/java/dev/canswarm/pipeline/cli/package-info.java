/**
 * The command line: a package per command, and {@code command} for what they share. Commands are
 * thin; Kafka, Netty and the settings are loaded only when a command runs.
 */
@NullMarked
package dev.canswarm.pipeline.cli;

import org.jspecify.annotations.NullMarked;
