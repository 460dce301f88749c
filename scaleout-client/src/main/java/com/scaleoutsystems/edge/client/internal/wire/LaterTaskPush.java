package com.scaleoutsystems.edge.client.internal.wire;

import com.scaleoutsystems.edge.client.internal.transport.TaskPush;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A stream of tasks that opens once something else is done, whatever comes of that. From any thread. */
final class LaterTaskPush implements TaskPush {

    private final Supplier<TaskPush> opening;
    private @Nullable TaskPush open;
    private int wanted;
    private boolean closed;

    /**
     * A stream that opens as soon as the stage has ended.
     *
     * @param receiver learns of an opening that fails, as of the end of a stream
     */
    LaterTaskPush(CompletionStage<?> before, Receiver receiver, Supplier<TaskPush> opening) {
        this.opening = opening;
        var unused = before.whenComplete((done, error) -> {
            try {
                open();
            } catch (Throwable failure) {
                // Nobody looks at the stage that would fail with it.
                receiver.ended(GrpcErrors.of("opening the stream of tasks", failure));
            }
        });
    }

    private synchronized void open() {
        if (!closed) {
            TaskPush opened = opening.get();
            open = opened;
            for (; wanted > 0; wanted--) {
                opened.request();
            }
        }
    }

    @Override
    public synchronized void request() {
        if (open == null) {
            wanted++;
        } else {
            open.request();
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (open != null) {
            open.close();
        }
    }
}
