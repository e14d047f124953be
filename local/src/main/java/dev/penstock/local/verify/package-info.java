/** Verification against exports: the tables of a stage as they were at one second, without reading them. */
@NullMarked
package dev.penstock.local.verify;

import org.jspecify.annotations.NullMarked;
