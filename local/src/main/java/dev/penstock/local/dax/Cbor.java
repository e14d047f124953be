package dev.penstock.local.dax;

/** Numbers of CBOR (RFC 8949) and the tags that DAX adds to it. */
final class Cbor {
    static final int UNSIGNED = 0;
    static final int NEGATIVE = 1;
    static final int BYTES = 2;
    static final int TEXT = 3;
    static final int ARRAY = 4;
    static final int MAP = 5;
    static final int TAG = 6;
    static final int SIMPLE = 7;

    static final int FALSE = 0xf4;
    static final int TRUE = 0xf5;
    static final int NULL = 0xf6;
    static final int HALF = 0xf9;
    static final int FLOAT = 0xfa;
    static final int DOUBLE = 0xfb;
    static final int BREAK = 0xff;
    static final int MAP_STREAM = 0xbf;

    /** Additional information that announces an item of indefinite length. */
    static final int INDEFINITE = 31;

    static final int TAG_BIG_POSITIVE = 2;
    static final int TAG_BIG_NEGATIVE = 3;
    static final int TAG_DECIMAL = 4;
    static final int TAG_STRING_SET = 3321;
    static final int TAG_NUMBER_SET = 3322;
    static final int TAG_BINARY_SET = 3323;
    static final int TAG_LIST_INDEX = 3324;

    private Cbor() {}
}
