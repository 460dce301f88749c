package com.scaleoutsystems.edge.client.internal.report;

import com.scaleoutsystems.edge.client.record.DropReason;
import com.scaleoutsystems.edge.client.record.FlushResult;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Counts the records that are not settled, and tells those who wait for them. Lives on the client's strand. */
final class Flushes {

    private final OutcomeCounts counts;
    private final List<Few> awaitingFew = new ArrayList<>();
    private final List<Flush> flushes = new ArrayList<>();
    private int unsettled;

    /** Someone waits until only so many are left. */
    private record Few(int count, CompletableFuture<@Nullable Void> reached) {}

    Flushes(OutcomeCounts counts) {
        this.counts = counts;
    }

    /** One more record is to be settled. */
    void began() {
        began(1);
    }

    /** So many more records are to be settled. */
    void began(int count) {
        unsettled += count;
    }

    /** The record of this sequence is settled. */
    void ended(long sequence) {
        unsettled--;
        flushes.forEach(flush -> flush.ended(sequence));
    }

    boolean isEmpty() {
        return unsettled == 0;
    }

    CompletionStage<@Nullable Void> empty() {
        return downTo(0);
    }

    /** Completes when so many more records are settled. */
    CompletionStage<@Nullable Void> afterNext(int count) {
        return downTo(unsettled - count);
    }

    /** Completes when only so many records are to be settled. */
    CompletionStage<@Nullable Void> downTo(int count) {
        Few few = new Few(count, new CompletableFuture<>());
        awaitingFew.add(few);
        tell();
        return few.reached();
    }

    /** Waits for all records of lower sequences than the given one. */
    Flush flush(long nextSequence) {
        Flush flush = new Flush(counts, nextSequence, unsettled);
        flushes.add(flush);
        tell();
        return flush;
    }

    /** Tells those whose wait is over. */
    void tell() {
        for (Iterator<Flush> all = flushes.iterator(); all.hasNext(); ) {
            Flush flush = all.next();
            if (flush.remaining == 0 || flush.done.isDone()) {
                all.remove();
                flush.done.complete(null);
            }
        }
        List<Few> told =
                awaitingFew.stream().filter(few -> unsettled <= few.count()).toList();
        awaitingFew.removeAll(told);
        told.forEach(few -> few.reached().complete(null));
    }

    /** Waits for the records that are there when it begins. */
    static final class Flush {

        private final OutcomeCounts counts;
        private final long nextSequence;
        private final long sentBefore;
        private final long rejectedBefore;
        private final Map<DropReason, Long> droppedBefore;
        private final CompletableFuture<@Nullable Void> done = new CompletableFuture<>();
        private int remaining;

        Flush(OutcomeCounts counts, long nextSequence, int remaining) {
            this.counts = counts;
            this.nextSequence = nextSequence;
            this.remaining = remaining;
            this.sentBefore = counts.sent();
            this.rejectedBefore = counts.rejected();
            this.droppedBefore = counts.dropped();
        }

        private void ended(long sequence) {
            if (sequence < nextSequence) {
                remaining--;
            }
        }

        /** Completes when all of them are settled. */
        CompletionStage<@Nullable Void> done() {
            return done;
        }

        /** Its progress so far; no caller waits for it from now on. */
        FlushResult end() {
            done.complete(null);
            Map<DropReason, Long> dropped = new EnumMap<>(DropReason.class);
            counts.dropped().forEach((reason, count) -> {
                long since = count - droppedBefore.getOrDefault(reason, 0L);
                if (since > 0) {
                    dropped.put(reason, since);
                }
            });
            return FlushResult.of(counts.sent() - sentBefore, remaining)
                    .withRejected(counts.rejected() - rejectedBefore)
                    .withDropped(dropped);
        }
    }
}
