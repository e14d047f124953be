package dev.penstock.local.sources;

import dev.penstock.local.sources.Lane.Parts;
import dev.penstock.local.streams.ShardReader.Shard;
import dev.penstock.local.streams.StreamRecord;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Reads one shard for one mapping and hands what passes the filter to the lanes. {@link #doWork} is for one thread. */
final class ShardConsumer {
    private static final int LEAST_PAGE = 1_000;

    private final MappingSettings settings;
    private final Shard shard;
    private final Ports ports;
    private final EventJson json;
    private final Filter filter;
    private final Poller poller;
    private final Parallelization parallelization;
    private final Progress progress;
    private final List<Lane> lanes;
    private final int pageSize;

    ShardConsumer(MappingSettings settings, Shard shard, Checkpoint from, Parts parts, EventJson json, Filter filter) {
        this.settings = settings;
        this.shard = shard;
        this.ports = parts.ports();
        this.json = json;
        this.filter = filter;
        this.poller = new Poller(ports.reader(), settings.streamArn(), shard.shardId(), from.sequenceNumber());
        this.parallelization = new Parallelization(settings.parallelizationFactor());
        this.progress = new Progress(from.sequenceNumber());
        this.pageSize = Math.max(LEAST_PAGE, settings.batchSize());
        this.lanes = IntStream.range(0, settings.parallelizationFactor())
                .mapToObj(lane -> new Lane(settings, shard.shardId(), parts, json, progress, from.window()))
                .toList();
    }

    List<Lane> lanes() {
        return lanes;
    }

    String shardId() {
        return shard.shardId();
    }

    /** Reads one page, unless a lane still has plenty. Returns the number of records read. */
    int doWork() {
        if (poller.isDrained() || lanes.stream().anyMatch(lane -> lane.queued() >= pageSize)) {
            return 0;
        }
        Instant before = ports.clock().instant();
        List<StreamRecord> page = begin();
        int filteredOut = 0;
        for (StreamRecord change : page) {
            byte[] recordJson = json.record(change);
            if (filter.matches(recordJson)) {
                lanes.get(parallelization.laneOf(change)).offer(new EventRecord(change, recordJson, before));
            } else {
                filteredOut++;
                progress.end(change.sequenceNumber());
            }
        }
        if (page.isEmpty()) {
            lanes.forEach(lane -> lane.readUntil(before));
        }
        if (poller.isDrained()) {
            lanes.forEach(Lane::endShard);
        }
        count("PolledEventCount", page.size());
        count("FilteredOutEventCount", filteredOut);
        if (filteredOut > 0) {
            saveProgress();
        }
        return page.size();
    }

    /** Under the lock, so that no record is ever read and not under way. */
    private List<StreamRecord> begin() {
        synchronized (progress) {
            List<StreamRecord> page = poller.poll(pageSize);
            page.forEach(change -> progress.begin(change.sequenceNumber()));
            return page;
        }
    }

    /** Whether the shard has ended and all its records are done. */
    boolean isFinished() {
        return poller.isDrained() && progress.isIdle() && lanes.stream().allMatch(Lane::isIdle);
    }

    /** Whether all that the shard holds now is done. From any thread. */
    boolean isSettled() {
        synchronized (progress) {
            return poller.isAtEnd() && progress.isIdle();
        }
    }

    private void saveProgress() {
        // With a tumbling window only the lane knows the state that belongs to a position.
        if (settings.tumblingWindowInSeconds() == 0) {
            synchronized (progress) {
                ports.checkpoints()
                        .save(settings.uuid(), shard.shardId(), new Checkpoint(progress.checkpoint(), false, null));
            }
        }
    }

    private void count(String name, int events) {
        if (settings.countsEvents() && events > 0) {
            ports.metrics().put(name, events, "Count", Map.of("EventSourceMappingUUID", settings.uuid()));
        }
    }
}
