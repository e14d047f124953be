/** What answers under {@code /_penstock/}: the control endpoints and the console page, on loopback only. */
@NullMarked
package dev.penstock.local.console;

import org.jspecify.annotations.NullMarked;
