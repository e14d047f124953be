package dev.penstock.local.verify;

import dev.penstock.lambdas.export.ExportReader;
import dev.penstock.lambdas.export.S3Objects;
import dev.penstock.local.clients.Await;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.ExportDescription;
import software.amazon.awssdk.services.dynamodb.model.ExportStatus;
import software.amazon.awssdk.services.dynamodb.model.S3SseAlgorithm;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.ServerSideEncryptionByDefault;

/**
 * Asks for full exports of tables at one second and waits for them. The client token follows from what is asked for, so
 * whoever was interrupted asks again within its eight hours and gets the same exports.
 */
final class ExportRequests {
    /** Exports that FAILED keep their token, so another attempt has another. */
    private static final int ATTEMPTS = 3;

    private final Stage stage;
    private final Instant time;
    private final Consumer<String> progress;
    private final @Nullable String key;

    ExportRequests(Stage stage, Instant time, Consumer<String> progress) {
        this.stage = stage;
        this.time = time;
        this.progress = progress;
        this.key = keyOf(stage);
    }

    /** Where the exports of a time are, below the bucket. */
    static String prefix(Instant time) {
        return "verify/" + time;
    }

    /**
     * Waits for all of them.
     *
     * @throws IOException when one fails again and again
     * @throws IllegalStateException when they take longer than the stage's patience; they go on
     */
    ExportedTables await(List<NeededTable> tables) throws IOException {
        List<Running> all = new ArrayList<>();
        for (NeededTable table : tables) {
            all.add(new Running(table));
        }
        Await.until(
                stage.patience(),
                stage.every(),
                "exports at " + time + "; they go on, and the same command with --export-at " + time
                        + " takes up what is there",
                () -> all.stream().filter(running -> !running.look()).count() == 0);
        Map<String, ExportReader> exports = new HashMap<>();
        for (Running running : all) {
            exports.put(running.table.name(), running.open());
        }
        return new ExportedTables(time, exports);
    }

    private final class Running {
        private final NeededTable table;
        private int attempt = 1;
        private ExportDescription last;

        Running(NeededTable table) {
            this.table = table;
            this.last = ask();
        }

        private ExportDescription ask() {
            String arn = Objects.requireNonNull(table.arn());
            String token = String.join("|", arn, time.toString(), stage.bucket(), Integer.toString(attempt));
            return stage.dynamoDb(table.region())
                    .exportTableToPointInTime(request -> {
                        request.tableArn(arn)
                                .exportTime(time)
                                .s3Bucket(stage.bucket())
                                .s3Prefix(prefix(time) + "/" + table.name().replace(' ', '-'))
                                .clientToken(UUID.nameUUIDFromBytes(token.getBytes(StandardCharsets.UTF_8))
                                        .toString());
                        if (key != null) {
                            request.s3SseAlgorithm(S3SseAlgorithm.KMS).s3SseKmsKeyId(key);
                        }
                    })
                    .exportDescription();
        }

        /** Whether it is over. */
        private boolean look() {
            if (last.exportStatus() == ExportStatus.COMPLETED && last.exportManifest() != null) {
                return true;
            }
            String arn = last.exportArn();
            last = stage.dynamoDb(table.region())
                    .describeExport(describe -> describe.exportArn(arn))
                    .exportDescription();
            if (last.exportStatus() == ExportStatus.FAILED && attempt < ATTEMPTS) {
                progress.accept("  %s: attempt %d failed: %s: %s"
                        .formatted(table.name(), attempt, last.failureCode(), last.failureMessage()));
                attempt++;
                last = ask();
            }
            if (last.exportStatus() == ExportStatus.COMPLETED) {
                progress.accept("  %s: %,d items, %,d bytes billed"
                        .formatted(table.name(), last.itemCount(), last.billedSizeBytes()));
            }
            return last.exportStatus() != ExportStatus.IN_PROGRESS;
        }

        private ExportReader open() throws IOException {
            if (last.exportStatus() != ExportStatus.COMPLETED) {
                throw new IOException("the export of %s failed %d times: %s: %s"
                        .formatted(table.name(), attempt, last.failureCode(), last.failureMessage()));
            }
            return ExportReader.open(new S3Objects(stage.s3(), stage.bucket()), last.exportManifest());
        }
    }

    /** The customer key of the bucket, which an export has to name; null if there is none. */
    private static @Nullable String keyOf(Stage stage) {
        try {
            return stage
                    .s3()
                    .getBucketEncryption(get -> get.bucket(stage.bucket()))
                    .serverSideEncryptionConfiguration()
                    .rules()
                    .stream()
                    .map(rule -> rule.applyServerSideEncryptionByDefault())
                    .filter(Objects::nonNull)
                    .map(ServerSideEncryptionByDefault::kmsMasterKeyID)
                    .filter(Objects::nonNull)
                    .findFirst()
                    .orElse(null);
        } catch (S3Exception none) {
            if (none.statusCode() == 404
                    && "ServerSideEncryptionConfigurationNotFoundError"
                            .equals(none.awsErrorDetails().errorCode())) {
                return null;
            }
            throw none;
        }
    }
}
