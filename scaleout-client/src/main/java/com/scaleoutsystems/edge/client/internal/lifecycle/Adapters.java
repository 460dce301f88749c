package com.scaleoutsystems.edge.client.internal.lifecycle;

import com.scaleoutsystems.edge.client.internal.api.Bearer;
import com.scaleoutsystems.edge.client.internal.api.EdgeApi;
import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.core.Strand;
import com.scaleoutsystems.edge.client.internal.join.ClientSettings;
import com.scaleoutsystems.edge.client.internal.state.BlobStore;
import com.scaleoutsystems.edge.client.internal.state.ModelCache;
import com.scaleoutsystems.edge.client.internal.state.StateDirectory;
import com.scaleoutsystems.edge.client.internal.state.StateStore;
import com.scaleoutsystems.edge.client.internal.transport.ClientIdentity;
import com.scaleoutsystems.edge.client.internal.transport.CombinerTransport;
import com.scaleoutsystems.edge.client.network.GrpcConnectionOptions;
import com.scaleoutsystems.edge.client.network.RetryPolicy;
import java.net.URI;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What connects a client with the outside: threads and clocks, disk, REST API, combiner. A test can put others in their place.
 *
 * @param directory the locked state directory, if the client has one
 */
public record Adapters(
        Env env,
        StateStore store,
        BlobStore blobs,
        ModelCache models,
        Optional<StateDirectory> directory,
        ApiFactory apis,
        TransportFactory transports) {

    /** Makes the REST side. */
    public interface ApiFactory {
        /**
         * The API at a URL.
         *
         * @param retry how often a call is made before its failure counts, at the moment
         */
        EdgeApi api(URI url, Strand strand, Supplier<RetryPolicy> retry);
    }

    /** Makes the gRPC side. */
    public interface TransportFactory {
        /** A transport to a combiner; the caller closes it. */
        CombinerTransport transport(GrpcConnectionOptions combiner, ClientIdentity identity, Bearer bearer);
    }

    /** The adapters of a real client. Blocks on the disk. */
    public static Adapters real(ClientSettings settings, Env env, Optional<StateDirectory> directory) {
        SharedParts parts = SharedParts.open(settings, env, directory, () -> {});
        Runnable opened = parts.join();
        try {
            return parts.adapters(settings, env, directory);
        } finally {
            opened.run();
        }
    }

    /** Closes what keeps files open, where no client was made of it. */
    public void closeStores() {
        store.close();
        blobs.close();
        models.close();
    }
}
