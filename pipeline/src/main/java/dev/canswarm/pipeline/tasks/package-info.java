/**
 * Task types from outside this program: commands in processes of their own, and plug-ins from jars.
 */
@NullMarked
package dev.canswarm.pipeline.tasks;

import org.jspecify.annotations.NullMarked;
