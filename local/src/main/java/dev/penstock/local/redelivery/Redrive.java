package dev.penstock.local.redelivery;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.penstock.lambdas.catalog.Catalog;
import dev.penstock.lambdas.catalog.Consumer;
import dev.penstock.lambdas.diversion.FailureBucket;
import dev.penstock.lambdas.projector.Epochs;
import dev.penstock.lambdas.projector.ProjectorHandler;
import dev.penstock.lambdas.projector.WindowedProjectorHandler;
import dev.penstock.lambdas.stream.StreamRecords;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;
import software.amazon.awssdk.services.lambda.model.ResourceNotFoundException;

/**
 * Delivers what the failure bucket holds to the consumers again. Guards and claims make the repetition exact, whatever
 * the order: a change that is overtaken is passed over, a hole is filled once. An object is removed when all its records
 * are applied.
 */
public final class Redrive {
    private final Site site;
    private final FailureObjects objects;
    private final Epochs epochs;
    private final Map<String, Consumer> projectors;

    public Redrive(Site site, Catalog catalog) {
        this.site = site;
        this.objects = new FailureObjects(site);
        this.epochs = new Epochs(site.dynamoDb(), site.names());
        this.projectors = catalog.projectors().stream().collect(Collectors.toMap(Consumer::name, consumer -> consumer));
    }

    /** What becomes of an object. */
    public enum Outcome {
        /** Delivered, and removed from the bucket; in a dry run, what would be. */
        REPLAYED,
        /** The consumer put it there again: what makes it fail is not mended. */
        STILL_FAILING,
        /** The consumer could not apply all of it now; it stays. */
        NOT_NOW,
        /**
         * Older than {@link FailureBucket#KEPT}: what is remembered of its items may be gone, so it can't be told what
         * came after it. It stays; rebuild the views instead.
         */
        TOO_OLD,
        /**
         * Of a stream that a cut-over has ended: what it tells is of the table before, and the views were rebuilt since.
         * It stays, for those who want to look into it.
         */
        OTHER_STREAM,
        /** Without records, or with those of a consumer that is not there. It stays, for somebody to look at. */
        FOREIGN
    }

    /**
     * Delivers all that is not too old.
     *
     * @param dryRun say what would happen, and do nothing
     * @param told each object with its outcome
     * @return number of objects by outcome
     */
    public Map<Outcome, Integer> run(boolean dryRun, BiConsumer<FailedRecords, Outcome> told) {
        Map<Outcome, Integer> counts = new EnumMap<>(Outcome.class);
        objects.forEach(failed -> {
            Outcome outcome = refused(failed).orElseGet(() -> dryRun ? Outcome.REPLAYED : deliver(failed));
            counts.merge(outcome, 1, Integer::sum);
            told.accept(failed, outcome);
        });
        return counts;
    }

    private Optional<Outcome> refused(FailedRecords failed) {
        if (failed.isForeign()) {
            return Optional.of(Outcome.FOREIGN);
        }
        if (isTooOld(failed)) {
            return Optional.of(Outcome.TOO_OLD);
        }
        return isOfOtherStream(failed) ? Optional.of(Outcome.OTHER_STREAM) : Optional.empty();
    }

    private boolean isTooOld(FailedRecords failed) {
        return failed.oldest().isBefore(site.clock().instant().minus(FailureBucket.KEPT));
    }

    /** Mails, archives and copies don't depend on the stream, and neither do the holes of windowed aggregates. */
    private boolean isOfOtherStream(FailedRecords failed) {
        Consumer projector = projectors.get(failed.consumer());
        if (projector == null || projector.handler() == WindowedProjectorHandler.class) {
            return false;
        }
        for (JsonNode record : failed.event().path("Records")) {
            String arn = record.path("eventSourceARN").asText();
            if (StreamRecords.isStream(arn) && !epochs.covers(projector.source(), StreamRecords.stream(arn))) {
                return true;
            }
        }
        return false;
    }

    private Outcome deliver(FailedRecords failed) {
        ObjectNode event = failed.event().deepCopy();
        if (projectors.containsKey(failed.consumer())) {
            event.putObject("state")
                    .put(ProjectorHandler.REDRIVE, "true")
                    .put(ProjectorHandler.DISCARDED, Boolean.toString(failed.isDiscarded()));
        }
        InvokeResponse answer;
        try {
            answer = site.lambda()
                    .invoke(invoke -> invoke.functionName(failed.function())
                            .payload(SdkBytes.fromUtf8String(FailureObjects.text(event))));
        } catch (ResourceNotFoundException noFunction) {
            return Outcome.FOREIGN;
        }
        if (answer.functionError() != null) {
            return Outcome.NOT_NOW;
        }
        JsonNode failures =
                FailureObjects.parse(answer.payload().asUtf8String()).path("batchItemFailures");
        if (!failures.isEmpty()) {
            return Outcome.NOT_NOW;
        }
        return objects.remove(failed) ? Outcome.REPLAYED : Outcome.STILL_FAILING;
    }
}
