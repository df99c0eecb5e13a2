/**
 * The parts that all commands share: their base class, the console, exit codes, and how a failure
 * ends a command.
 */
@NullMarked
package dev.canswarm.pipeline.cli.command;

import org.jspecify.annotations.NullMarked;
