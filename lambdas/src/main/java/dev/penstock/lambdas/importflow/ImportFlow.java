package dev.penstock.lambdas.importflow;

import dev.penstock.lambdas.catalog.Catalog;
import dev.penstock.lambdas.catalog.Table;
import dev.penstock.lambdas.etl.Counts;
import dev.penstock.lambdas.etl.Etl;
import dev.penstock.lambdas.etl.Output;
import dev.penstock.lambdas.etl.Part;
import dev.penstock.lambdas.etl.Recipe;
import dev.penstock.lambdas.etl.Step;
import dev.penstock.lambdas.export.ExportReader;
import dev.penstock.lambdas.export.ObjectSink;
import dev.penstock.lambdas.export.S3Objects;
import dev.penstock.lambdas.importflow.ImportJob.Status;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.ImportTableDescription;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * An import step by step. Every step may be repeated: a part writes the same objects again and counts once, ImportTable has
 * the job's id as its client token, and settings are read before they are set.
 */
public final class ImportFlow {
    /** Objects of one import (Developer Guide, "DynamoDB data import from Amazon S3: quotas"). */
    private static final int MOST_OBJECTS = 50_000;

    private final Catalog catalog;
    private final DynamoDbClient dynamodb;
    private final S3Client s3;
    private final ImportJobs jobs;
    private final BiConsumer<String, List<Integer>> queue;
    private final Target target;

    /**
     * Where things go.
     *
     * @param bucket of the transformed objects, below {@code imports/}
     * @param keepsData whether the new table is protected from deletion
     */
    public record Target(String bucket, boolean keepsData) {}

    /** @param queue takes a job and its parts, each to be given to {@link #part} at least once */
    public ImportFlow(
            Catalog catalog,
            DynamoDbClient dynamodb,
            S3Client s3,
            ImportJobs jobs,
            BiConsumer<String, List<Integer>> queue,
            Target target) {
        this.catalog = catalog;
        this.dynamodb = dynamodb;
        this.s3 = s3;
        this.jobs = jobs;
        this.queue = queue;
        this.target = target;
    }

    /**
     * Validates an order, notes it and sends its parts on their way. Ordering the same again sends the parts again.
     *
     * @return the job's id
     * @throws IOException when the export can't be read
     * @throws IllegalArgumentException when the order can't be carried out: what is wrong, and what is allowed
     */
    public String start(ImportOrder order) throws IOException {
        Table table = catalog.table(order.table());
        S3Uri location = S3Uri.of(order.export());
        S3Objects source = new S3Objects(s3, location.bucket());
        List<String> found = location.key().endsWith("manifest-summary.json")
                ? List.of(location.key())
                : ExportReader.find(source, location.key());
        if (found.size() != 1) {
            throw new IllegalArgumentException("%s holds %d exports: name the manifest-summary.json of one of %s"
                    .formatted(order.export(), found.size(), found));
        }
        ExportReader export = ExportReader.open(source, found.getFirst());
        if (export.summary().isIncremental()) {
            throw new IllegalArgumentException("export %s is incremental, which can't be imported; fold it into a full"
                            .formatted(export.summary().exportId())
                    + " one first (etl --fold)");
        }
        String text = order.recipe().isEmpty() ? "" : text(S3Uri.of(order.recipe()));
        Recipe recipe = recipe(text);
        if (recipe.by() != null || recipe.output().format() == Output.Format.CSV) {
            throw new IllegalArgumentException(
                    "the recipe groups or writes CSV: an import needs items, in" + " DYNAMODB_JSON or ION");
        }
        int parts = Part.of(export).size();
        if ((long) parts * recipe.output().parts() > MOST_OBJECTS) {
            throw new IllegalArgumentException("%d part files with output.parts %d are more than %d objects, the most"
                            .formatted(parts, recipe.output().parts(), MOST_OBJECTS)
                    + " that ImportTable takes");
        }
        String id = order.target() + "-" + export.summary().exportId();
        if (jobs.find(id).isEmpty() && exists(order.target())) {
            throw new IllegalArgumentException(
                    "table %s exists: ImportTable makes a new one, so give another target".formatted(order.target()));
        }
        jobs.add(new ImportJob(
                id,
                "s3://" + location.bucket() + "/" + found.getFirst(),
                table.name(),
                order.target(),
                text,
                parts,
                parts,
                new Counts(0, 0, 0, 0, 0, 0),
                "",
                Status.TRANSFORMING));
        queue.accept(id, IntStream.range(0, parts).boxed().toList());
        return id;
    }

    private boolean exists(String name) {
        try {
            dynamodb.describeTable(describe -> describe.tableName(name));
            return true;
        } catch (ResourceNotFoundException e) {
            return false;
        }
    }

    private String text(S3Uri uri) throws IOException {
        return new String(new S3Objects(s3, uri.bucket()).read(uri.key()), StandardCharsets.UTF_8);
    }

    private Recipe recipe(String text) {
        return text.isEmpty() ? Recipe.copy(Output.importable(1)) : Recipe.parse(text, this::lines);
    }

    /** A key list that a recipe names. */
    private List<String> lines(String uri) {
        try {
            return text(S3Uri.of(uri)).lines().toList();
        } catch (IOException e) {
            throw new IllegalArgumentException("cannot read " + uri + ", which the recipe names", e);
        }
    }

    /** Transforms one part of a job; the last one starts the import. */
    public void part(String id, int number) throws IOException {
        ImportJob job = jobs.find(id).orElseThrow(() -> new IllegalArgumentException("no import " + id));
        if (job.status() != Status.TRANSFORMING) {
            return;
        }
        S3Uri manifest = S3Uri.of(job.manifest());
        S3Objects source = new S3Objects(s3, manifest.bucket());
        Part part = Part.of(ExportReader.open(source, manifest.key())).get(number);
        List<String> keys = catalog.table(job.table()).keys().stream()
                .map(key -> key.name())
                .toList();
        Etl etl = new Etl(
                source,
                rejectsAside(job, new S3Objects(s3, target.bucket())),
                new Etl.Options(1, "%sdata/%05d-".formatted(job.prefix(), number), keys, false),
                read -> {});
        // ImportTable would refuse an item without its key, and leave a table with the others.
        Recipe recipe = recipe(job.recipe()).then(new Step.Require(keys));
        Counts counts = etl.run(recipe, List.of(part)).counts();
        ImportJob after = jobs.partDone(id, number, counts);
        if (after.open() == 0) {
            transformed(after);
        }
    }

    /** Everything below {@code data/} is imported, so what was rejected must not be there. */
    private static ObjectSink rejectsAside(ImportJob job, ObjectSink sink) {
        return key -> sink.create(
                key.endsWith("rejects.jsonl") ? key.replace(job.prefix() + "data/", job.prefix() + "rejects/") : key);
    }

    private void transformed(ImportJob job) {
        if (job.counts().rejected() > 0) {
            jobs.set(job.id(), Status.REJECTED, "");
            return;
        }
        Output output = recipe(job.recipe()).output();
        String arn = dynamodb.importTable(request -> new NewTable(catalog.table(job.table()), job.target())
                        .source(request, output)
                        .clientToken(job.id())
                        .s3BucketSource(s -> s.s3Bucket(target.bucket()).s3KeyPrefix(job.prefix() + "data/")))
                .importTableDescription()
                .importArn();
        jobs.importing(job.id(), arn);
    }

    /**
     * Looks after all jobs under way: where ImportTable is done, sets what it could not.
     *
     * @return a line for each job
     * @throws IllegalStateException when jobs were rejected or failed since the last call, after all were looked after
     */
    public List<String> follow() {
        List<String> lines = new ArrayList<>();
        List<String> failures = new ArrayList<>();
        for (String id : jobs.underWay()) {
            ImportJob job = jobs.find(id).orElseThrow();
            String line = follow(job);
            lines.add(line);
            Status status = jobs.find(id).orElseThrow().status();
            if (status == Status.REJECTED || status == Status.FAILED) {
                failures.add(line);
            }
        }
        if (!failures.isEmpty()) {
            throw new IllegalStateException(String.join("; ", failures));
        }
        return lines;
    }

    private String follow(ImportJob job) {
        return switch (job.status()) {
            case TRANSFORMING -> "%s: %d of %d parts are open".formatted(job.id(), job.open(), job.parts());
            case IMPORTING -> imported(job);
            case REJECTED -> {
                jobs.ended(job, Status.REJECTED);
                yield "%s: %s; nothing was imported, see s3://%s/%srejects/"
                        .formatted(job.id(), job.counts(), target.bucket(), job.prefix());
            }
            case COMPLETED, FAILED -> {
                jobs.ended(job, job.status());
                yield job.id() + ": " + job.status();
            }
        };
    }

    private String imported(ImportJob job) {
        // The import's own status: the table is ACTIVE some seconds before the import is done.
        ImportTableDescription done = dynamodb.describeImport(describe -> describe.importArn(job.importArn()))
                .importTableDescription();
        return switch (done.importStatus()) {
            case COMPLETED -> {
                new NewTable(catalog.table(job.table()), job.target())
                        .complete(dynamodb, done.tableArn(), job.id(), target.keepsData());
                jobs.ended(job, Status.COMPLETED);
                yield "%s: %s; imported %d".formatted(job.id(), job.counts(), done.importedItemCount());
            }
            case FAILED, CANCELLED -> {
                jobs.ended(job, Status.FAILED);
                yield "%s: %s %s; imported %d, errors %d, see /aws-dynamodb/imports"
                        .formatted(
                                job.id(),
                                done.failureCode(),
                                done.failureMessage(),
                                done.importedItemCount(),
                                done.errorCount());
            }
            default -> "%s: importing, %d items so far".formatted(job.id(), done.importedItemCount());
        };
    }
}
