package com.scaleoutsystems.edge.sandbox.internal.control;

import com.scaleoutsystems.edge.sandbox.fault.ControlEndpoint;
import com.scaleoutsystems.edge.sandbox.internal.fault.Faults;
import com.scaleoutsystems.edge.sandbox.internal.rest.RestServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;

/** The server of the control endpoint. */
public final class ControlServer {
    private final RestServer server;
    private final ControlEndpoint endpoint;

    /**
     * Opens the port and serves.
     *
     * @param actions what can be done to the other servers, by name
     */
    public ControlServer(
            InetAddress host,
            int port,
            Executor executor,
            ScheduledExecutorService timer,
            Faults faults,
            Map<String, ControlApi.Action> actions)
            throws IOException {
        this.server = new RestServer(host, port);
        ControlApi api = new ControlApi(faults, actions);
        this.endpoint =
                new ControlEndpoint(URI.create("http://" + host.getHostAddress() + ":" + server.port()), api.token());
        server.start(executor, timer, api);
    }

    public ControlEndpoint endpoint() {
        return endpoint;
    }

    public void stop() {
        server.stop();
    }
}
