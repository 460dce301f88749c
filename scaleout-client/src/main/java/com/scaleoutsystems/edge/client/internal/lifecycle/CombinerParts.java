package com.scaleoutsystems.edge.client.internal.lifecycle;

import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.core.Strand;
import com.scaleoutsystems.edge.client.internal.join.ClientSettings;
import com.scaleoutsystems.edge.client.internal.report.BacklogReports;
import com.scaleoutsystems.edge.client.internal.report.Heartbeats;
import com.scaleoutsystems.edge.client.internal.report.NodeTelemetry;
import com.scaleoutsystems.edge.client.internal.task.ModelTrust;
import com.scaleoutsystems.edge.client.internal.task.TaskDependencies;
import com.scaleoutsystems.edge.client.internal.task.TaskPolicy;
import com.scaleoutsystems.edge.client.internal.task.TaskService;
import com.scaleoutsystems.edge.client.internal.transport.ClientIdentity;
import com.scaleoutsystems.edge.client.internal.transport.CombinerTransport;
import com.scaleoutsystems.edge.client.internal.transport.PollingFeed;
import com.scaleoutsystems.edge.client.internal.transport.StreamFeed;
import com.scaleoutsystems.edge.client.internal.transport.TaskFeed;
import com.scaleoutsystems.edge.client.task.TaskArrival;

/**
 * What a client has while it has a combiner. One of the two places that compose a client; the other is {@link ClientParts}.
 *
 * @param link the way to the combiner
 * @param announcements greet the combiner, and say that the client connects and leaves
 * @param watch judges whether the combiner answers
 * @param reassignment finds another combiner if this one stays away
 */
record CombinerParts(
        CombinerLink link,
        Announcements announcements,
        LinkWatch watch,
        Reassignment reassignment,
        TaskService tasks,
        TaskFeed feed,
        Heartbeats heartbeats,
        NodeTelemetry telemetry,
        BacklogReports backlogReports) {

    /** Composes what works with a combiner; nothing is called yet. */
    static CombinerParts of(
            ClientParts client, ClientIdentity identity, CombinerLink link, Reassignment.Assigner assigner) {
        CombinerTransport transport = link.calls();
        ClientSettings settings = client.settings();
        Env env = client.env();
        Strand strand = client.strand();
        Reassignment reassignment = new Reassignment(client, link, assigner);
        LinkWatch watch = new LinkWatch(client, reassignment);
        TaskService tasks = tasks(client, identity, transport);
        TaskFeed.Sink sink = tasks.sink(watch);
        TaskFeed feed = settings.tasks().arrival() == TaskArrival.POLLED
                ? new PollingFeed(transport, env, strand, settings.tasks(), sink, client.gate())
                : new StreamFeed(transport, env, strand, sink, client.gate());
        Heartbeats heartbeats = new Heartbeats(
                transport, env, strand, settings.reporting().heartbeatInterval(), watch.heartbeatListener(feed));
        return new CombinerParts(
                link,
                new Announcements(
                        transport,
                        env,
                        strand,
                        settings.connect(),
                        identity.version(),
                        client.listeners(),
                        client.gate()),
                watch,
                reassignment,
                tasks,
                feed,
                heartbeats,
                new NodeTelemetry(transport, client.log(), env, strand, heartbeats::linkQuality, client.gate()),
                new BacklogReports(transport, client.outbox(), strand, client.gate()));
    }

    private static TaskService tasks(ClientParts client, ClientIdentity identity, CombinerTransport transport) {
        ClientSettings settings = client.settings();
        return new TaskService(
                new TaskDependencies(
                        identity.clientId(),
                        client.env(),
                        client.strand(),
                        transport,
                        client.gate(),
                        client.rows(),
                        client.recovered(),
                        client.adapters().blobs(),
                        client.adapters().models(),
                        client.outbox(),
                        client.log(),
                        client.listeners(),
                        client.current(),
                        client.callbacks()),
                new TaskPolicy(
                        settings.tasks(),
                        settings.reporting().taskStatuses(),
                        settings.transfers().retry(),
                        new ModelTrust(settings.trust(), settings.signatures())));
    }
}
