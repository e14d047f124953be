/**
 * Runs function code as Lambda does: each concurrent execution environment is a JVM of its own, started from the
 * deployable zip, that speaks the Lambda Runtime API over loopback.
 */
@NullMarked
package dev.penstock.local.functions;

import org.jspecify.annotations.NullMarked;
