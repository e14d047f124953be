package dev.penstock.local.dax;

/** Numbers of the members of an answer. Answers are maps of indefinite length: the Java client reads no others. */
final class ResponseField {
    static final int ITEM = 0;
    static final int CONSUMED_CAPACITY = 1;
    static final int ATTRIBUTES = 2;
    static final int ITEM_COLLECTION_METRICS = 3;
    static final int ITEMS = 7;
    static final int COUNT = 8;
    static final int LAST_EVALUATED_KEY = 9;
    static final int SCANNED_COUNT = 10;

    private ResponseField() {}
}
