/**
 * From an export to a new table on demand: validate, transform part by part, ImportTable, and the settings that
 * ImportTable has no parameters for.
 */
@NullMarked
package dev.penstock.lambdas.importflow;

import org.jspecify.annotations.NullMarked;
