/** The DynamoDB API: what clients send, answered by the region's store. */
@NullMarked
package dev.penstock.local.dynamodb;

import org.jspecify.annotations.NullMarked;
