package com.scaleoutsystems.edge.client.internal.lifecycle;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.client.internal.report.Outbox;
import com.scaleoutsystems.edge.client.record.PriorityClass;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The priority classes of a client, which its host may change while it runs. From any thread; an empty stage is a finished change. */
public final class PriorityClasses {

    private final HostRequests requests;
    private final Outbox outbox;

    PriorityClasses(HostRequests requests, Outbox outbox) {
        this.requests = requests;
        this.outbox = outbox;
    }

    /** All classes except the default one. */
    public CompletionStage<List<PriorityClass>> all() {
        return requests.answer(outbox::priorityClasses);
    }

    /**
     * Adds a class.
     *
     * @throws EdgeException ALREADY_EXISTS, in the stage, if there is one of the name
     */
    public CompletionStage<@Nullable Void> add(PriorityClass added) {
        return requests.answer(() -> {
            outbox.addPriorityClass(added);
            return null;
        });
    }

    /**
     * Gives a class other rules; what waits in it stays.
     *
     * @throws EdgeException in the stage: NOT_FOUND if there is none of the name, FAILED_PRECONDITION for the default class
     */
    public CompletionStage<@Nullable Void> replace(PriorityClass changed) {
        return requests.answer(() -> {
            outbox.replacePriorityClass(changed);
            return null;
        });
    }

    /**
     * Removes a class in which no record waits.
     *
     * @throws EdgeException in the stage: NOT_FOUND if there is none of the name, FAILED_PRECONDITION if records wait in it or it is the
     *     default class
     */
    public CompletionStage<@Nullable Void> remove(String name) {
        return requests.answer(() -> {
            outbox.removePriorityClass(name);
            return null;
        });
    }

    /**
     * Removes a class, and moves what waits in it to the default class.
     *
     * @return how many records moved
     * @throws EdgeException in the stage: NOT_FOUND if there is none of the name, FAILED_PRECONDITION for the default class
     */
    public CompletionStage<Integer> mergeIntoDefault(String name) {
        return requests.answer(() -> outbox.mergePriorityClassIntoDefault(name));
    }
}
