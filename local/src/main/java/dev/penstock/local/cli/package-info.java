/** The command line: one class per command. */
@NullMarked
package dev.penstock.local.cli;

import org.jspecify.annotations.NullMarked;
