@NullMarked
package dev.canswarm.simulation.command;

import org.jspecify.annotations.NullMarked;
