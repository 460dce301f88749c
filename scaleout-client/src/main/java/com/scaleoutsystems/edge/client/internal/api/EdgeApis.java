package com.scaleoutsystems.edge.client.internal.api;

import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.core.Strand;
import com.scaleoutsystems.edge.client.internal.net.Connections;
import com.scaleoutsystems.edge.client.internal.transport.Dialect;
import com.scaleoutsystems.edge.client.network.RetryPolicy;
import java.net.URI;
import java.util.function.Supplier;

/** Opens the REST API for one client. Whoever needs the API gets it here, so that no other package knows how it is called. */
public final class EdgeApis {

    private final Connections connections;
    private final Dialect dialect;
    private final Env env;

    /**
     * A factory that has opened nothing yet.
     *
     * @param dialect what the client says when it asks for a combiner, and how it reads the answer
     */
    public EdgeApis(Connections connections, Dialect dialect, Env env) {
        this.connections = connections;
        this.dialect = dialect;
        this.env = env;
    }

    /**
     * The API at a URL. It connects when it is used; the caller closes it.
     *
     * @param url the API's base URL
     * @param strand where waits between attempts end
     * @param retry how often the client asks for an assignment or an enrollment, at the moment
     */
    public EdgeApi open(URI url, Strand strand, Supplier<RetryPolicy> retry) {
        return new HttpEdgeApi(url, connections.http(url), dialect, env, strand, retry);
    }
}
