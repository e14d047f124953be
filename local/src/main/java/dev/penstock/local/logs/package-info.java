/** CloudWatch Logs: where functions, imports and whoever else writes log events. */
@NullMarked
package dev.penstock.local.logs;

import org.jspecify.annotations.NullMarked;
