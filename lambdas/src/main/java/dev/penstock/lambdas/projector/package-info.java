/** Applies all views and aggregates of a source table to its stream, exactly, whatever the delivery. */
@NullMarked
package dev.penstock.lambdas.projector;

import org.jspecify.annotations.NullMarked;
