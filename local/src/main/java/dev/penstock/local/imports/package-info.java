/**
 * ImportTable, DescribeImport and ListImports: a new table from CSV, DynamoDB JSON or Ion in a local bucket, with AWS's
 * counters, errors and habits (Developer Guide, "DynamoDB data import from Amazon S3").
 */
@NullMarked
package dev.penstock.local.imports;

import org.jspecify.annotations.NullMarked;
