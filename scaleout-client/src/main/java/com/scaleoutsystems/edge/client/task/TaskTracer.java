package com.scaleoutsystems.edge.client.task;

import java.util.Map;

/**
 * Traces the tasks of a client, so that what a task does here can be found in a distributed trace. A program gives it to the client's
 * builder; the module {@code scaleout-opentelemetry} has one.
 *
 * <p>The client begins a trace for each task, also for one that it refuses, and for one that an earlier process left behind. It sends
 * the headers of the trace as metadata of the calls that it makes for this task alone: the download of the task's model, the upload of a
 * trained model, and the message with the result. These calls carry no headers of a trace:
 *
 * <ul>
 *   <li>polls, heartbeats and streams, because each of them serves many tasks or records;
 *   <li>what the callback logs, such as metrics, because it is sent later and together with other records;
 *   <li>a download for a task that joins the download of another task: it carries the headers of the other task;
 *   <li>the result of a task of an earlier process.
 * </ul>
 *
 * <p>A tracer never changes what becomes of a task. The client logs what a tracer throws, and goes on without it. If {@link #begin} takes
 * longer than a second, the task goes on, too, and its first calls may lack the headers. Called on several threads at the same time.
 * A slow tracer delays no receipt and no listener. While 10,000 of its calls wait, the client begins no further trace, and logs how many
 * tasks have none. There is one thing that a tracer can hold up: {@link Trace#enter} runs on the callback's thread, so a tracer whose
 * {@code enter} blocks holds its callback.
 *
 * @since 0.1.0
 */
public interface TaskTracer {

    /**
     * Begins the trace of a task.
     *
     * @param task the task
     * @return the trace
     */
    Trace begin(TaskRequest task);

    /**
     * The trace of one task.
     *
     * @since 0.1.0
     */
    interface Trace {

        /**
         * The headers to send with the calls for this task. The client asks once, right after the beginning. It leaves out, with a
         * warning in the log, a header that is not legal: a name consists of lower-case letters, digits, {@code -}, {@code _} and
         * {@code .}, does not end with {@code -bin}, and is none that the client or gRPC uses or HTTP/2 forbids; a value consists of
         * printable ASCII characters; and all of them have at most 2,048 characters together, where each header counts 32 more.
         *
         * @return values by name
         */
        default Map<String, String> headers() {
            return Map.of();
        }

        /**
         * Makes the trace the current one of the calling thread. Called on the callback's thread before the callback, and on each thread
         * that runs work which {@link TaskContext#bind} has bound to the task. The callback waits until this method returns, so it must not
         * block. The result of the callback does not wait for what ends it.
         *
         * @return ends that; closed on the same thread
         */
        default AutoCloseable enter() {
            return () -> {};
        }

        /**
         * The task has ended. Called once, unless the client is closed before the task has ended.
         *
         * @param summary how it ended, why, and how long it took
         */
        void end(TaskSummary summary);
    }
}
