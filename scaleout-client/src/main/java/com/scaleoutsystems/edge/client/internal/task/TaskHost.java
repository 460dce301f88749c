package com.scaleoutsystems.edge.client.internal.task;

/** Takes what comes of running tasks: sends their results and reports their ends. Lives on the client's strand. */
final class TaskHost implements RunningTask.Host {

    private final KnownTasks known;
    private final ResultDelivery results;

    TaskHost(KnownTasks known, ResultDelivery results) {
        this.known = known;
        this.results = results;
    }

    @Override
    public void resultReady(RunningTask task, TaskHandler.Sent result) {
        results.ready(task, result);
    }

    @Override
    public void ended(RunningTask task, TaskEnd end) {
        known.active().remove(task);
        known.ends().ended(task.request(), end, task.startedAt().orElse(null), task.summary(end));
    }

    @Override
    public void stuck(RunningTask task) {
        known.active().stuck(task);
    }

    @Override
    public void unstuck(RunningTask task) {
        known.active().unstuck(task);
    }
}
