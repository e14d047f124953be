/** CloudWatch metrics: put by API, by the runtime itself, or embedded in log events. */
@NullMarked
package dev.penstock.local.metrics;

import org.jspecify.annotations.NullMarked;
