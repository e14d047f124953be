/** The functions that read the tables' streams. */
@NullMarked
package dev.penstock.infra.streams;

import org.jspecify.annotations.NullMarked;
