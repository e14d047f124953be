/** Structured log lines and CloudWatch metrics, both on standard output. */
@NullMarked
package dev.penstock.lambdas.telemetry;

import org.jspecify.annotations.NullMarked;
