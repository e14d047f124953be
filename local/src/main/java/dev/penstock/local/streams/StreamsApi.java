package dev.penstock.local.streams;

import dev.penstock.local.gateway.AwsError;
import dev.penstock.local.gateway.Request;
import dev.penstock.local.streams.ShardReader.Page;
import dev.penstock.local.streams.ShardReader.Shard;
import dev.penstock.local.streams.StreamDirectory.Stream;
import dev.penstock.local.wire.JsonOperations;
import java.math.BigInteger;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.DescribeStreamRequest;
import software.amazon.awssdk.services.dynamodb.model.DescribeStreamResponse;
import software.amazon.awssdk.services.dynamodb.model.GetRecordsRequest;
import software.amazon.awssdk.services.dynamodb.model.GetRecordsResponse;
import software.amazon.awssdk.services.dynamodb.model.GetShardIteratorRequest;
import software.amazon.awssdk.services.dynamodb.model.GetShardIteratorResponse;
import software.amazon.awssdk.services.dynamodb.model.ListStreamsRequest;
import software.amazon.awssdk.services.dynamodb.model.ListStreamsResponse;
import software.amazon.awssdk.services.dynamodb.model.Record;
import software.amazon.awssdk.services.dynamodb.model.ShardFilterType;

/** The four operations of the DynamoDB Streams API, served from the journal. */
public final class StreamsApi {
    private static final int PAGE_RECORDS = 1_000;
    private static final long PAGE_BYTES = 1 << 20;
    private static final int LISTED = 100;

    private final InstantSource clock;
    private final Function<String, Region> regions;

    /** What the API reads in one region. */
    public record Region(StreamDirectory directory, ShardReader reader) {}

    /** @param regions by region name */
    public StreamsApi(InstantSource clock, Function<String, Region> regions) {
        this.clock = clock;
        this.regions = regions;
    }

    /** Adds the operations to the DynamoDB service, whose signing name they share. */
    public JsonOperations addTo(JsonOperations dynamodb) {
        return dynamodb.on("ListStreams", ListStreamsRequest::builder, this::listStreams)
                .on("DescribeStream", DescribeStreamRequest::builder, this::describeStream)
                .on("GetShardIterator", GetShardIteratorRequest::builder, this::getShardIterator)
                .on("GetRecords", GetRecordsRequest::builder, this::getRecords);
    }

    private ListStreamsResponse listStreams(ListStreamsRequest asked, Request http) {
        int limit = limit(asked.limit(), LISTED);
        String after = asked.exclusiveStartStreamArn();
        List<Stream> following = region(http).directory().streams().stream()
                .filter(stream ->
                        asked.tableName() == null || stream.tableName().equals(asked.tableName()))
                .sorted(Comparator.comparing(Stream::arn))
                .filter(stream -> after == null || stream.arn().compareTo(after) > 0)
                .toList();
        List<Stream> page = following.subList(0, Math.min(limit, following.size()));
        return ListStreamsResponse.builder()
                .streams(page.stream()
                        .map(stream -> software.amazon.awssdk.services.dynamodb.model.Stream.builder()
                                .streamArn(stream.arn())
                                .streamLabel(stream.label())
                                .tableName(stream.tableName())
                                .build())
                        .toList())
                .lastEvaluatedStreamArn(
                        page.size() < following.size() ? page.getLast().arn() : null)
                .build();
    }

    private DescribeStreamResponse describeStream(DescribeStreamRequest asked, Request http) {
        Stream stream = stream(asked.streamArn(), http);
        int limit = limit(asked.limit(), LISTED);
        List<Shard> shards = region(http).reader().shards(stream.arn());
        if (asked.shardFilter() != null) {
            shards = children(shards, asked);
        }
        int start = 0;
        if (asked.exclusiveStartShardId() != null) {
            while (start < shards.size() && !shards.get(start++).shardId().equals(asked.exclusiveStartShardId())) {
                // Looking for the shard to start after.
            }
        }
        List<Shard> page = shards.subList(start, Math.min(shards.size(), start + limit));
        boolean isLast = start + limit >= shards.size();
        return DescribeStreamResponse.builder()
                .streamDescription(description -> description
                        .streamArn(stream.arn())
                        .streamLabel(stream.label())
                        .streamStatus(stream.status())
                        .streamViewType(stream.viewType())
                        .creationRequestDateTime(stream.created())
                        .tableName(stream.tableName())
                        .keySchema(stream.keySchema())
                        .shards(page.stream().map(StreamsApi::describe).toList())
                        .lastEvaluatedShardId(isLast ? null : page.getLast().shardId()))
                .build();
    }

    private static List<Shard> children(List<Shard> shards, DescribeStreamRequest asked) {
        if (asked.shardFilter().type() != ShardFilterType.CHILD_SHARDS
                || asked.shardFilter().shardId() == null) {
            throw AwsError.validation("ShardFilter takes Type CHILD_SHARDS and a ShardId; given: "
                    + asked.shardFilter().typeAsString() + ", "
                    + asked.shardFilter().shardId());
        }
        return shards.stream()
                .filter(shard -> asked.shardFilter().shardId().equals(shard.parentShardId()))
                .toList();
    }

    private static software.amazon.awssdk.services.dynamodb.model.Shard describe(Shard shard) {
        BigInteger ending = shard.endingSequence();
        return software.amazon.awssdk.services.dynamodb.model.Shard.builder()
                .shardId(shard.shardId())
                .parentShardId(shard.parentShardId())
                .sequenceNumberRange(range -> range.startingSequenceNumber(
                                shard.startingSequence().toString())
                        .endingSequenceNumber(ending == null ? null : ending.toString()))
                .build();
    }

    private GetShardIteratorResponse getShardIterator(GetShardIteratorRequest asked, Request http) {
        Stream stream = stream(asked.streamArn(), http);
        ShardReader reader = region(http).reader();
        String shardId = shard(reader, stream, asked.shardId()).shardId();
        BigInteger trimmedBefore =
                reader.read(stream.arn(), shardId, BigInteger.ZERO, 1).trimmedBefore();
        AwsError.required("shardIteratorType", asked.shardIteratorType());
        BigInteger after = switch (asked.shardIteratorType()) {
            case TRIM_HORIZON -> BigInteger.ZERO;
            // Never behind the horizon: on a shard that was idle for a day nothing was missed.
            case LATEST -> reader.latest().max(trimmedBefore.subtract(BigInteger.ONE));
            case AT_SEQUENCE_NUMBER ->
                sequence(asked.sequenceNumber(), trimmedBefore).subtract(BigInteger.ONE);
            case AFTER_SEQUENCE_NUMBER -> sequence(asked.sequenceNumber(), trimmedBefore);
            case AT_TIMESTAMP -> at(reader, asked.timestamp(), trimmedBefore);
            default ->
                throw AwsError.validation("1 validation error detected: Value '" + asked.shardIteratorTypeAsString()
                        + "' at 'shardIteratorType' failed to satisfy constraint: Member must satisfy enum value set:"
                        + " [AFTER_SEQUENCE_NUMBER, LATEST, AT_SEQUENCE_NUMBER, TRIM_HORIZON, AT_TIMESTAMP]");
        };
        boolean fromHorizon = after.signum() == 0;
        return GetShardIteratorResponse.builder()
                .shardIterator(new ShardIterator(stream.arn(), shardId, after, fromHorizon, clock.instant()).encode())
                .build();
    }

    /**
     * From the first record that was made at this time or later; where the stream does not reach back so far, from its
     * horizon. As GetShardIterator of Kinesis does it, whose member it is: DynamoDB's reference has no text on it yet.
     */
    private BigInteger at(ShardReader reader, @Nullable Instant given, BigInteger trimmedBefore) {
        Instant time = AwsError.required("timestamp", given);
        if (time.isAfter(clock.instant())) {
            throw AwsError.validation("Timestamp " + time + " is later than the current time " + clock.instant());
        }
        BigInteger before = reader.before(time);
        return before.compareTo(trimmedBefore) < 0 ? BigInteger.ZERO : before;
    }

    private static BigInteger sequence(@Nullable String given, BigInteger trimmedBefore) {
        if (given == null || !given.matches("\\d{1,40}")) {
            throw AwsError.validation("Invalid SequenceNumber: " + given + "; a sequence number has 21 to 40 digits");
        }
        BigInteger sequence = new BigInteger(given);
        if (sequence.compareTo(trimmedBefore) < 0) {
            throw trimmed();
        }
        return sequence;
    }

    private GetRecordsResponse getRecords(GetRecordsRequest asked, Request http) {
        ShardIterator iterator =
                ShardIterator.decode(AwsError.required("shardIterator", asked.shardIterator()), clock.instant());
        Stream stream = stream(iterator.streamArn(), http);
        ShardReader reader = region(http).reader();
        shard(reader, stream, iterator.shardId());
        Page page = reader.read(stream.arn(), iterator.shardId(), iterator.after(), limit(asked.limit(), PAGE_RECORDS));
        if (!iterator.fromHorizon() && iterator.after().add(BigInteger.ONE).compareTo(page.trimmedBefore()) < 0) {
            throw trimmed();
        }
        List<Record> records = new ArrayList<>(page.records().size());
        BigInteger after = iterator.after();
        long bytes = 0;
        for (StreamRecord change : page.records()) {
            StreamRecord shown = StreamView.apply(stream.viewType(), change);
            bytes += shown.sizeBytes();
            if (bytes > PAGE_BYTES && !records.isEmpty()) {
                break;
            }
            records.add(StreamView.toRecord(stream.viewType(), http.region(), shown));
            after = shown.sequenceNumber();
        }
        boolean isOver = page.drained() && records.size() == page.records().size();
        boolean stillFromHorizon = iterator.fromHorizon() && after.signum() == 0;
        BigInteger next =
                stillFromHorizon ? after : after.max(page.trimmedBefore().subtract(BigInteger.ONE));
        return GetRecordsResponse.builder()
                .records(records)
                .nextShardIterator(
                        isOver
                                ? null
                                : new ShardIterator(
                                                stream.arn(),
                                                iterator.shardId(),
                                                next,
                                                stillFromHorizon,
                                                clock.instant())
                                        .encode())
                .build();
    }

    private Region region(Request http) {
        return regions.apply(http.region());
    }

    private Stream stream(@Nullable String arn, Request http) {
        AwsError.required("streamArn", arn);
        return region(http).directory().streams().stream()
                .filter(stream -> stream.arn().equals(arn))
                .findFirst()
                .orElseThrow(() -> notFound("Stream: " + arn));
    }

    private static Shard shard(ShardReader reader, Stream stream, @Nullable String shardId) {
        AwsError.required("shardId", shardId);
        return reader.shards(stream.arn()).stream()
                .filter(shard -> shard.shardId().equals(shardId))
                .findFirst()
                .orElseThrow(() -> notFound("Shard: " + shardId + " in " + stream.arn()));
    }

    private static AwsError notFound(String what) {
        return new AwsError(400, "ResourceNotFoundException", "Requested resource not found: " + what + " not found");
    }

    private static AwsError trimmed() {
        return new AwsError(
                400,
                "TrimmedDataAccessException",
                "The operation attempted to read past the oldest stream record in a shard.");
    }

    private static int limit(@Nullable Integer asked, int most) {
        int limit = Objects.requireNonNullElse(asked, most);
        if (limit < 1 || limit > most) {
            throw AwsError.validation("1 validation error detected: Value '" + limit
                    + "' at 'limit' failed to satisfy constraint: Member must have value between 1 and " + most);
        }
        return limit;
    }
}
