/**
 * ExportTableToPointInTime, DescribeExport and ListExports: full and incremental, at any second that the recovery period
 * covers, into the local buckets (API Reference, "ExportTableToPointInTime").
 */
@NullMarked
package dev.penstock.local.export;

import org.jspecify.annotations.NullMarked;
