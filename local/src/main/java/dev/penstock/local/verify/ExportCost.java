package dev.penstock.local.verify;

import java.util.List;

/** What exporting tables costs on AWS: by their size, indexes that are local included, whatever is in the export. */
final class ExportCost {
    private static final double GIGABYTE = 1e9;

    /** Page "Amazon DynamoDB on-demand pricing", "Data export to Amazon S3", us-east-1. */
    private static final double DOLLARS_PER_GIGABYTE = 0.10;

    private ExportCost() {}

    static String text(List<NeededTable> tables) {
        long bytes = tables.stream().mapToLong(NeededTable::bytes).sum();
        return ("%d full exports, about %,.3f GB of tables as DescribeTable tells them: %.2f USD (0.10 USD per GB, list"
                        + " price of \"Data export to Amazon S3\" in us-east-1 by the page \"Amazon DynamoDB on-demand"
                        + " pricing\"), and S3's price for keeping and reading them; tables are read by key where they"
                        + " differ, and an archive that effects keep is read besides")
                .formatted(tables.size(), bytes / GIGABYTE, bytes / GIGABYTE * DOLLARS_PER_GIGABYTE);
    }
}
