package dev.penstock.local.sources;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.math.BigInteger;
import java.util.List;

/**
 * ReportBatchItemFailures: which record of a batch is the first to be retried, by what the function returned. The
 * outcomes are those of recorded AWS answers.
 *
 * @param isReported without it every response is a success
 */
record PartialBatch(boolean isReported) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * The result of a response.
     *
     * @param firstFailed index of the first record to retry; the batch's size when all succeeded
     * @param isValid false when the response named no record of the batch, which fails the whole batch
     */
    record Result(int firstFailed, boolean isValid) {}

    /**
     * Null, an empty string, an empty list, an object without the member, and a null or empty list of failures are
     * success. An identifier that is missing, null, empty, no string or no sequence number of the batch fails the
     * whole batch. Otherwise the lowest sequence number counts: it and all after it are retried.
     */
    Result evaluate(byte[] response, List<EventRecord> batch) {
        Result success = new Result(batch.size(), true);
        if (!isReported) {
            return success;
        }
        JsonNode failures;
        try {
            JsonNode root = JSON.readTree(response);
            if (root == null || !root.isObject()) {
                return success;
            }
            failures = root.path("batchItemFailures");
        } catch (IOException notJson) {
            // Nothing in the response says that a record failed.
            return success;
        }
        int first = batch.size();
        for (JsonNode failure : failures) {
            int index = indexOf(failure.path("itemIdentifier"), batch);
            if (index < 0) {
                return new Result(0, false);
            }
            first = Math.min(first, index);
        }
        return new Result(first, true);
    }

    private static int indexOf(JsonNode identifier, List<EventRecord> batch) {
        if (!identifier.isTextual() || !identifier.textValue().matches("[0-9]{1,40}")) {
            return -1;
        }
        BigInteger sought = new BigInteger(identifier.textValue());
        int low = 0;
        int high = batch.size() - 1;
        while (low <= high) {
            int middle = (low + high) / 2;
            int order = batch.get(middle).sequenceNumber().compareTo(sought);
            if (order == 0) {
                return middle;
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -1;
    }
}
