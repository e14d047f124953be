/**
 * Reads the files that ImportTable takes: CSV, DynamoDB JSON and Ion, and judges their items by DynamoDB's rules
 * (Developer Guide, "Amazon S3 import formats for DynamoDB").
 */
@NullMarked
package dev.penstock.lambdas.imports;

import org.jspecify.annotations.NullMarked;
