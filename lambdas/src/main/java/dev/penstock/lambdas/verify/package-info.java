/** Recomputes views and aggregates from their sources and lists what differs; lists what retention has left overdue. */
@NullMarked
package dev.penstock.lambdas.verify;

import org.jspecify.annotations.NullMarked;
