/**
 * The files of a DynamoDB export to S3: lines in DynamoDB JSON and Ion text, manifests, checksums, and the layout that
 * holds them. Writes what AWS writes, reads what AWS wrote (Developer Guide, "DynamoDB table export output format").
 */
@NullMarked
package dev.penstock.lambdas.export;

import org.jspecify.annotations.NullMarked;
