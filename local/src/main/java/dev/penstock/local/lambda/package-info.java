/** The Lambda API: functions, versions, aliases, invocations and event source mappings. */
@NullMarked
package dev.penstock.local.lambda;

import org.jspecify.annotations.NullMarked;
