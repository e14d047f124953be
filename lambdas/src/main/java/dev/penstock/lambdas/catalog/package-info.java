/** What exists: tables, views, aggregates and consumers, each declared once; stacks, handlers and tools follow from here. */
@NullMarked
package dev.penstock.lambdas.catalog;

import org.jspecify.annotations.NullMarked;
