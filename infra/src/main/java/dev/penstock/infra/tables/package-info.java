/** The tables of the catalog. */
@NullMarked
package dev.penstock.infra.tables;

import org.jspecify.annotations.NullMarked;
