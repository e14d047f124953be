package dev.penstock.lambdas.catalog;

import java.util.Map;

/** Names of the environment variables by which a stack tells a function where things are. */
public final class Environment {
    /** Prefix of physical table names, such as {@code prod-}; empty in stage {@code local}. */
    public static final String TABLE_PREFIX = "TABLE_PREFIX";
    /** Bucket for records that can't succeed, and of Lambda's own on-failure objects. */
    public static final String FAILURE_BUCKET = "FAILURE_BUCKET";
    /** Bucket for expired items. */
    public static final String ARCHIVE_BUCKET = "ARCHIVE_BUCKET";
    /** Address that mails come from. */
    public static final String SENDER = "SENDER";
    /** SES configuration set, whose Send events confirm claims. */
    public static final String CONFIGURATION_SET = "CONFIGURATION_SET";
    /** Mails per second that the account may send; a decimal, default 1 (the sandbox). */
    public static final String MAIL_RATE = "MAIL_RATE";
    /** Name of the consumer, for logs, metrics and failure objects. */
    public static final String CONSUMER = "CONSUMER";

    /** Name, or ARN in another account, of the table that a replication writes. */
    public static final String TARGET_TABLE = "TARGET_TABLE";
    /** Region of that table. */
    public static final String TARGET_REGION = "TARGET_REGION";

    /** {@code REGION/ACCOUNT/TABLE} of that table. */
    public static final String TARGET_ORIGIN = "TARGET_ORIGIN";

    /**
     * Of which times of creation a function that acts in one region at a time takes the items: {@code SINCE/UNTIL}, comma
     * between several, either end may be empty; default: all.
     */
    public static final String ACTIVE_WINDOWS = "ACTIVE_WINDOWS";

    /** Set by Lambda. */
    public static final String REGION = "AWS_REGION";

    /** Set by Lambda: {@code on-demand}, {@code provisioned-concurrency} or {@code snap-start}. */
    public static final String INITIALIZATION = "AWS_LAMBDA_INITIALIZATION_TYPE";

    /** Set by Lambda where credentials stand in the environment: not with SnapStart. */
    public static final String ACCESS_KEY = "AWS_ACCESS_KEY_ID";
    /** Set by Lambda where credentials are asked for, as with SnapStart. */
    public static final String CONTAINER_CREDENTIALS = "AWS_CONTAINER_CREDENTIALS_FULL_URI";

    private final Map<String, String> variables;

    /** What the process was started with. */
    public static Environment ofProcess() {
        return new Environment(System.getenv());
    }

    public Environment(Map<String, String> variables) {
        this.variables = Map.copyOf(variables);
    }

    /**
     * The variable's value.
     *
     * @throws IllegalStateException when it is not set
     */
    public String required(String name) {
        String value = variables.get(name);
        if (value == null || value.isEmpty()) {
            throw new IllegalStateException("environment variable " + name + " is not set; the stack sets it");
        }
        return value;
    }

    /** The variable's value, or {@code fallback} when it is not set. */
    public String optional(String name, String fallback) {
        return variables.getOrDefault(name, fallback);
    }
}
