/** How tasks reach code from outside: commands in processes of their own, plug-ins from jars. */
@NullMarked
package dev.canswarm.pipeline.tasks;

import org.jspecify.annotations.NullMarked;
