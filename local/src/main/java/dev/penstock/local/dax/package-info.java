/**
 * A server that speaks the wire protocol of DynamoDB Accelerator (DAX), so that the official DAX clients connect to a
 * laptop: docs/DAX-PROTOCOL.md says what travels, {@link dev.penstock.local.dax.DaxServer} is the way in.
 */
@NullMarked
package dev.penstock.local.dax;

import org.jspecify.annotations.NullMarked;
