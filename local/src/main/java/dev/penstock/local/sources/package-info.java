/**
 * Event source mappings: reads the shards of a change stream, filters, batches, invokes a function and remembers how
 * far it came, with every setting Lambda has for DynamoDB streams.
 *
 * <p>Each setting is a class of its name. Whatever runs has a {@code doWork()} step that a test can call; threads are
 * added outside.
 */
@NullMarked
package dev.penstock.local.sources;

import org.jspecify.annotations.NullMarked;
