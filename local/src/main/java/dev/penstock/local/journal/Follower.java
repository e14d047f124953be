package dev.penstock.local.journal;

import java.util.List;

/** Keeps an index of the journal up to date and wakes those who wait for changes. */
public interface Follower {

    /**
     * Told each frame that holds changes, in order, before anyone else sees it; be brief.
     *
     * @param location for {@link Journal#read}
     */
    void appended(List<Entry> entries, long location);

    /** Called by the writer's thread once its frame is safe; no order between writers. */
    void wake(List<Entry> entries);
}
